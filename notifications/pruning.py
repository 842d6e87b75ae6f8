"""Forgets what was sent or cancelled long ago, so that the tables stay as small as they can.

By which channels a message went is known for a month: its reminder says for a year that it was
sent, and the tallies how many were. So deliveries, of which most rows are written, stay few.
"""

import time
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from notifications.models import Delivery, Notice, Reminder

KEPT, DELIVERIES_KEPT = timedelta(days=400), timedelta(days=30)
BATCH = 2000


def prune(*, seconds: float = 600) -> int:
    """Delete what is done and was due long ago, a small batch at a time; return how many rows."""
    until, deleted = time.monotonic() + seconds, 0
    for some in (_prune_deliveries, _prune_reminders):
        while time.monotonic() < until and (batch := some()):
            deleted += batch
    return deleted


@transaction.atomic
def _prune_deliveries() -> int:
    """Not those that failed, which somebody may try again, nor while others are on their way."""
    old = Delivery.objects.filter(
        state__in=(Delivery.State.SENT, Delivery.State.CANCELLED),
        due_at__lt=timezone.now() - DELIVERIES_KEPT,
        reminder__state__in=Reminder.DONE,
    )
    rows = old.order_by("due_at").select_for_update(skip_locked=True, of=("self",))
    ids = list(rows.values_list("pk", flat=True)[:BATCH])
    return Delivery.objects.filter(pk__in=ids).delete()[0]


@transaction.atomic
def _prune_reminders() -> int:
    old = Reminder.objects.done().filter(due_at__lt=timezone.now() - KEPT)
    rows = old.order_by("due_at").select_for_update(skip_locked=True)
    ids = list(rows.values_list("pk", flat=True)[:BATCH])
    Notice.objects.filter(reminder__in=ids).delete()
    Delivery.objects.filter(reminder__in=ids).delete()
    Reminder.objects.filter(pk__in=ids).delete()
    return len(ids)
