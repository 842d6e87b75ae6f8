"""Which meetings wait for their roles to be given out."""

from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef
from django.utils import timezone

from circles.models import Leave, Membership
from sessions_app.models import Attendance, Meeting, RoleTurn

AHEAD = timedelta(days=8)
MOST_AT_ONCE = 2000


def meetings_without_roles(now: datetime | None = None) -> list[int]:
    """Planned ones of the next eight days, the first first; one query.

    Their roles are not given yet, or one is with somebody who left, is on leave or can't come.
    """
    now = now or timezone.now()
    soon = Meeting.objects.filter(
        state=Meeting.State.PLANNED, starts_at__gt=now, starts_at__lte=now + AHEAD
    )
    turns = RoleTurn.objects.filter(meeting=OuterRef("pk"))
    seat = Membership.objects.current().filter(
        circle=OuterRef("meeting__circle"), person=OuterRef("person")
    )
    leave = Leave.objects.current().filter(
        membership__circle=OuterRef("meeting__circle"),
        membership__person=OuterRef("person"),
        membership__left_on=None,
        back_by__gt=OuterRef("meeting__held_on"),
    )
    declined = Attendance.objects.filter(
        meeting=OuterRef("meeting"),
        person=OuterRef("person"),
        rsvp=Attendance.Rsvp.NOT_GOING,
    )
    missing = turns.filter(~Exists(seat) | Exists(leave) | Exists(declined))
    waiting = soon.filter(~Exists(turns) | Exists(missing)).order_by("starts_at")
    return list(waiting.values_list("pk", flat=True)[:MOST_AT_ONCE])
