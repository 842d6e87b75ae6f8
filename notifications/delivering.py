"""Sends what is due: claims a batch, writes the letters, hands them to the channels, records.

A worker may die anywhere. What it had claimed is given back when its lease ends; each mail is
recorded before the next one is sent, so that of one dead worker one mail is in doubt, and the
second copy of that one has the Message-ID of the first.
"""

import logging
import random
import time
from collections import Counter, defaultdict, deque
from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from notifications.catalogue import kind_named
from notifications.channels import CHANNELS, Message, Outcome
from notifications.channels.base import Way
from notifications.claiming import ATTEMPTS, claim, claim_digests
from notifications.composing import Result, compose_all
from notifications.kinds import Letter, NoLongerWanted
from notifications.models import Delivery
from notifications.models import reminders as leases
from notifications.recording import note_bounce, record, settle, tally

logger = logging.getLogger(__name__)

BATCH, DIGESTS = 200, 50
FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=1), timedelta(hours=4)
State = Delivery.State
Ended = Counter[tuple[str, str, str]]


def deliver_due(urgency: int, *, size: int = BATCH, only: int | None = None) -> int:
    """Send a batch of what is due at once; return how many deliveries there were."""
    return _work(claim(urgency, size=size, only=only))


def deliver_digests(*, people: int = DIGESTS) -> int:
    """Send the due digests of so many people; return how many deliveries they held."""
    return _work(claim_digests(people=people))


def waiting_time(attempts: int, *, jitter: float | None = None) -> timedelta:
    """How long to wait after so many attempts: twice as long each time, spread by a quarter."""
    spread = random.uniform(0.75, 1.25) if jitter is None else jitter  # noqa: S311  no secret
    return min(FIRST_WAIT * int(2 ** (attempts - 1)), LONGEST_WAIT) * spread


def _work(claimed: Sequence[Delivery]) -> int:
    if not claimed:
        return 0
    until = time.monotonic() + leases.LEASE.total_seconds() / 2
    letters = compose_all({each.reminder_id: each.reminder for each in claimed}.values())
    by_channel: dict[str, list[Delivery]] = defaultdict(list)
    for delivery in claimed:
        by_channel[delivery.channel].append(delivery)
    ended: Ended = Counter()
    for name in sorted(by_channel, key=_place):
        try:
            _through(name, by_channel[name], letters, until, ended)
        except Exception:
            # The lease gives these back; the other channels go on.
            logger.exception("a channel stopped", extra={"channel": name})
    settle({delivery.reminder_id for delivery in claimed})
    tally(ended)
    return len(claimed)


def _place(name: str) -> tuple[bool, bool]:
    """The inbox first: it waits for no server. What goes to no person last: it waits for many."""
    return name != "inbox", name in CHANNELS and not CHANNELS[name].is_personal


def _through(
    name: str, batch: Sequence[Delivery], letters: dict[int, Result], until: float, ended: Ended
) -> None:
    """Take these through one channel, and record each; `ended` counts how."""
    channel = CHANNELS.get(name)
    if channel is None:
        _close(batch, State.CANCELLED, ended, problem=f"There is no channel {name!r}.")
        return
    people = {each.recipient_id: each.reminder.recipient for each in batch}
    reasons = channel.unreachable(people.values())
    ready = []
    for delivery in batch:
        letter = letters[delivery.reminder_id]
        if delivery.recipient_id in reasons:
            _close([delivery], State.CANCELLED, ended, problem=reasons[delivery.recipient_id])
        elif isinstance(letter, NoLongerWanted):
            _close([delivery], State.CANCELLED, ended, problem=str(letter))
        elif isinstance(letter, Exception):
            words = f"{type(letter).__name__}: {letter}"
            _close([delivery], State.FAILED, ended, problem=words)
        else:
            ready.append((delivery, letter))
    messages = deque(_messages(ready))
    if channel.is_atomic:
        with transaction.atomic():
            _record_sent([each for each, _ in channel.deliver(messages)], ended)
        return
    for message, outcome in channel.deliver(_while_leased(messages, until)):
        _finish(message, outcome, ended)
    # Whoever has more time takes them.
    record([each for message in messages for each in message.deliveries], State.PLANNED)


