"""In development mail goes to a folder, one file a message, which /dev/outbox/ shows."""

import email
import email.policy
import re
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage as ParsedMessage
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.utils import timezone

NAME = re.compile(r"[0-9]{14}-[0-9a-f]{32}")


class OutboxBackend(BaseEmailBackend):
    """Writes each mail to the outbox folder. Nothing leaves this machine."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        folder = Path(settings.OUTBOX_DIR)
        folder.mkdir(parents=True, exist_ok=True)
        for message in email_messages:
            name = f"{timezone.now():%Y%m%d%H%M%S}-{uuid.uuid4().hex}"
            (folder / f"{name}.eml").write_bytes(message.message().as_bytes())
        return len(email_messages)


@dataclass(frozen=True)
class OutboxMail:
    """One mail of the outbox, as read back."""

    name: str
    written_at: datetime
    to: str
    subject: str
    text: str
    html: str


def names() -> list[str]:
    """The mails in the outbox, the latest first."""
    files = Path(settings.OUTBOX_DIR).glob("*.eml")
    return sorted((path.stem for path in files if NAME.fullmatch(path.stem)), reverse=True)


def read(name: str) -> OutboxMail:
    """One mail. Raises FileNotFoundError, also for a name that is none of ours."""
    if not NAME.fullmatch(name):
        raise FileNotFoundError(name)
    raw = (Path(settings.OUTBOX_DIR) / f"{name}.eml").read_bytes()
    parsed: Any = email.message_from_bytes(raw, policy=email.policy.default)
    written = datetime.strptime(name[:14], "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    return OutboxMail(
        name=name,
        written_at=written,
        to=str(parsed["To"]),
        subject=str(parsed["Subject"]),
        text=_part(parsed, "plain"),
        html=_part(parsed, "html"),
    )


def _part(message: ParsedMessage, kind: str) -> str:
    body: Any = message.get_body((kind,))
    return str(body.get_content()) if body else ""
