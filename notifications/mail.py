"""Turns a letter into a mail: text and HTML, in the reader's time zone."""

import re
import secrets
from dataclasses import dataclass
from email.policy import Compat32
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string

from members.models import Member
from notifications.kinds import CalendarPart, Letter


class PlainHeaders(Compat32):
    """Writes short headers as they are; folding them would take longer than all else."""

    def fold_binary(self, name: str, value: Any) -> bytes:
        if isinstance(value, str) and len(name) + len(value) < 76 and _PLAIN.fullmatch(value):
            return f"{name}: {value}{self.linesep}".encode("ascii")
        return super().fold_binary(name, value)


_PLAIN = re.compile(r"[ -~]+")
_POLICY = PlainHeaders()


class Mail(EmailMultiAlternatives):
    """A mail that is written out quickly: its parts have boundaries from the start."""

    def message(self, **options: Any) -> Any:
        written: Any = super().message(**options)
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
