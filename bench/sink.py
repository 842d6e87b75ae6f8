"""A mail backend that writes each mail out in full, as for a server, and lets go of it."""

from collections.abc import Sequence

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend


class SinkBackend(BaseEmailBackend):
    """Costs what mailing costs us; nothing leaves this process."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        for message in email_messages:
            message.message().as_bytes()
        return len(email_messages)
