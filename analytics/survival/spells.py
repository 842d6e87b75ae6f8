"""Spells, and the histograms they are counted in."""

from bisect import bisect_left
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import IntEnum
from itertools import accumulate, pairwise
from math import inf
from operator import index as whole_number


class Outcome(IntEnum):
    """What ended a spell."""

    STILL_THERE = 0
    PROMOTED = 1
    LEFT = 2


FIRST_ON_A_DAY = (Outcome.PROMOTED, Outcome.LEFT, Outcome.STILL_THERE)


def spell(
    index_date: date,
    promoted_on: date | None,
    left_on: date | None,
    observed_until: date | None,
    as_of: date,
) -> tuple[int, Outcome]:
    """Days from the index date to whatever came first, and what that was.

    On one day a promotion comes before leaving, and both before the end of the record. What happens
    after `as_of` or `observed_until` does not count. A promotion on the index date counts, with 0
    days: a caller whose clock starts the day after it passes the first promotion after it. Raises
    ValueError for any date before the index date.
    """
    ends = {
        Outcome.PROMOTED: promoted_on,
        Outcome.LEFT: left_on,
        Outcome.STILL_THERE: min(observed_until or as_of, as_of),
    }
    dated = [(on, FIRST_ON_A_DAY.index(what), what) for what, on in ends.items() if on]
    ended_on, _, outcome = min(dated)
    if ended_on < index_date:
        raise ValueError(f"A spell that begins on {index_date} cannot end on {ended_on}.")
    return (ended_on - index_date).days, outcome


@dataclass(frozen=True, slots=True)
class Histogram:
    """A group counted by duration and outcome: columns of one length, by rising day.

    Build it with `from_rows`, `from_counts` or `from_spells`. `at_risk[i]` counts those whose spell
    lasted at least `days[i]`. Raises ValueError for days that are negative or do not rise, for
    counts that are negative or not finite, and for columns of different lengths.
    """

    days: tuple[int, ...]
    promoted: tuple[float, ...]
    left: tuple[float, ...]
    still_there: tuple[float, ...]
    at_risk: tuple[float, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        columns = (self.promoted, self.left, self.still_there)
        if any(len(column) != len(self.days) for column in columns):
            raise ValueError("The columns of a histogram must be of one length.")
        if self.days and self.days[0] < 0:
            raise ValueError(f"A duration cannot be negative: {self.days[0]} days.")
        if any(later <= day for day, later in pairwise(self.days)):
            raise ValueError("The days of a histogram must rise.")
        for column in columns:
            for count in column:
                _refuse_impossible(count)
        ended = [sum(row) for row in zip(*columns, strict=True)]
        object.__setattr__(self, "at_risk", tuple(accumulate(reversed(ended)))[::-1])

    @classmethod
    def from_rows(cls, rows: Iterable[tuple[int, int, float]]) -> "Histogram":
        """From (days, outcome, count) in any order; rows alike add up, a count of 0 adds nothing.

        Raises ValueError as the class does and for an unknown outcome, TypeError for days that are
        not a whole number.
        """
        bins: dict[int, list[float]] = {}
        for days, outcome, count in rows:
            _refuse_impossible(count)
            column = Outcome(outcome)
            if count:
                bins.setdefault(whole_number(days), [0, 0, 0])[column] += count
        ordered = sorted(bins.items())
        return cls(
            days=tuple(day for day, _ in ordered),
            promoted=tuple(counts[Outcome.PROMOTED] for _, counts in ordered),
            left=tuple(counts[Outcome.LEFT] for _, counts in ordered),
            still_there=tuple(counts[Outcome.STILL_THERE] for _, counts in ordered),
        )

    @classmethod
    def from_counts(cls, counts: Mapping[tuple[int, int], float]) -> "Histogram":
        """From {(days, outcome): count}."""
        return cls.from_rows((days, outcome, count) for (days, outcome), count in counts.items())

    @classmethod
    def from_spells(cls, spells: Iterable[tuple[int, int]]) -> "Histogram":
        """From one (days, outcome) per person."""
        return cls.from_rows((days, outcome, 1) for days, outcome in spells)

    @property
    def people(self) -> float:
        return self.at_risk[0] if self.days else 0

    def at_risk_on(self, day: int) -> float:
        """Those whose spell lasted at least this many days."""
        position = bisect_left(self.days, day)
        return self.at_risk[position] if position < len(self.days) else 0

    def known_by(self, day: int) -> float:
        """Those known to have been promoted by this day or not: no end of record before it."""
        before = bisect_left(self.days, day)
        return sum(self.promoted[:before]) + sum(self.left[:before]) + self.at_risk_on(day)

    def leavers_censored(self) -> "Histogram":
        """The same people, with leaving taken for the end of the record instead of an outcome."""
        still_there = tuple(map(sum, zip(self.left, self.still_there, strict=True)))
        return Histogram(self.days, self.promoted, (0,) * len(self.days), still_there)

    def outcomes_swapped(self) -> "Histogram":
        """The same people: what is then asked about promotion is answered about leaving."""
        return Histogram(self.days, self.left, self.promoted, self.still_there)


def _refuse_impossible(count: float) -> None:
    if not 0 <= count < inf:
        raise ValueError(f"A count must be a finite number, 0 or more, not {count}.")
