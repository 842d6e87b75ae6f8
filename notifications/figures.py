"""What operators look at: what is due, late, in work, failed; by queue and by kind."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Count, Min, Q, Sum
from django.utils import timezone

from notifications.catalogue import Kind, kind_named
from notifications.models import BouncedAddress, Delivery, DeliveryTally, Reminder, Urgency

State = Delivery.State
LATE = timedelta(minutes=2)


@dataclass
class Queue:
    """One queue just now."""

    due: int = 0
    late_seconds: float = 0
    claimed: int = 0
    retrying: int = 0

    @property
    def is_late(self) -> bool:
        return self.late_seconds > LATE.total_seconds()

    @property
    def late_in_words(self) -> str:
        return f"{self.late_seconds / 60:.0f} min" if self.is_late else "no"


def waiting() -> dict[int, Queue]:
    """By urgency. Only what is open is read: the partial indexes hold nothing else."""
    now, queues = timezone.now(), {int(urgency): Queue() for urgency in Urgency}
    for rows in (
        Reminder.objects.filter(state=Reminder.State.PLANNED, due_at__lte=now),
        Delivery.objects.filter(state=State.PLANNED, due_at__lte=now),
    ):
        grouped = rows.order_by().values("urgency").annotate(due=Count("pk"), first=Min("due_at"))
        for row in grouped:
            queue = queues[row["urgency"]]
            queue.due += row["due"]
            late = (now - row["first"]).total_seconds()
            queue.late_seconds = max(queue.late_seconds, late)
    claimed = Delivery.objects.filter(state=State.CLAIMED).order_by().values("urgency")
    for held in claimed.annotate(number=Count("pk")):
        queues[held["urgency"]].claimed = held["number"]
    again = Delivery.objects.filter(state=State.PLANNED, attempts__gt=0).order_by()
    for put_off in again.values("urgency").annotate(number=Count("pk")):
        queues[put_off["urgency"]].retrying = put_off["number"]
    return queues


def by_kind(*, days: int) -> list[dict[str, Any]]:
    """How deliveries ended in the last days: kind, channel, sent, failed, later, cancelled."""
    since = timezone.now().date() - timedelta(days=days - 1)
    rows = DeliveryTally.objects.filter(day__gte=since).values("kind", "channel")
    ways = {way: Sum("number", filter=Q(outcome=way), default=0) for way in OUTCOMES}
    return [dict(row) for row in rows.annotate(**ways).order_by("kind", "channel")]


@dataclass(frozen=True)
class Failure:
    """A delivery that failed for good, with what its kind is called."""

    delivery: Delivery
    kind: Kind


def failed(*, most: int = 50) -> list[Failure]:
    """What failed for good, the latest due first."""
    rows = Delivery.objects.filter(state=State.FAILED).order_by("-due_at")
    found = rows.select_related("reminder", "recipient")[:most]
    return [Failure(delivery, kind_named(delivery.reminder.kind)) for delivery in found]


def bounced() -> int:
    return BouncedAddress.objects.count()


def rows_by_kind(*, days: int) -> list[list[object]]:
    """The same as rows of a table: the kind's words, the channel's, and the numbers."""
    return [
        [kind_named(row["kind"]).label, row["channel"], *(row[way] for way in OUTCOMES)]
        for row in by_kind(days=days)
    ]


OUTCOMES = ("sent", "failed", "later", "cancelled")
