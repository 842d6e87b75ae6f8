"""What a segment does besides talk: review promises, take asks, quiz. Each kind registers itself.

So whoever brings lessons or a quiz adds a kind, and neither the agenda nor the live page changes.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from circles.formats import segment_kinds
from members.models import Member
from sessions_app.models import Meeting


@dataclass(frozen=True)
class Panel:
    """What the live page shows beside the clock while a segment runs: a template and its needs."""

    template: str
    context: dict[str, Any]


Show = Callable[[Meeting, Member], Panel | None]


def nothing(_meeting: Meeting, _person: Member) -> Panel | None:
    """For a kind that is only a word."""
    return None


@dataclass(frozen=True)
class SegmentKind:
    """One kind. `words` are the names by which a segment that says no kind is recognised.

    `panel` selects through visible_to, in constantly many queries.
    """

    key: str
    label: str
    words: tuple[str, ...] = ()
    panel: Show = nothing


_kinds: dict[str, SegmentKind] = {}


def register(kind: SegmentKind) -> None:
    """Declare a kind; the format editor offers it too. Raises ValueError for a taken key."""
    if _kinds.get(kind.key, kind) != kind:
        raise ValueError(f"There is already a kind of segment named {kind.key!r}.")
    _kinds[kind.key] = kind
    segment_kinds.register(kind.key, kind.label)


def kinds() -> list[SegmentKind]:
    """All of them, in the order of their labels."""
    return sorted(_kinds.values(), key=lambda kind: kind.label)


def kind_named(key: str) -> SegmentKind | None:
    return _kinds.get(key)


def kind_of(name: str) -> str:
    """The key of the kind that a segment's name speaks of; nothing where none does."""
    plain = " ".join(name.casefold().split())
    for kind in _kinds.values():
        if plain in kind.words:
            return kind.key
    return ""
