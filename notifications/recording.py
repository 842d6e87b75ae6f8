"""Writes down what became of deliveries, and of the reminders that they were for."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Exists, OuterRef
from django.utils import timezone

from notifications.models import BouncedAddress, Delivery, Reminder

# Only under the lease it was claimed with: who comes back after its end changes nothing.
RECORD = """
    UPDATE notifications_delivery
    SET state = %(state)s, problem = %(problem)s, sent_at = %(sent_at)s,
        attempts = coalesce(%(attempts)s, attempts), due_at = coalesce(%(due_at)s, due_at)
    WHERE id = ANY(%(ids)s) AND lease = %(lease)s AND state = 'claimed'
"""
# A reminder is done when none of its deliveries is open: failed if one of them is, else sent if
# one of them is, else cancelled for their reason.
SETTLE = """
    UPDATE notifications_reminder AS reminder
    SET state = ended.state, problem = ended.problem, sent_at = ended.sent_at
    FROM (
        SELECT reminder_id, max(sent_at) AS sent_at,
            CASE WHEN bool_or(state = 'failed') THEN 'failed'
                 WHEN bool_or(state = 'sent') THEN 'sent' ELSE 'cancelled' END AS state,
            CASE WHEN bool_or(state = 'failed')
                 THEN coalesce(max(problem) FILTER (WHERE state = 'failed'), '')
                 WHEN bool_or(state = 'sent') THEN '' ELSE max(problem) END AS problem
        FROM notifications_delivery WHERE reminder_id = ANY(%(ids)s)
        GROUP BY reminder_id
        HAVING NOT bool_or(state IN ('planned', 'claimed'))
    ) AS ended
    WHERE reminder.id = ended.reminder_id AND reminder.id = ANY(%(ids)s)
        AND reminder.state = 'dispatched'
"""
TALLY = """
    INSERT INTO notifications_deliverytally (day, kind, channel, outcome, number)
    SELECT %s, * FROM unnest(%s::text[], %s::text[], %s::text[], %s::bigint[])
    ON CONFLICT (day, kind, channel, outcome)
    DO UPDATE SET number = notifications_deliverytally.number + excluded.number
"""


def record(
    deliveries: Sequence[Delivery],
    state: Delivery.State,
    *,
    problem: str = "",
    attempts: int | None = None,
    due_at: datetime | None = None,
) -> int:
    """Write the same outcome down for deliveries claimed together; return how many were ours."""
    if not deliveries:
        return 0
    first = deliveries[0]
    return _execute(
        RECORD,
        {
            "ids": [delivery.pk for delivery in deliveries],
            "lease": first.lease,
            "state": state.value,
            "problem": problem[:500],
            "sent_at": timezone.now() if state == Delivery.State.SENT else None,
            "attempts": attempts,
            "due_at": due_at,
        },
    )


def settle(reminders: Iterable[int]) -> int:
    """Close those of these reminders of which nothing is on its way; return how many."""
    return _execute(SETTLE, {"ids": sorted(reminders)})


def tally(ended: Counter[tuple[str, str, str]]) -> None:
    """Add to today's figures of (kind, channel, outcome), in one order everywhere: no deadlock."""
    if not ended:
        return
    rows = sorted(ended.items())
    columns = [[key[place] for key, _ in rows] for place in range(3)]
    _execute(TALLY, [timezone.now().date(), *columns, [number for _, number in rows]])


def note_bounce(address: str, problem: str) -> None:
    """Write there no more, until the address is cleared or the person has another one."""
    BouncedAddress.objects.update_or_create(
        address=address, defaults={"problem": problem[:500], "bounced_at": timezone.now()}
    )


def settle_stragglers(*, size: int = 5000) -> int:
    """Close what a worker had sent and was killed before closing; return how many."""
    is_open = Delivery.objects.filter(
        reminder=OuterRef("pk"), state__in=(Delivery.State.PLANNED, Delivery.State.CLAIMED)
    )
    under_way = Reminder.objects.filter(~Exists(is_open), state=Reminder.State.DISPATCHED)
    return settle(under_way.order_by("claimed_at").values_list("pk", flat=True)[:size])


def _execute(sql: str, values: Any) -> int:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return int(cursor.rowcount)
