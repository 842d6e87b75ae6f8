import time
from datetime import date
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone

from analytics.demo.cast import LOGINS, PASSWORD
from analytics.demo.organisation import NoFormats, build_organisation
from analytics.demo.people import PEOPLE_DOMAIN
from analytics.demo.plan import FEWEST_PEOPLE, Plan
from members.models import Member
from notifications.planner import keep_all


class Command(BaseCommand):
    help = "Fill an empty database with an invented organisation. Development only."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--members", type=int, default=300, help="how many people (300)")
        parser.add_argument("--seed", type=int, default=1, help="another number, another story (1)")
        parser.add_argument(
            "--as-of", type=date.fromisoformat, help="the day the story has reached (today)"
        )

    def handle(self, *, members: int, seed: int, as_of: date | None, **_: Any) -> None:
        if not settings.DEBUG:
            raise CommandError(
                "Demo data comes with logins whose password is public, so it is refused outside "
                "development. To try it, start Peerloom with: make run"
            )
        if members < FEWEST_PEOPLE:
            raise CommandError(
                f"An organisation of {members} is too small for circles of its own. "
                f"Give --members {FEWEST_PEOPLE} or more."
            )
        plan = Plan(members, seed, as_of or timezone.localdate())
        started = time.monotonic()
        with transaction.atomic():
            if not self._is_empty():
                return
            try:
                counts = build_organisation(plan, self.stdout.write)
            except NoFormats as reason:
                raise CommandError(str(reason)) from reason
        # What follows from meetings that were written straight into the tables.
        keep_all("meeting")
        self._summarise(counts, time.monotonic() - started)

    def _is_empty(self) -> bool:
        """True for no people, False where the demo already is, else CommandError."""
        with connection.cursor() as cursor:
            # Nobody may be added between this look and the last row.
            cursor.execute(f"LOCK TABLE {Member._meta.db_table} IN SHARE ROW EXCLUSIVE MODE")
        demo = Member.objects.filter(
            Q(email__endswith=f"@{PEOPLE_DOMAIN}") | Q(email__endswith=f"@{settings.DEMO_DOMAIN}")
        ).count()
        if demo:
            self.stdout.write(
                f"The demo organisation is already here, with {demo} people. Nothing was changed. "
                "For another one, use an empty database."
            )
            return False
        if others := Member.objects.count():
            raise CommandError(
                f"This database holds {others} people who are not demo people, and invented ones "
                "must not mix with them. Use an empty database, for example another PEERLOOM_VAR."
            )
        return True

    def _summarise(self, counts: dict[str, int], seconds: float) -> None:
        for name, count in counts.items():
            self.stdout.write(f"{count:>12,}  {name}")
        self.stdout.write(f"{sum(counts.values()):>12,}  rows in {seconds:.1f} seconds")
        addresses = ", ".join(f"{login}@{settings.DEMO_DOMAIN}" for login in LOGINS)
        self.stdout.write(f"Sign in as {addresses}. The password is {PASSWORD}.")