def _while_leased(messages: deque[Message], until: float) -> Iterator[Message]:
    """Hand them out only as long as the lease surely lasts."""
    while messages and time.monotonic() < until:
        yield messages.popleft()


def _messages(ready: Iterable[tuple[Delivery, Letter]]) -> Iterator[Message]:
    """One message a delivery, but one for all that a person gets in a digest.

    What brings something for the calendar goes by itself: a digest cannot carry it.
    """
    digests: dict[int, list[tuple[Delivery, Letter]]] = defaultdict(list)
    for delivery, letter in ready:
        if delivery.in_digest and not letter.calendar:
            digests[delivery.recipient_id].append((delivery, letter))
        else:
            yield _message([(delivery, letter)])
    for parts in digests.values():
        yield _message(
            sorted(parts, key=lambda part: (part[0].reminder.due_at, part[0].reminder_id))
        )


def _message(parts: Sequence[tuple[Delivery, Letter]]) -> Message:
    deliveries, letters = zip(*parts, strict=True)
    kinds = tuple(kind_named(delivery.reminder.kind) for delivery in deliveries)
    return Message(deliveries, letters, kinds, is_digest=len(parts) > 1)


def _finish(message: Message, outcome: Outcome, ended: Ended) -> None:
    if outcome.way is Way.SENT:
        _record_sent([message], ended)
        for letter in message.letters:
            _tell(letter, message)
    elif outcome.way is Way.LATER:
        _put_off(message, outcome.problem, ended)
    elif outcome.way is Way.MOOT:
        _close(message.deliveries, State.CANCELLED, ended, problem=outcome.problem)
    else:
        _close(message.deliveries, State.FAILED, ended, problem=outcome.problem)
    if outcome.is_bounce:
        note_bounce(str(message.person.email), outcome.problem)


def _record_sent(messages: Sequence[Message], ended: Ended) -> None:
    deliveries = [delivery for message in messages for delivery in message.deliveries]
    _close(deliveries, State.SENT, ended)


def _put_off(message: Message, problem: str, ended: Ended) -> None:
    attempts = message.deliveries[0].attempts + 1
    if attempts >= ATTEMPTS:
        _close(message.deliveries, State.FAILED, ended, problem=problem, attempts=attempts)
        return
    due_at = timezone.now() + waiting_time(attempts)
    record(message.deliveries, State.PLANNED, problem=problem, attempts=attempts, due_at=due_at)
    _log(message.deliveries, "later", ended, problem=problem)


def _close(
    deliveries: Sequence[Delivery],
    state: Delivery.State,
    ended: Ended,
    *,
    problem: str = "",
    attempts: int | None = None,
) -> None:
    record(deliveries, state, problem=problem, attempts=attempts)
    _log(deliveries, state.value, ended, problem=problem)


def _log(deliveries: Sequence[Delivery], outcome: str, ended: Ended, *, problem: str) -> None:
    bad = outcome in ("failed", "later")
    for delivery in deliveries:
        reminder = delivery.reminder
        ended[reminder.kind, delivery.channel, outcome] += 1
        logger.log(
            logging.WARNING if bad else logging.INFO,
            "%s",
            outcome,
            extra={
                "reminder": reminder.pk,
                "delivery": delivery.pk,
                "person": delivery.recipient_id,
                "kind": reminder.kind,
                "subject": reminder.subject,
                "channel": delivery.channel,
                "problem": problem,
            },
        )


def _tell(letter: Letter, message: Message) -> None:
    if letter.on_sent is None:
        return
    try:
        letter.on_sent()
    except Exception:
        logger.exception("what follows a sent letter failed", extra={"id": message.reminder.pk})
