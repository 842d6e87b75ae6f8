"""Forgets what was sent or cancelled long ago, so that the tables stay as small as they can."""

import time
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from notifications.models import Delivery, Notice, Reminder

KEPT = timedelta(days=400)
BATCH = 2000


def prune(*, seconds: float = 600) -> int:
    """Delete reminders done and due long ago, a small batch at a time; return how many."""
    until, deleted = time.monotonic() + seconds, 0
    while time.monotonic() < until and (batch := _prune_some()):
        deleted += batch
    return deleted


@transaction.atomic
def _prune_some() -> int:
    old = Reminder.objects.done().filter(due_at__lt=timezone.now() - KEPT)
    keys = list(old.order_by().select_for_update(skip_locked=True).values_list("pk")[:BATCH])
    ids = [key for (key,) in keys]
    Notice.objects.filter(reminder__in=ids).delete()
    Delivery.objects.filter(reminder__in=ids).delete()
    Reminder.objects.filter(pk__in=ids).delete()
    return len(ids)
