"""The time between two meetings of a circle, and its buddies as the rows tell them."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from circles.models import Circle, Leave, Membership
from members.models import Member
from sessions_app import buddies
from sessions_app.models import Meeting
from sessions_app.seats import seats_on


@dataclass(frozen=True)
class Cycle:
    """From one meeting to the next one that is planned, if there is one."""

    last: Meeting
    next: Meeting | None
    groups: list[list[Member]]

    @property
    def halfway(self) -> datetime | None:
        if self.next is None:
            return None
        return self.last.ends_at + (self.next.starts_at - self.last.ends_at) / 2

    def buddies_of(self, person: Member) -> list[Member]:
        return buddies.buddies_in(self.groups, person)


def cycle_of(circle: Circle) -> Cycle | None:
    """The circle's cycle now; None before its first meeting. Five queries.

    Whoever is on leave has no buddy. Who left or came since the last meeting changes only the
    groups that this touches.
    """
    held = Meeting.objects.filter(circle=circle).past().exclude(state=Meeting.State.MISSED)
    last = held.first()
    if last is None:
        return None
    that_day = seats_on(last.held_on, circle_id=circle.pk).filter(~_away(on=last))
    paired = buddies.groups_of(_people(that_day), held.count())
    now = Membership.objects.current().here().filter(circle=circle).select_related("person")
    upcoming = Meeting.objects.filter(circle=circle).upcoming()
    return Cycle(last, upcoming.first(), buddies.settled(paired, _people(now)))


def _away(*, on: Meeting) -> Exists:
    back = Q(ended_on=None) | Q(ended_on__gt=on.held_on)
    leaves = Leave.objects.filter(back, membership=OuterRef("pk"), began_on__lte=on.held_on)
    return Exists(leaves)


def _people(seats: QuerySet[Membership]) -> list[Member]:
    return [seat.person for seat in seats.order_by("pk")]
