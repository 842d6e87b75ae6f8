"""What is given: people who look for a circle, and the rules."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

DEFAULT_WEIGHTS: Mapping[str, float] = MappingProxyType(
    {
        "theme": 3.0,
        "units": 1.0,
        "levels": 1.0,
        "not_alone": 2.0,
        "exchange": 2.0,
        "powers": 1.0,
        "size": 1.0,
        "hours": 1.0,
    }
)


@dataclass(frozen=True, slots=True)
class Candidate:
    """One person, reduced to what matters for forming circles."""

    key: int
    managers: tuple[int, ...] = ()
    hours: tuple[int, ...] = ()
    languages: frozenset[str] = frozenset()
    wants: frozenset[int] = frozenset()
    offers: frozenset[int] = frozenset()
    unit: int | None = None
    level: int | None = None
    apart: tuple[str | None, ...] = ()
    kinds: tuple[str | None, ...] = ()
    powers: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Rules:
    """The hard rules, and how much each aim counts."""

    size_min: int
    size_max: int
    size_best: int
    overlap_quarters: int = 0
    together: tuple[tuple[int, int], ...] = ()
    apart: tuple[tuple[int, int], ...] = ()
    share_a_language: bool = True
    weights: Mapping[str, float] = field(default_factory=lambda: DEFAULT_WEIGHTS)


@dataclass(frozen=True)
class Problem:
    """People and rules."""

    candidates: tuple[Candidate, ...]
    rules: Rules
