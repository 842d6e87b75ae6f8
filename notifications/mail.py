"""Turns a letter into a mail: text and HTML, in the reader's time zone."""

import re
import secrets
from collections.abc import Mapping
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


def build(
    letter: Letter, *, to: Member, message_id: str, extra: Mapping[str, Any] | None = None
) -> EmailMultiAlternatives:
    """The mail for one person. The subject is kept to one line; `extra` is for the templates."""
    context = letter.context() | {"reader": to, "site_url": settings.SITE_URL} | dict(extra or {})
    mail = Mail(
        subject=" ".join(letter.subject.split()),
        body=render_to_string("email/letter.txt", context),
        to=[str(to.email)],
        headers={"Message-ID": message_id, "Auto-Submitted": "auto-generated"},
    )
    mail.attach_alternative(render_to_string("email/letter.html", context), "text/html")
    if letter.calendar:
        _add_calendar(mail, letter.calendar)
    return mail


def _add_calendar(mail: EmailMultiAlternatives, part: CalendarPart) -> None:
    """As an alternative, which Gmail, Outlook and Apple read, and as a file for everyone else."""
    words = part.content.decode()
    mail.attach_alternative(words, f"text/calendar; method={part.method}")
    mail.attach("invite.ics", part.content, "application/ics")
