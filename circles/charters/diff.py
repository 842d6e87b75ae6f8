"""What differs between two versions of a charter: clause by clause, then word by word."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from circles.charters.text import Clause

SAME, ADDED, REMOVED, CHANGED = "same", "added", "removed", "changed"


@dataclass(frozen=True)
class Piece:
    """Some words in a row that stayed, came, or went."""

    kind: str
    text: str


@dataclass(frozen=True)
class Change:
    """One clause that differs, with its words; `title` is the newer one."""

    kind: str
    title: str
    pieces: list[Piece]


def changes(old: Sequence[Clause], new: Sequence[Clause]) -> list[Change]:
    """The clauses that differ, in the newer order, then those that are gone. None, if equal."""
    before = {clause.key: clause for clause in old}
    kept = {clause.key for clause in new}
    found = []
    for clause in new:
        earlier = before.get(clause.key)
        if earlier is None:
            found.append(Change(ADDED, clause.title, [Piece(ADDED, clause.text)]))
        elif earlier != clause:
            found.append(Change(CHANGED, clause.title, words(_full(earlier, clause), clause.text)))
    gone = [clause for clause in old if clause.key not in kept]
    return found + [Change(REMOVED, each.title, [Piece(REMOVED, each.text)]) for each in gone]


def _full(earlier: Clause, now: Clause) -> str:
    """The earlier text, and its title where only that was changed."""
    renamed = earlier.text == now.text and earlier.title != now.title
    return f"{earlier.title}: {earlier.text}" if renamed else earlier.text


def words(old: str, new: str) -> list[Piece]:
    """The pieces of both texts. Those not added make the old one, those not removed the new."""
    before, after = re.findall(r"\s+|\S+", old), re.findall(r"\s+|\S+", new)
    found = []
    for kind, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind == "equal":
            found.append(Piece(SAME, "".join(before[a:b])))
            continue
        if a < b:
            found.append(Piece(REMOVED, "".join(before[a:b])))
        if c < d:
            found.append(Piece(ADDED, "".join(after[c:d])))
    return found


def in_words(found: Sequence[Change]) -> str:
    """`Changed: How we speak. Added: Our café.` in at most 300 characters."""
    said = []
    for kind in (CHANGED, ADDED, REMOVED):
        titles = [change.title for change in found if change.kind == kind]
        if titles:
            verb = "Left out" if kind == REMOVED else kind.capitalize()
            said.append(f"{verb}: {', '.join(titles)}.")
    text = " ".join(said)
    return text if len(text) <= 300 else f"{text[:299]}…"
