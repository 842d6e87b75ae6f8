"""A first draft of a recap from what was written down in the meeting. Pure functions.

Decisions and promises stand below the recap by themselves, so the draft only counts them.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from members.words import number_in_words


@dataclass(frozen=True)
class Captured:
    """What is known of a meeting once it is over."""

    there: Sequence[str] = ()
    expected: int = 0
    decisions: int = 0
    promises: int = 0
    kept: int = 0
    topics: Sequence[tuple[str, str]] = ()
    pluses: Sequence[str] = ()
    deltas: Sequence[str] = ()


def draft(captured: Captured) -> str:
    """Some paragraphs of plain text; nothing where nothing was captured."""
    told = [
        _who(captured),
        _topics(captured.topics),
        _counts(captured),
        _said("What was good", captured.pluses),
        _said("What would make the next one better", captured.deltas),
    ]
    return "\n\n".join(part for part in told if part)


def _who(captured: Captured) -> str:
    number = len(captured.there)
    if not number:
        return ""
    names = _listed(captured.there)
    if number >= captured.expected:
        return f"Everyone was there: {names}."
    verb = "was" if number == 1 else "were"
    counted = f"{number_in_words(number).capitalize()} of {number_in_words(captured.expected)}"
    return f"{counted} {verb} there: {names}."


def _topics(topics: Sequence[tuple[str, str]]) -> str:
    if not topics:
        return ""
    return f"On the hot seat: {_listed([f'{who} with “{title}”' for who, title in topics])}."


def _counts(captured: Captured) -> str:
    parts = []
    if captured.decisions:
        parts.append(f"decided {_counted(captured.decisions, 'thing')}")
    if captured.promises:
        parts.append(f"made {_counted(captured.promises, 'promise')}")
    told = f"We {' and '.join(parts)}; you find the words below." if parts else ""
    if captured.kept:
        earlier = "promise was" if captured.kept == 1 else "promises were"
        kept = f"{number_in_words(captured.kept).capitalize()} earlier {earlier} kept."
        told = f"{kept} {told}".strip()
    return told


def _counted(number: int, noun: str) -> str:
    return f"{number_in_words(number)} {noun}{'' if number == 1 else 's'}"


def _said(heading: str, lines: Sequence[str]) -> str:
    return "\n".join([f"{heading}:", *(f"– {line}" for line in lines)]) if lines else ""


def _listed(parts: Sequence[str]) -> str:
    if len(parts) == 1:
        return parts[0]
    return f"{', '.join(parts[:-1])} and {parts[-1]}"
