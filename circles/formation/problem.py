"""What formation is given: people as plain data, the hard rules, and the soft aims with weights."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType

from circles.formation.index import Index

QUARTERS_A_WEEK = 672
SMALLEST_CIRCLE, LARGEST_CIRCLE = 2, 31
AIMS = ("theme", "exchange", "units", "levels", "not_alone", "powers", "size", "hours")
DEFAULT_WEIGHTS: Mapping[str, float] = MappingProxyType(
    {
        "theme": 3,
        "exchange": 2,
        "units": 1,
        "levels": 1,
        "not_alone": 2,
        "powers": 1,
        "size": 1,
        "hours": 1,
    }
)


@dataclass(frozen=True, slots=True)
class Candidate:
    """One enrolled person, as plain data. What is empty is unknown, and never stands in the way."""

    key: int
    # Keys of the managers above, nearest first, as deep as the organiser chose.
    managers: tuple[int, ...] = ()
    # Masks of the 672 quarter hours of the UTC week, one per reference week; none: any hour.
    hours: tuple[int, ...] = ()
    languages: frozenset[str] = frozenset()
    # Themes in which this person wants to grow, and those with which they can help.
    wants: frozenset[int] = frozenset()
    offers: frozenset[int] = frozenset()
    unit: int | None = None
    level: int | None = None
    # One value per attribute in which everybody in a circle must differ (competitors).
    apart: tuple[str | None, ...] = ()
    # One value per attribute of which nobody should be the only one in a circle.
    kinds: tuple[str | None, ...] = ()
    # Of position, expertise, connections, authority.
    powers: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Rules:
    """The hard rules, and how much each soft aim weighs; an aim without a weight is left out."""

    size_min: int
    size_max: int
    size_best: int
    # At least so many common quarter hours a week, in every reference week.
    overlap_quarters: int = 0
    together: tuple[tuple[int, int], ...] = ()
    apart: tuple[tuple[int, int], ...] = ()
    share_a_language: bool = True
    weights: Mapping[str, float] = field(default_factory=lambda: DEFAULT_WEIGHTS)

    def __post_init__(self) -> None:
        """Raise ValueError for what no circle can follow."""
        if (
            not SMALLEST_CIRCLE
            <= self.size_min
            <= self.size_best
            <= self.size_max
            <= LARGEST_CIRCLE
        ):
            raise ValueError(
                "Sizes must rise from the smallest over the best to the largest,"
                f" between {SMALLEST_CIRCLE} and {LARGEST_CIRCLE}."
            )
        if not 0 <= self.overlap_quarters <= QUARTERS_A_WEEK:
            raise ValueError(f"A week has {QUARTERS_A_WEEK} quarter hours.")
        if unknown := sorted(set(self.weights) - set(AIMS)):
            raise ValueError(f"There is no aim called {unknown[0]}.")
        if any(weight < 0 for weight in self.weights.values()):
            raise ValueError("An aim cannot weigh less than nothing.")


@dataclass(frozen=True)
class Problem:
    """Whom to place, and by which rules. Raises ValueError where two people have one key."""

    candidates: tuple[Candidate, ...]
    rules: Rules

    def __post_init__(self) -> None:
        if len({one.key for one in self.candidates}) != len(self.candidates):
            raise ValueError("Two candidates have the same key.")

    @cached_property
    def index(self) -> Index:
        """The people as bits, computed once."""
        return Index(self.candidates, self.rules)
