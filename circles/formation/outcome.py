"""What formation answers: scores in words, progress, and the circles it formed."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Part:
    """How well one aim is met, 0 to 1, and in words. Themes stand as {theme:12}."""

    share: float
    words: str


@dataclass(frozen=True, slots=True)
class CircleScore:
    """0 to 100: the weighted mean of the aims that apply."""

    total: float
    parts: Mapping[str, Part]


@dataclass(frozen=True, slots=True)
class PersonScore:
    """How well a circle suits one of its members, and what speaks for and against it."""

    total: float
    reasons: list[str]


@dataclass(frozen=True, slots=True)
class Progress:
    """Where solving stands; the circles are the best until now, to resume from."""

    step: str
    done: int
    total: int
    worst: float
    mean: float
    circles: tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True)
class Solution:
    """The circles as keys, and for everybody without a seat the rule that stopped them."""

    circles: tuple[tuple[int, ...], ...]
    unplaced: Mapping[int, str]
    worst: float
    mean: float
    steps: int
    # Whether no better circles exist: proven, not believed.
    is_optimal: bool
