"""For operators: what is due, late, in work and failed; and the few things one does about it."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from notifications import figures, mending
from notifications.catalogue import all_abouts, kind_named
from notifications.models import BouncedAddress, Urgency
from notifications.planner import Kept, keep_all

EVERYTHING = "everything"
QUEUE = "{:<8} {:>9} {:>12} {:>9} {:>10}"
KIND = "{:<32} {:<8} {:>9} {:>9} {:>9} {:>10}"


class Command(BaseCommand):
    """Shows how reminders do; with an option, puts something right first."""

    help = "Shows what is due, late, in work, put off and failed, and how the last days went."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--days", type=int, default=7, help="how many days to sum up (7)")
        parser.add_argument("--retry", action="store_true", help="try what failed once more")
        parser.add_argument("--clear-bounce", metavar="ADDRESS", help="let mail go there again")
        parser.add_argument(
            "--repair",
            metavar="ABOUT",
            choices=[EVERYTHING, *all_abouts()],
            help=f"plan anew what is owed about all of these: meeting, offer …, or {EVERYTHING}",
        )

    def handle(self, *_: Any, **options: Any) -> None:
        if options["retry"]:
            self.stdout.write(f"{mending.retry_failed()} failed deliveries are tried again.")
        if address := options["clear_bounce"]:
            if not mending.clear_bounce(address):
                raise CommandError(f"No mail has bounced from {address}.")
            self.stdout.write(f"Mail goes to {address} again.")
        if about := options["repair"]:
            kept = Kept()
            for each in all_abouts() if about == EVERYTHING else [about]:
                kept += keep_all(each)
            self.stdout.write(
                f"Planned {kept.planned}, moved {kept.moved}, owed again {kept.revived}, "
                f"withdrew {kept.withdrawn}."
            )
        self._queues()
        self._kinds(options["days"])
        self._problems()

    def _queues(self) -> None:
        self.stdout.write(QUEUE.format("queue", "due", "late (min)", "in work", "put off"))
        for urgency, queue in figures.waiting().items():
            late = f"{queue.late_seconds / 60:.0f}"
            name = Urgency(urgency).label.lower()
            row = QUEUE.format(name, queue.due, late, queue.claimed, queue.retrying)
            self.stdout.write(row)

    def _kinds(self, days: int) -> None:
        rows = figures.by_kind(days=days)
        self.stdout.write(f"\nThe last {days} days" if rows else "\nNothing was delivered lately.")
        if rows:
            self.stdout.write(KIND.format("kind", "channel", *figures.OUTCOMES))
        for row in rows:
            ended = [row[way] for way in figures.OUTCOMES]
            label = kind_named(row["kind"]).label[:32]
            self.stdout.write(KIND.format(label, row["channel"], *ended))

    def _problems(self) -> None:
        for delivery in (failure.delivery for failure in figures.failed(most=20)):
            reminder = delivery.reminder
            self.stdout.write(
                f"failed: {reminder.kind} about {reminder.subject} to {delivery.recipient}"
                f" by {delivery.channel}: {delivery.problem}"
            )
        for bounce in BouncedAddress.objects.all()[:20]:
            self.stdout.write(f"bounced: {bounce.address}: {bounce.problem}")
