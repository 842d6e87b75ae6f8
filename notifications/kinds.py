"""What a letter is, which the kinds of catalogue.py write."""

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import Any

from notifications.models import Reminder


@dataclass(frozen=True)
class CalendarPart:
    """What the calendar of the person is told beside the letter (iTIP, RFC 5546 and 6047)."""

    method: str
    content: bytes


NO_WORDS = ("calendar", "on_sent", "section_links")


@dataclass(frozen=True)
class Letter:
    """What one person is told: the words of a mail. The layout is templates/email/letter.*.

    `choices` are answers of one tap each, (label, address), the likely one first; beside them the
    button is a quiet link. `section_links` are the addresses that the titles of the sections lead
    to, in their order. `closing` stands below the button. `on_sent` is called once the mail has
    left.
    """

    subject: str
    heading: str
    paragraphs: list[str]
    why: str
    button_label: str = ""
    button_url: str = ""
    facts: list[tuple[str, str]] = field(default_factory=list)
    sections: list[tuple[str, list[str]]] = field(default_factory=list)
    section_links: list[str] = field(default_factory=list)
    closing: str = ""
    choices: list[tuple[str, str]] = field(default_factory=list)
    calendar: CalendarPart | None = None
    on_sent: Callable[[], None] | None = None

    def context(self) -> dict[str, Any]:
        """The words, for the templates."""
        words = {name: value for name, value in vars(self).items() if name not in NO_WORDS}
        return words | {"sections": self.titled_sections}

    @property
    def titled_sections(self) -> list[tuple[str, list[str], str]]:
        """The sections, each with the address that its title leads to, or nothing."""
        titled = zip_longest(self.sections, self.section_links, fillvalue="")
        return [(*section, link) for section, link in titled]


class NoLongerWanted(Exception):
    """Why a planned reminder is withdrawn instead of sent, for the operator to read."""


Compose = Callable[[Reminder], Letter]
