"""How well the aims are met, from 0 to 100, with the reasons."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass

from circles.formation.problem import Candidate, Problem


@dataclass(frozen=True, slots=True)
class Part:
    """How far one aim is met, 0 to 1, and in words."""

    share: float
    words: str


@dataclass(frozen=True)
class CircleScore:
    total: float
    parts: dict[str, Part]


@dataclass(frozen=True)
class PersonScore:
    total: float
    reasons: list[str]


def score_circle(problem: Problem, keys: Collection[int]) -> CircleScore:
    """The score of a circle of these people."""
    here = set(keys)
    people = [one for one in problem.candidates if one.key in here]
    if not people:
        return CircleScore(0, {})
    parts = {
        "theme": _theme(people),
        "units": _different([one.unit for one in people], "units"),
        "levels": _different([one.level for one in people], "levels"),
    }
    weights = problem.rules.weights
    total = sum(weights.get(name, 0) for name in parts) or 1
    met = sum(weights.get(name, 0) * part.share for name, part in parts.items())
    return CircleScore(100 * met / total, parts)


def score_person(problem: Problem, keys: Collection[int], key: int) -> PersonScore:
    """How well one of these people fits in with the others."""
    here = set(keys)
    people = [one for one in problem.candidates if one.key in here]
    mine = next(one for one in people if one.key == key)
    shared = [
        theme
        for theme in sorted(mine.wants)
        if any(theme in one.wants for one in people if one is not mine)
    ]
    reasons = [f"Others want to grow in {{theme:{theme}}} too." for theme in shared[:2]]
    return PersonScore(100 if shared else 50, reasons or ["Nothing speaks against the place."])


def _theme(people: list[Candidate]) -> Part:
    wanted = Counter(theme for one in people for theme in one.wants)
    if not wanted:
        return Part(0.5, "Nobody has named a theme.")
    theme, count = wanted.most_common(1)[0]
    words = f"{count} of {len(people)} want to grow in {{theme:{theme}}}."
    return Part(count / len(people), words)


def _different(values: list[int | None], noun: str) -> Part:
    found = {value for value in values if value is not None}
    return Part(len(found) / len(values), f"{len(values)} people from {len(found)} {noun}.")
