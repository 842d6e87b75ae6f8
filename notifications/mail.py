"""Turns a letter into a mail: text and HTML, in the reader's time zone."""

import re
import secrets
from dataclasses import dataclass, field
from email.message import Message
from email.policy import Compat32
from email.utils import formatdate
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, SafeMIMEMultipart, SafeMIMEText
from django.template.loader import render_to_string
from django.utils.functional import cached_property

from members.models import Member
from notifications.kinds import CalendarPart, Letter


class PlainHeaders(Compat32):
    """Writes headers as they are that are short or cannot be folded, as addresses of pages.

    Folding them would take longer than all else.
    """

    def fold_binary(self, name: str, value: Any) -> bytes:
        if isinstance(value, str) and (
            _ONE_WORD.fullmatch(value) or (len(name) + len(value) < 76 and _PLAIN.fullmatch(value))
        ):
            return f"{name}: {value}{self.linesep}".encode("ascii")
        return super().fold_binary(name, value)


_PLAIN, _ONE_WORD = re.compile(r"[ -~]+"), re.compile(r"[!-~]{1,900}")
_POLICY = PlainHeaders()


class Mail(EmailMultiAlternatives):
    """A mail that is written out quickly: its parts have boundaries from the start.

    `written` are its bodies, if others get the same ones: they are encoded once for all.
    """

    def __init__(self, *args: Any, written: "Bodies | None" = None, **options: Any) -> None:
        super().__init__(*args, **options)
        self.written = written

    def message(self, **options: Any) -> Any:
        if self.written and not self.attachments:
            return self._around(self.written)
        return _with_boundaries(super().message(**options))

    def _around(self, bodies: "Bodies") -> "Around":
        whole = Around(bodies)
        whole["Subject"], whole["From"] = str(self.subject), self.from_email
        whole["To"] = ", ".join(self.to)
        whole["Date"] = formatdate(localtime=settings.EMAIL_USE_LOCALTIME)
        for name, value in self.extra_headers.items():
            whole[name] = value
        return whole


class Around(SafeMIMEMultipart):
    """The headers of one mail around bodies that others have in common with it."""

    def __init__(self, bodies: "Bodies") -> None:
        super().__init__("alternative", bodies.boundary, encoding=settings.DEFAULT_CHARSET)
        self.policy = _POLICY
        self.set_payload(bodies.encoded.get_payload())
        self.bodies = bodies

    def as_bytes(self, unixfrom: bool = False, linesep: Any = "\n") -> bytes:
        if unixfrom:
            return super().as_bytes(unixfrom, linesep)
        policy = self.policy.clone(linesep=linesep)
        head = [policy.fold_binary(name, value) for name, value in self.raw_items()]
        return b"".join((*head, self.bodies.as_bytes(linesep)))


def _with_boundaries(written: Message) -> Message:
    token = secrets.token_hex(12)
    for number, part in enumerate(written.walk()):
        part.policy = _POLICY
        if part.is_multipart():
            words = f'{part.get_content_type()}; boundary="=_{token}_{number}"'
            part.replace_header("Content-Type", words)
    return written


def absolute(path: str) -> str:
    """The address of one of our pages as a mail must write it."""
    return f"{settings.SITE_URL}{path}"


@dataclass(frozen=True)
class Bodies:
    """A letter as text and as HTML, for all who get the same one."""

    text: str
    html: str
    boundary: str = field(
        default_factory=lambda: f"=_{secrets.token_hex(12)}", init=False, compare=False
    )
    _flat: dict[str, bytes] = field(default_factory=dict, init=False, compare=False)

    @cached_property
    def encoded(self) -> SafeMIMEMultipart:
        """Both as the parts of a mail that has no headers yet."""
        charset = settings.DEFAULT_CHARSET
        parts = (
            SafeMIMEText(self.text, "plain", charset),
            SafeMIMEText(self.html, "html", charset),
        )
        whole = SafeMIMEMultipart("alternative", self.boundary, parts, charset)
        for part in whole.walk():
            part.policy = _POLICY
        return whole

    def as_bytes(self, linesep: str) -> bytes:
        """What follows the headers of a mail, from the empty line on."""
        if linesep not in self._flat:
            newline = linesep.encode()
            _, _, words = self.encoded.as_bytes(linesep=linesep).partition(newline * 2)
            self._flat[linesep] = newline + words
        return self._flat[linesep]


def bodies(letter: Letter, **extra: Any) -> Bodies:
    """Render the letter; `extra` is what the templates show beside it."""
    context = letter.context() | {"site_url": settings.SITE_URL} | extra
    text = render_to_string("email/letter.txt", context)
    return Bodies(text, render_to_string("email/letter.html", context))


def build(
    letter: Letter, *, to: Member, message_id: str, written: Bodies | None = None
) -> EmailMultiAlternatives:
    """The mail for one person. The subject is kept to one line."""
    written = written or bodies(letter)
    mail = Mail(
        subject=" ".join(letter.subject.split()),
        body=written.text,
        to=[str(to.email)],
        headers={"Message-ID": message_id, "Auto-Submitted": "auto-generated"},
        written=written,
    )
    mail.attach_alternative(written.html, "text/html")
    if letter.calendar:
        _add_calendar(mail, letter.calendar)
    return mail


def _add_calendar(mail: EmailMultiAlternatives, part: CalendarPart) -> None:
    """As an alternative, which Gmail, Outlook and Apple read, and as a file for everyone else."""
    words = part.content.decode()
    mail.attach_alternative(words, f"text/calendar; method={part.method}")
    mail.attach("invite.ics", part.content, "application/ics")
