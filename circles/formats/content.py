"""What a format prescribes, as one value: of a version, of a draft, or of what is being typed."""

import hashlib
import json
from dataclasses import dataclass, replace
from typing import Any

from circles.models import FormatDraft, FormatVersion


@dataclass(frozen=True)
class Content:
    """Everything that a version fixes, and the name it goes by."""

    name: str
    purpose: str
    drawn_from: str
    size_min: int
    size_max: int
    meeting_minutes: int
    definition: dict[str, Any]

    def define(self, **parts: Any) -> "Content":
        """The same with other parts of the definition; a part that is None is taken out."""
        definition = {**self.definition, **parts}
        kept = {key: value for key, value in definition.items() if value is not None}
        return replace(self, definition=kept)

    @property
    def of(self) -> str:
        """What its seats are for: people, or circles."""
        of: str = self.definition.get("size", {}).get("of", "people")
        return of


ATTRIBUTES = (
    "name", "purpose", "drawn_from", "size_min", "size_max", "meeting_minutes",
)  # fmt: skip
# A new format begins with what is found to last.
BLANK = Content(
    name="",
    purpose="",
    drawn_from="",
    size_min=6,
    size_max=8,
    meeting_minutes=90,
    definition={
        "size": {"min": 6, "max": 8},
        "cadence": {"per_month": 2, "minutes": 90},
        "rotating_roles": [],
        "agenda": [],
        "protocols": {},
        "before": [],
        "after": [],
        "gates": [],
        "modules": [],
        "outcomes": [],
    },
)


def content_of(source: FormatVersion | FormatDraft) -> Content:
    """What a version prescribes, or what a draft would. A version is fetched with its format."""
    name = source.name if isinstance(source, FormatDraft) else source.format.name
    return Content(
        name,
        source.purpose,
        source.drawn_from,
        source.size_min,
        source.size_max,
        source.meeting_minutes,
        source.definition,
    )


@dataclass(frozen=True)
class Section:
    """A part of a format that is edited, compared and put right on its own."""

    key: str
    title: str
    attributes: tuple[str, ...]
    parts: tuple[str, ...]

    def of(self, content: Content) -> dict[str, Any]:
        said = {name: getattr(content, name) for name in self.attributes}
        return said | {part: content.definition.get(part) for part in self.parts}

    def mark(self, content: Content) -> str:
        """Changes whenever what the section says does."""
        said = json.dumps(self.of(content), sort_keys=True)
        return hashlib.sha256(said.encode()).hexdigest()[:16]


SECTIONS = {
    section.key: section
    for section in (
        Section("about", "Name and purpose", ("name", "purpose", "drawn_from"), ("note",)),
        Section("size", "Size", ("size_min", "size_max"), ("size", "parent")),
        Section("cadence", "Rhythm", ("meeting_minutes",), ("cadence",)),
        Section("roles", "Roles", (), ("rotating_roles", "role_term_months")),
        Section("agenda", "Agenda", (), ("agenda",)),
        Section("protocols", "Protocols", (), ("protocols",)),
        Section("prompts", "Before and after a meeting", (), ("before", "after")),
        Section("gates", "What it asks of a circle", (), ("gates",)),
        Section("outcomes", "Outcomes and follow-up", (), ("outcomes", "follow_up_months")),
        Section("modules", "Modules", (), ("modules",)),
    )
}


def mark_of(content: Content) -> str:
    """Changes whenever anything in the content does."""
    marks = "".join(section.mark(content) for section in SECTIONS.values())
    return hashlib.sha256(marks.encode()).hexdigest()[:16]
