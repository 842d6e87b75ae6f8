"""What an organiser decides before circles are formed, as it is kept in Formation.rules."""

import math
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from circles.formation.problem import DEFAULT_WEIGHTS

# How much an aim counts, and the words for it.
COUNTS = {"no": 0.0, "normal": 1.0, "important": 2.0}
COUNTS_IN_WORDS = {"no": "Not important", "normal": "Normal", "important": "Important"}
# The aims that an organiser weighs, and what each asks of a circle.
AIMS = {
    "theme": "A theme in common",
    "units": "Different units",
    "levels": "Different levels",
    "not_alone": "Nobody the only one of a kind",
    "exchange": "What one can help with, another asks for",
    "hours": "Many hours in common",
    "size": "The best size",
}
ANY_DEPTH = 0
# What people have beside the columns of the people import.
UNIT, LOCATION, LEVEL, OTHER = "unit", "location", "level", "attribute:"


@dataclass(frozen=True)
class SetUp:
    """Whom circles are formed of, under which rules, with which aims, and for how long."""

    size_min: int
    size_max: int
    size_best: int
    everyone: bool = False
    overlap_hours: int = 0
    manager_depth: int = ANY_DEPTH
    share_a_language: bool = True
    apart: list[str] = field(default_factory=list)
    not_alone: list[str] = field(default_factory=list)
    counts: dict[str, str] = field(default_factory=dict)
    seconds: int = 60

    @classmethod
    def read(cls, data: dict[str, Any]) -> "SetUp":
        """From Formation.rules; what it holds beyond the fields is ignored."""
        known = {one.name for one in fields(cls)}
        return cls(**{name: value for name, value in data.items() if name in known})

    def as_data(self) -> dict[str, Any]:
        return asdict(self)

    @property
    def weights(self) -> dict[str, float]:
        """The weight of each aim. What Peerloom knows nothing about yet counts nothing."""
        return {
            aim: weight * COUNTS[self.counts.get(aim, "normal")] if aim in AIMS else 0.0
            for aim, weight in DEFAULT_WEIGHTS.items()
        }

    def circles_of(self, people: int) -> tuple[int, int]:
        """The fewest and the most circles that so many people make; both 0 where none is possible.

        Where no number of circles takes everybody, some stay out: then the two are what fits.
        """
        fewest, most = math.ceil(people / self.size_max), people // self.size_min
        return (fewest, most) if fewest <= most else (most, most)

    def left_over(self, people: int) -> int:
        """How many people cannot be in a circle whatever one does, because of the sizes alone."""
        return max(0, people - (people // self.size_min) * self.size_max)


def label_of(attribute: str) -> str:
    """The words for a choice of attribute: `Unit`, `Location`, `Level`, or the column's name."""
    return attribute.removeprefix(OTHER).replace("_", " ").capitalize()
