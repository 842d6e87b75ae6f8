"""What a channel is, and what became of a message that it took."""

import contextlib
import logging
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from enum import Enum
from typing import Any, ClassVar

from members.models import Member
from notifications.catalogue import Kind
from notifications.kinds import Letter
from notifications.models import Delivery, Reminder

logger = logging.getLogger(__name__)

AWAY = "Out of reach. "
MAY_NOT_SIGN_IN = "This person may not sign in any more."


class TryLater(Exception):
    """This message did not get through now; it may another time."""


class ChannelAway(TryLater):
    """Nothing gets through now: the rest of the batch need not try."""


class Refused(Exception):
    """This message will never get through. `is_bounce` when it is the address's fault."""

    def __init__(self, reason: str, *, is_bounce: bool = False) -> None:
        super().__init__(reason)
        self.is_bounce = is_bounce


class NobodyThere(Exception):
    """There is nobody at the other end any more. It is nobody's mistake, and nothing to mend."""


class Way(Enum):
    SENT = "sent"
    LATER = "later"
    FAILED = "failed"
    MOOT = "moot"


@dataclass(frozen=True)
class Outcome:
    """What became of one message."""

    way: Way
    problem: str = ""
    is_bounce: bool = False


SENT = Outcome(Way.SENT)


@dataclass(frozen=True)
class Message:
    """One letter for one person; of a digest, the letters of all its parts."""

    deliveries: tuple[Delivery, ...]
    letters: tuple[Letter, ...]
    kinds: tuple[Kind, ...]
    is_digest: bool = False

    @property
    def reminder(self) -> Reminder:
        return self.deliveries[0].reminder

    @property
    def letter(self) -> Letter:
        return self.letters[0]

    @property
    def person(self) -> Member:
        return self.reminder.recipient


class Channel:
    """Takes messages to people. A subclass says how one message goes; the engine does the rest.

    `send` returns when the message is through, and else raises TryLater, ChannelAway, Refused or
    NobodyThere; any other exception stops only that message. What `session` returns is open for
    one batch.
    """

    name: ClassVar[str]
    label: ClassVar[str]
    # Whether a message arrives without disturbing: no quiet hours, no digest, only on or off.
    is_silent: ClassVar[bool] = False
    # Whether people choose about it; not if it takes messages to a circle.
    is_personal: ClassVar[bool] = True
    # Whether several messages may come as one, in a digest, and count against what one wants a
    # day. If not, it is on or off, and what would wait for a digest does not come.
    has_digest: ClassVar[bool] = False
    # Whether a batch is recorded as a whole, in the transaction that takes it to people.
    is_atomic: ClassVar[bool] = False

    @property
    def is_offered(self) -> bool:
        """Whether it works here, so that people are asked how they want it."""
        return True

    def unreachable(self, people: Iterable[Member]) -> dict[int, str]:
        """By the keys of those who cannot be reached the reason, for the operator to read."""
        return {each.pk: MAY_NOT_SIGN_IN for each in people if not each.may_sign_in}

    def session(self) -> AbstractContextManager[Any]:
        return contextlib.nullcontext()

    def send(self, message: Message, session: Any) -> None:
        raise NotImplementedError

    def deliver(self, messages: Iterable[Message]) -> Iterator[tuple[Message, Outcome]]:
        """Send one after the other, and say of each at once what became of it."""
        rest, away = iter(messages), ""
        try:
            with self.session() as session:
                for message in rest:
                    outcome = self._try(message, session)
                    yield message, outcome
                    if outcome.problem.startswith(AWAY):
                        away = outcome.problem
                        break
        except (OSError, TryLater) as problem:
            away = f"{AWAY}{type(problem).__name__}: {problem}"
        for message in rest:
            yield message, Outcome(Way.LATER, away)

    def _try(self, message: Message, session: Any) -> Outcome:
        try:
            self.send(message, session)
        except ChannelAway as problem:
            return Outcome(Way.LATER, f"{AWAY}{problem}")
        except TryLater as problem:
            return Outcome(Way.LATER, str(problem))
        except Refused as problem:
            return Outcome(Way.FAILED, str(problem), is_bounce=problem.is_bounce)
        except NobodyThere as reason:
            return Outcome(Way.MOOT, str(reason))
        except Exception as problem:
            logger.exception("a message cannot be sent", extra={"reminder": message.reminder.pk})
            return Outcome(Way.FAILED, f"{type(problem).__name__}: {problem}")
        return SENT
