"""Takes due deliveries under a lease, so that each is worked on by one worker at a time."""

import secrets
from typing import Any

from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone

from notifications.models import Delivery, Reminder
from notifications.models import reminders as leases

ATTEMPTS = 12
GAVE_UP = "Workers stopped again and again while they had this."
CLAIM = """
    UPDATE notifications_delivery SET state = 'claimed', claimed_at = %(now)s, lease = %(lease)s
    WHERE id IN (
        SELECT id FROM notifications_delivery
        WHERE state = 'planned' AND NOT in_digest AND urgency = %(urgency)s AND due_at <= %(now)s
            AND (%(only)s IS NULL OR reminder_id = %(only)s)
        ORDER BY due_at LIMIT %(size)s FOR UPDATE SKIP LOCKED
    )
    RETURNING id, reminder_id, recipient_id, channel, urgency, due_at, in_digest, attempts
"""
DIGESTS_DUE = """
    SELECT recipient_id FROM (
        SELECT recipient_id, min(due_at) AS first FROM notifications_delivery
        WHERE state = 'planned' AND in_digest AND due_at <= %(now)s
        GROUP BY recipient_id ORDER BY first LIMIT %(size)s
    ) AS waiting
    WHERE pg_try_advisory_xact_lock(%(lock)s, recipient_id::int)
"""
CLAIM_DIGESTS = """
    UPDATE notifications_delivery SET state = 'claimed', claimed_at = %(now)s, lease = %(lease)s
    WHERE state = 'planned' AND in_digest AND due_at <= %(now)s AND recipient_id = ANY(%(people)s)
    RETURNING id, reminder_id, recipient_id, channel, urgency, due_at, in_digest, attempts
"""
LOCK = 0x50656572


def claim(urgency: int, *, size: int, only: int | None = None) -> list[Delivery]:
    """The next due deliveries of that urgency, the longest due first; or only one reminder's."""
    return _claimed(CLAIM, {"urgency": urgency, "size": size, "only": only})


@transaction.atomic
def claim_digests(*, people: int) -> list[Delivery]:
    """All that is due in the digests of so many people; nobody's digest is split in two."""
    now = timezone.now()
    with connection.cursor() as cursor:
        cursor.execute(DIGESTS_DUE, {"size": people, "now": now, "lock": LOCK})
        found = [key for (key,) in cursor.fetchall()]
    return _claimed(CLAIM_DIGESTS, {"people": found}) if found else []


def recover() -> int:
    """Give back what silent workers held longer than their lease; return how much."""
    silent = Delivery.objects.filter(
        state=Delivery.State.CLAIMED, claimed_at__lt=timezone.now() - leases.LEASE
    )
    silent.filter(attempts__gte=ATTEMPTS - 1).update(state=Delivery.State.FAILED, problem=GAVE_UP)
    return silent.update(state=Delivery.State.PLANNED, attempts=F("attempts") + 1)


def _claimed(sql: str, values: dict[str, Any]) -> list[Delivery]:
    """What the statement claims, with its reminders and their people, the longest due first."""
    now, lease = timezone.now(), secrets.randbits(62)
    with connection.cursor() as cursor:
        cursor.execute(sql, values | {"now": now, "lease": lease})
        names = [column.name for column in cursor.description]
        rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    if not rows:
        return []
    keys = {row["reminder_id"] for row in rows}
    reminders = Reminder.objects.select_related("recipient__unit").in_bulk(keys)
    claimed = []
    for row in sorted(rows, key=lambda row: (row["due_at"], row["id"])):
        delivery = Delivery(**row, state=Delivery.State.CLAIMED, claimed_at=now, lease=lease)
        delivery.reminder = reminders[row["reminder_id"]]
        claimed.append(delivery)
    return claimed
