"""Circles that meet right now, and the session of everyone who is in them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from circles.models import Circle, Membership
from members.models import Member
from sessions_app.models import Meeting

SEATS = 8


@dataclass(frozen=True)
class Table:
    """One circle's meeting: its number, and the cookies of its screens, the driver's first."""

    meeting: int
    sessions: list[str]

    def address(self, name: str) -> str:
        return reverse(f"meetings:{name}", args=[self.meeting])


def set_tables(circles: int) -> list[Table]:
    """So many active circles with eight members each, whose meeting begins now."""
    active = Circle.objects.filter(stage=Circle.Stage.ACTIVE).order_by("pk")[:circles]
    spare = iter(Member.objects.current().filter(memberships=None).order_by("pk"))
    tables = [_table(circle, spare) for circle in active]
    if len(tables) < circles:
        raise LookupError(f"There are only {len(tables)} active circles. Give more --members.")
    return tables


def _table(circle: Circle, spare: Iterator[Member]) -> Table:
    Circle.objects.filter(pk=circle.pk).update(capacity=12)
    now = timezone.now()
    circle.meetings.filter(ends_at__gt=now - timedelta(hours=2)).delete()
    seats = list(
        circle.memberships.current()
        .filter(person__in=Member.objects.current(), person__is_active=True)
        .select_related("person")
        .order_by("pk")[:SEATS]
    )
    while len(seats) < SEATS:
        joined_on = timezone.localdate() - timedelta(days=30)
        seats.append(
            Membership.objects.create(circle=circle, person=next(spare), joined_on=joined_on)
        )
    Membership.objects.filter(pk=seats[0].pk).update(role=Membership.Role.HOST)
    meeting = Meeting.objects.create(
        circle=circle,
        starts_at=now - timedelta(minutes=1),
        ends_at=now + timedelta(minutes=59),
        held_on=now.astimezone(circle.zone).date(),
        time_zone=circle.time_zone,
    )
    return Table(meeting.pk, [_session(seat.person) for seat in seats])


def _session(person: Member) -> str:
    client = Client()
    client.force_login(person)
    return client.cookies[settings.SESSION_COOKIE_NAME].value
