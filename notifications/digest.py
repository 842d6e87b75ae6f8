"""A digest: one mail with everything that waited for it, in sections by kind."""

from typing import TYPE_CHECKING

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string

from members.words import count_in_words
from notifications.kinds import Letter
from notifications.links import EVERYTHING, unsubscribe_headers, wishes_link
from notifications.mail import Mail

if TYPE_CHECKING:
    from notifications.channels.base import Message


def build_digest(message: "Message") -> EmailMultiAlternatives:
    """One mail for one person, whose Message-ID names its first part and so stays the same."""
    sections: dict[str, list[Letter]] = {}
    for kind, letter in zip(message.kinds, message.letters, strict=True):
        sections.setdefault(kind.label, []).append(letter)
    count = count_in_words(len(message.letters), one="message", many="messages")
    context = {
        "heading": f"{count[0].upper()}{count[1:]} from your circles",
        "preheader": "; ".join(letter.heading for letter in message.letters[:3]),
        "groups": list(sections.items()),
        "why": "You get these together because you asked for a digest, or for fewer mails.",
        "site_url": settings.SITE_URL,
        **wishes_link(),
    }
    domain = message.reminder.message_id.partition("@")[2]
    first = min(delivery.reminder_id for delivery in message.deliveries)
    headers = {
        "Message-ID": f"<digest-{first}@{domain}",
        "Auto-Submitted": "auto-generated",
        **unsubscribe_headers(message.person, EVERYTHING),
    }
    mail = Mail(
        subject=f"Your digest: {count}",
        body=render_to_string("email/digest.txt", context),
        to=[str(message.person.email)],
        headers=headers,
    )
    mail.attach_alternative(render_to_string("email/digest.html", context), "text/html")
    return mail
