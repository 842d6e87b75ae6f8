"""What became of an announcement that went out, in numbers for its writer."""

from dataclasses import dataclass

from django.db.models import Count

from circles.models import Announcement
from notifications.models import Reminder

State = Reminder.State


@dataclass(frozen=True)
class Counts:
    """How many got it, will get it, do not want it, and could not be reached."""

    sent: int
    under_way: int
    not_wanted: int
    failed: int


def counts_of(announcement: Announcement) -> Counts:
    """In one query. Nobody is named: whether somebody wants such messages is their own affair."""
    rows = Reminder.objects.filter(kind=announcement.kind, subject=announcement.reference)
    grouped = rows.order_by().values_list("state").annotate(Count("pk"))
    numbers = {State(state): number for state, number in grouped}
    under_way = (State.PLANNED, State.CLAIMED, State.DISPATCHED)
    return Counts(
        sent=numbers.get(State.SENT, 0),
        under_way=sum(numbers.get(state, 0) for state in under_way),
        not_wanted=numbers.get(State.CANCELLED, 0),
        failed=numbers.get(State.FAILED, 0),
    )
