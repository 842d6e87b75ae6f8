"""Mail: one connection a batch, and what each answer of a mail server means for us."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from smtplib import (
    SMTPAuthenticationError,
    SMTPDataError,
    SMTPHeloError,
    SMTPNotSupportedError,
    SMTPRecipientsRefused,
    SMTPSenderRefused,
)
from typing import Any

from django.core.mail import EmailMultiAlternatives, get_connection
from django.utils import timezone

from members.models import Member
from notifications.channels.base import Channel, ChannelAway, Message, Refused, TryLater
from notifications.digest import build_digest
from notifications.links import unsubscribe_headers, wishes_link
from notifications.mail import Bodies, bodies, build
from notifications.models import BouncedAddress

NO_ADDRESS = "This person has no address to write to."
BOUNCED = "A mail server refused this address for good."


class Session:
    """An open connection, and what was rendered so far of the letters of one batch."""

    def __init__(self, connection: Any) -> None:
        self.connection = connection
        # By the letter itself: a kind that writes many at once gives those who read the same one.
        self.bodies: dict[int, Bodies] = {}

    def written(self, message: Message) -> EmailMultiAlternatives:
        """The mail, in the reader's zone, with the way out that RFC 8058 asks for."""
        person, kind, letter = message.person, message.kinds[0], message.letter
        with timezone.override(person.zone):
            if message.is_digest:
                return build_digest(message)
            if id(letter) not in self.bodies:
                self.bodies[id(letter)] = bodies(letter, **wishes_link())
            mail = build(
                letter,
                to=person,
                message_id=message.reminder.message_id,
                written=self.bodies[id(letter)],
            )
        if kind.is_optional:
            mail.extra_headers |= unsubscribe_headers(person, kind.name)
        return mail


class MailChannel(Channel):
    """Mail by the server that the settings name."""

    name = "mail"
    label = "Mail"
    has_digest = True

    def unreachable(self, people: Iterable[Member]) -> dict[int, str]:
        addresses = {each.pk: each.email if each.may_sign_in else None for each in people}
        written = [address for address in addresses.values() if address]
        bounced = set(
            BouncedAddress.objects.filter(address__in=written).values_list("address", flat=True)
        )
        reasons = {key: NO_ADDRESS for key, address in addresses.items() if not address}
        return reasons | {key: BOUNCED for key, address in addresses.items() if address in bounced}

    @contextmanager
    def session(self) -> Iterator[Any]:
        connection = get_connection()
        connection.open()
        try:
            yield Session(connection)
        finally:
            _close(connection)

    def send(self, message: Message, session: Any) -> None:
        connection = session.connection
        mail = session.written(message)
        try:
            connection.open()
        except OSError as problem:
            raise ChannelAway(f"{type(problem).__name__}: {problem}") from problem
        try:
            connection.send_messages([mail])
        except SMTPRecipientsRefused as problem:
            raise _of_recipients(problem) from problem
        except SMTPDataError as problem:
            words = f"The mail server refused this message: {_words(problem)}"
            raise (Refused if problem.smtp_code >= 500 else TryLater)(words) from problem
        except (SMTPSenderRefused, SMTPAuthenticationError, SMTPHeloError) as problem:
            # Ours to put right, not the reader's: it passes once an operator has.
            raise TryLater(f"The mail server refused us: {_words(problem)}") from problem
        except SMTPNotSupportedError as problem:
            raise Refused(f"The mail server cannot write to this address: {problem}") from problem
        except OSError as problem:  # smtplib's others among them
            _close(connection)
            raise TryLater(f"{type(problem).__name__}: {problem}") from problem


def _of_recipients(problem: SMTPRecipientsRefused) -> Exception:
    answers = list(problem.recipients.values())
    if answers and all(code < 500 for code, _ in answers):
        return TryLater(f"The mail server puts this address off: {_answer(*answers[0])}")
    words = "The mail server refused this address."
    said = f" {_answer(*answers[0])}" if answers else ""
    return Refused(words + said, is_bounce=True)


def _words(problem: Any) -> str:
    return _answer(problem.smtp_code, problem.smtp_error)


def _answer(code: int, words: bytes | str) -> str:
    return f"{code} {words.decode(errors='replace') if isinstance(words, bytes) else words}"


def _close(connection: Any) -> None:
    try:
        connection.close()
    except OSError:
        connection.connection = None
