"""Turns due reminders into deliveries, one a channel, as the wishes of each person say."""

import logging
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import Count, Q
from django.utils import timezone

from members.models import Member
from notifications.catalogue import kind_named
from notifications.channels import CHANNELS
from notifications.decide import MIDNIGHT, Way, Wishes, decide, first_after
from notifications.models import BouncedAddress, Delivery, Reminder
from notifications.models.reminders import LEASE
from notifications.wishes import wishes_of

logger = logging.getLogger(__name__)

BATCH = 500
NOT_WISHED = "They asked not to get these."
INSERT = """
    INSERT INTO notifications_delivery (reminder_id, recipient_id, channel, urgency, due_at,
        in_digest, state, attempts, problem)
    SELECT *, 'planned', 0, ''
    FROM unnest(%s::bigint[], %s::bigint[], %s::text[], %s::smallint[], %s::timestamptz[],
        %s::boolean[])
    ON CONFLICT DO NOTHING
"""


@dataclass(frozen=True)
class _Facts:
    """What deciding about one batch takes, read with a constant number of queries."""

    wishes: dict[int, Wishes]
    bounced: frozenset[str]
    mailed_today: Counter[int]


@transaction.atomic
def dispatch_due(urgency: int, *, size: int = BATCH) -> int:
    """Decide about a batch of due reminders of that urgency; return how many there were.

    Rows that another worker holds are skipped, so that any number of workers may do this at once.
    """
    due = Reminder.objects.due().filter(urgency=urgency).order_by("due_at")
    batch = list(
        due.select_related("recipient").select_for_update(skip_locked=True, of=("self",))[:size]
    )
    if not batch:
        return 0
    now, facts = timezone.now(), _facts([reminder.recipient for reminder in batch])
    deliveries: list[Delivery] = []
    refusals: dict[str, list[int]] = {}
    for reminder in batch:
        found, reason = _decide(reminder, facts, now)
        deliveries += found
        if not found:
            refusals.setdefault(reason, []).append(reminder.pk)
    _insert(deliveries)
    refused = [pk for keys in refusals.values() for pk in keys]
    sent_on = [reminder.pk for reminder in batch if reminder.pk not in set(refused)]
    rows = Reminder.objects.filter(pk__in=sent_on)
    rows.update(state=Reminder.State.DISPATCHED, claimed_at=now)
    for reason, keys in refusals.items():
        rows = Reminder.objects.filter(pk__in=keys)
        rows.update(state=Reminder.State.CANCELLED, claimed_at=now, problem=reason)
    logger.info(
        "dispatched %s reminders", len(batch), extra={"urgency": urgency, "refused": len(refused)}
    )
    return len(batch)


def take_over_old_claims() -> int:
    """Plan again what a worker of the former engine claimed and never sent; return how many."""
    silent = Reminder.objects.filter(
        state=Reminder.State.CLAIMED, claimed_at__lt=timezone.now() - LEASE
    )
    return silent.update(state=Reminder.State.PLANNED)


def _decide(reminder: Reminder, facts: _Facts, now: datetime) -> tuple[list[Delivery], str]:
    """The deliveries of one reminder; with none, the reason."""
    kind, person, found, reason = kind_named(reminder.kind), reminder.recipient, [], ""
    for name in kind.channels:
        channel = CHANNELS[name]
        if unreachable := channel.unreachable(person, bounced=facts.bounced):
            reason = reason or unreachable
            continue
        decision = decide(
            kind,
            facts.wishes[person.pk],
            channel=name,
            now=now,
            is_silent=channel.is_silent,
            mailed_today=facts.mailed_today[person.pk],
        )
        if decision.way is Way.OFF:
            continue
        if not channel.is_silent and decision.way is Way.NOW:
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


def _facts(people: Iterable[Member]) -> _Facts:
    by_key = {person.pk: person for person in people}
    wishes = wishes_of(by_key.values())
    addresses = [person.email for person in by_key.values() if person.email]
    bounced = BouncedAddress.objects.filter(address__in=addresses)
    return _Facts(
        wishes=wishes,
        bounced=frozenset(bounced.values_list("address", flat=True)),
        mailed_today=_mailed_today({key: of for key, of in wishes.items() if of.budget}),
    )


def _mailed_today(wishes: dict[int, Wishes]) -> Counter[int]:
    """How many mails those with a budget had or have coming on their own day of today."""
    if not wishes:
        return Counter()
    now = timezone.now()
    days = Q()
    for key, of in wishes.items():
        today = now.astimezone(of.zone).date()
        begins = first_after(today, MIDNIGHT, of.zone, after=now - timedelta(days=2))
        days |= Q(recipient=key, due_at__gte=begins)
    mails = Delivery.objects.filter(days, in_digest=False, due_at__lte=now + timedelta(days=1))
    mails = mails.exclude(state=Delivery.State.CANCELLED)
    loud = [name for name, channel in CHANNELS.items() if not channel.is_silent]
    counted = mails.filter(channel__in=loud).order_by().values_list("recipient")
    return Counter(dict(counted.annotate(Count("pk"))))
