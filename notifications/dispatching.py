"""Turns due reminders into deliveries, one a channel, as the wishes of each person say."""

import logging
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import DatabaseError, connection, transaction
from django.db.models import Count, Q
from django.utils import timezone

from members.models import Member
from notifications.catalogue import kind_named
from notifications.channels import CHANNELS
from notifications.decide import MIDNIGHT, Way, Wishes, decide, first_after
from notifications.models import Delivery, Reminder
from notifications.models.reminders import LEASE
from notifications.wishes import wishes_of

logger = logging.getLogger(__name__)

BATCH = 500
NOT_WISHED = "They asked not to get these."
# A reminder that is owed once more goes out by what has not got through.
INSERT = """
    INSERT INTO notifications_delivery (reminder_id, recipient_id, channel, urgency, due_at,
        in_digest, state, attempts, problem)
    SELECT *, 'planned', 0, ''
    FROM unnest(%s::bigint[], %s::bigint[], %s::text[], %s::smallint[], %s::timestamptz[],
        %s::boolean[])
    ON CONFLICT (reminder_id, channel) DO UPDATE
    SET state = 'planned', due_at = excluded.due_at, in_digest = excluded.in_digest,
        urgency = excluded.urgency, attempts = 0, problem = ''
    WHERE notifications_delivery.state IN ('cancelled', 'failed')
"""


@dataclass(frozen=True)
class _Facts:
    """What deciding about one batch takes, read with a constant number of queries."""

    wishes: dict[int, Wishes]
    unreachable: dict[str, dict[int, str]]
    mailed_today: Counter[int]


@transaction.atomic
def dispatch_due(urgency: int, *, size: int = BATCH, only: int | None = None) -> int:
    """Decide about a batch of due reminders of that urgency; return how many there were.

    Rows that another worker holds are skipped, so that any number of workers may do this at once.
    """
    due = Reminder.objects.due().filter(urgency=urgency).order_by("due_at")
    if only is not None:
        due = due.filter(pk=only)
    batch = list(
        due.select_related("recipient").select_for_update(skip_locked=True, of=("self",))[:size]
    )
    if not batch:
        return 0
    now, facts = timezone.now(), _facts(batch)
    deliveries: list[Delivery] = []
    # By how they end: on their way, cancelled for a reason, or failed because of a mistake of ours.
    ends: dict[tuple[Reminder.State, str], list[int]] = {}
    for reminder in batch:
        found, end = _decided(reminder, facts, now)
        deliveries += found
        ends.setdefault(end, []).append(reminder.pk)
    _insert(deliveries)
    for (state, reason), keys in ends.items():
        rows = Reminder.objects.filter(pk__in=keys)
        rows.update(state=state, claimed_at=now, problem=reason)
        said = {"urgency": urgency, "state": state.value, "problem": reason}
        logger.info("dispatched %s reminders", len(keys), extra=said)
    return len(batch)


def take_over_old_claims() -> int:
    """Plan again what a worker of the former engine claimed and never sent; return how many."""
    silent = Reminder.objects.filter(
        state=Reminder.State.CLAIMED, claimed_at__lt=timezone.now() - LEASE
    )
    return silent.update(state=Reminder.State.PLANNED)


def _decided(
    reminder: Reminder, facts: _Facts, now: datetime
) -> tuple[list[Delivery], tuple[Reminder.State, str]]:
    """The deliveries of one reminder and what becomes of it; a mistake stops only this one."""
    try:
        found, reason = _decide(reminder, facts, now)
    except Exception as problem:
        logger.exception("a reminder cannot be dispatched", extra={"reminder": reminder.pk})
        return [], (Reminder.State.FAILED, f"{type(problem).__name__}: {problem}"[:500])
    if found:
        return found, (Reminder.State.DISPATCHED, "")
    return [], (Reminder.State.CANCELLED, reason)


def _decide(reminder: Reminder, facts: _Facts, now: datetime) -> tuple[list[Delivery], str]:
    """The deliveries of one reminder; with none, the reason."""
    kind, person, found, reason = kind_named(reminder.kind), reminder.recipient, [], ""
    mailed_today = facts.mailed_today[person.pk]
    for name in kind.channels:
        channel = CHANNELS.get(name)
        if channel is None:
            reason = f"There is no channel {name!r}."
            continue
        decision = decide(
            kind,
            facts.wishes[person.pk],
            channel=name,
            now=now,
            is_silent=channel.is_silent,
            has_digest=channel.has_digest,
            mailed_today=mailed_today,
            due_at=reminder.due_at,
        )
        if decision.way is Way.OFF:
            continue
        if person.pk in facts.unreachable[name]:
            reason = reason or facts.unreachable[name][person.pk]
            continue
        if channel.has_digest and decision.way is Way.NOW:
            facts.mailed_today[person.pk] += 1
        found.append(
            Delivery(
                reminder=reminder,
                recipient=person,
                channel=name,
                urgency=kind.urgency,
                due_at=decision.at,
                in_digest=decision.way is Way.DIGEST,
            )
        )
    return found, reason or NOT_WISHED


def _insert(deliveries: Sequence[Delivery]) -> None:
    if not deliveries:
        return
    columns = [
        [getattr(delivery, name) for delivery in deliveries]
        for name in ("reminder_id", "recipient_id", "channel", "urgency", "due_at", "in_digest")
    ]
    columns[3] = [int(urgency) for urgency in columns[3]]
    with connection.cursor() as cursor:
        cursor.execute(INSERT, columns)


def _facts(reminders: Iterable[Reminder]) -> _Facts:
    people = {reminder.recipient_id: reminder.recipient for reminder in reminders}
    wishes = wishes_of(people.values())
    names = {name for each in reminders for name in kind_named(each.kind).channels}
    return _Facts(
        wishes=wishes,
        unreachable={name: _unreachable(name, people.values()) for name in sorted(names)},
        mailed_today=count_mailed_today({key: of for key, of in wishes.items() if of.budget}),
    )


def _unreachable(name: str, people: Iterable[Member]) -> dict[int, str]:
    """Whom the channel cannot reach; one that is broken says so when it is to deliver."""
    try:
        return CHANNELS[name].unreachable(people) if name in CHANNELS else {}
    except DatabaseError:
        raise
    except Exception:
        logger.exception("a channel does not know whom it reaches", extra={"channel": name})
        return {}


def count_mailed_today(wishes: dict[int, Wishes]) -> Counter[int]:
    """How many mails those with a budget had or have coming on their own day of today."""
    if not wishes:
        return Counter()
    now = timezone.now()
    days = Q()
    for key, of in wishes.items():
        today = now.astimezone(of.zone).date()
        begins = first_after(today, MIDNIGHT, of.zone, after=now - timedelta(days=2))
        days |= Q(recipient=key, due_at__gte=begins)
    counting = [name for name, channel in CHANNELS.items() if channel.has_digest]
    mails = Delivery.objects.filter(days, in_digest=False, channel__in=counting).order_by()
    # Apart, as each has an index of its own: the few that are open, and the latest that are done.
    coming = mails.filter(state__in=Delivery.OPEN, recipient__in=wishes)
    coming = coming.filter(due_at__lte=now + timedelta(days=1))
    had = mails.filter(state__in=Delivery.DONE, due_at__gte=now - timedelta(days=2))
    had = had.exclude(state=Delivery.State.CANCELLED)
    counted: Counter[int] = Counter()
    for rows in (coming, had):
        counted.update(dict(rows.values_list("recipient").annotate(Count("pk"))))
    return counted
