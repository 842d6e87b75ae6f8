"""The arguments of the command, and the few helpers that every part of the story uses."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TypeVar

T = TypeVar("T")

FEWEST_PEOPLE = 60
HISTORY = timedelta(days=8 * 365)


@dataclass(frozen=True)
class Plan:
    """What was asked for. Everything that is generated follows from these three."""

    members: int
    seed: int
    as_of: date

    def dice(self, part: str) -> random.Random:
        """Chance of its own for each part, so that a change to one leaves the others alone."""
        return random.Random(f"{self.seed}/{part}")  # noqa: S311  invented data, not a secret

    @property
    def now(self) -> datetime:
        """The moment the story has reached: nothing in the past happened after it."""
        return datetime.combine(self.as_of, time(), UTC)

    @property
    def circles(self) -> int:
        """How many circles there are beside those of the demo logins."""
        return max(3, min(self.members // 12, round(self.members * 0.04 + 8)))


def weekday_from(day: date) -> date:
    """The day itself, or the Monday after a weekend."""
    return day + timedelta(days=max(0, 7 - day.weekday()) if day.weekday() >= 5 else 0)


def pick(dice: random.Random, weighted: Sequence[tuple[T, int]]) -> T:
    """One of the values, as often as its weight says."""
    values = [value for value, _ in weighted]
    return dice.choices(values, [weight for _, weight in weighted])[0]


def share_out(total: int, weights: list[int]) -> list[int]:
    """Whole numbers in proportion to the weights that add up to the total."""
    parts = [total * weight // sum(weights) for weight in weights]
    for place in range(total - sum(parts)):
        parts[place % len(parts)] += 1
    return parts
