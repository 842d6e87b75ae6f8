"""The inbox: what everyone finds in Peerloom, also those who want no mail."""

from collections.abc import Iterable, Iterator

from django.conf import settings

from notifications.channels.base import SENT, Channel, Message, Outcome
from notifications.kinds import Letter
from notifications.models import Notice


class InboxChannel(Channel):
    """The page of notices. It disturbs nobody."""

    name = "inbox"
    label = "Inbox"
    is_silent = True
    is_atomic = True

    def deliver(self, messages: Iterable[Message]) -> Iterator[tuple[Message, Outcome]]:
        """Write them all; one that is there already is not written again."""
        batch = list(messages)
        Notice.objects.bulk_create(
            (notice for each in batch for notice in notices(each)), ignore_conflicts=True
        )
        for message in batch:
            yield message, SENT


def notices(message: Message) -> Iterator[Notice]:
    for delivery, letter in zip(message.deliveries, message.letters, strict=True):
        yield Notice(
            person_id=delivery.recipient_id,
            reminder_id=delivery.reminder_id,
            kind=delivery.reminder.kind,
            title=" ".join(letter.heading.split())[:200],
            text=text_of(letter)[:2000],
            url=letter.button_url.removeprefix(settings.SITE_URL)[:500],
            at=delivery.reminder.due_at,
        )


def text_of(letter: Letter) -> str:
    """The letter's words, without its layout."""
    facts = [f"{label}: {value}" for label, value in letter.facts]
    lists = [f"{title}: {'; '.join(lines)}" for title, lines in letter.sections]
    parts = [*letter.paragraphs, "\n".join(facts), *lists, letter.closing]
    return "\n\n".join(part for part in parts if part)
