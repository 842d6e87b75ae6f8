"""Takes due deliveries under a lease, so that each is worked on by one worker at a time."""

import secrets
from collections.abc import Sequence
from typing import Any

from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone

from notifications.models import Delivery
from notifications.models import reminders as leases

ATTEMPTS = 12
GAVE_UP = "Workers stopped again and again while they had this."
CLAIM = """
    UPDATE notifications_delivery SET state = 'claimed', claimed_at = %(now)s, lease = %(lease)s
    WHERE id IN (
        SELECT id FROM notifications_delivery
        WHERE state = 'planned' AND NOT in_digest AND urgency = %(urgency)s AND due_at <= %(now)s
        ORDER BY due_at LIMIT %(size)s FOR UPDATE SKIP LOCKED
    )
    RETURNING id
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
    RETURNING id
"""
LOCK = 0x50656572


def claim(urgency: int, *, size: int) -> list[Delivery]:
    """The next due deliveries of that urgency, the longest due first."""
    values = {"urgency": urgency, "size": size, "now": timezone.now(), "lease": _token()}
    return _rows(_claimed(CLAIM, values))


@transaction.atomic
def claim_digests(*, people: int) -> list[Delivery]:
    """All that is due in the digests of so many people; nobody's digest is split in two."""
    values = {"size": people, "now": timezone.now(), "lease": _token(), "lock": LOCK}
    values["people"] = _claimed(DIGESTS_DUE, values)
    return _rows(_claimed(CLAIM_DIGESTS, values)) if values["people"] else []


def recover() -> int:
    """Give back what silent workers held longer than their lease; return how much."""
    silent = Delivery.objects.filter(
        state=Delivery.State.CLAIMED, claimed_at__lt=timezone.now() - leases.LEASE
    )
    silent.filter(attempts__gte=ATTEMPTS - 1).update(state=Delivery.State.FAILED, problem=GAVE_UP)
    return silent.update(state=Delivery.State.PLANNED, attempts=F("attempts") + 1)


def _claimed(sql: str, values: dict[str, Any]) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return [key for (key,) in cursor.fetchall()]


def _rows(keys: Sequence[int]) -> list[Delivery]:
    if not keys:
        return []
    rows = Delivery.objects.filter(pk__in=keys).order_by("due_at", "pk")
    return list(rows.select_related("reminder__recipient__unit"))


def _token() -> int:
    return secrets.randbits(62)
