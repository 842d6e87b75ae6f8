"""The days of a programme that matter: those that organisers add, and those its dates give.

Pure, but for the rows that are handed in.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from circles.models import Milestone, Programme

NEAR = dt.timedelta(days=14)
# A programme shorter than this has no halfway worth a message.
SHORTEST_WITH_A_MIDDLE = dt.timedelta(days=28)


@dataclass(frozen=True)
class Day:
    """One day of a programme: what it is, and how many days before people are told."""

    on: dt.date
    title: str
    words: str = ""
    tell_days: tuple[int, ...] = ()
    milestone: Milestone | None = None

    @property
    def told_on(self) -> list[dt.date]:
        return [self.on - dt.timedelta(days=days) for days in self.tell_days]


def days_of(programme: Programme, milestones: Iterable[Milestone]) -> list[Day]:
    """All of them in their order, past ones too."""
    typed = [
        Day(each.on, each.title, each.words, tuple(each.tell_days), each) for each in milestones
    ]
    return sorted([*typed, *own_days(programme)], key=lambda day: (day.on, day.title))


def own_days(programme: Programme) -> list[Day]:
    """Those that the programme's dates give. Nobody needs to type them.

    Of enrolment nobody is told: who has a seat has no use for it, and who has none is not known.
    """
    first, last = programme.starts_on, programme.ends_on
    found = []
    if programme.enrols_from:
        found.append(Day(programme.enrols_from, "Enrolment opens"))
    if programme.enrols_until:
        found.append(Day(programme.enrols_until, "Last day of enrolment"))
    if first:
        found.append(Day(first, "The programme begins", tell_days=(0,)))
    if first and last and last - first >= SHORTEST_WITH_A_MIDDLE:
        words = "A good moment to look at your goals: what has moved, and what comes next?"
        found.append(Day(first + (last - first) / 2, "Halfway", words, (0,)))
    if last:
        words = "Time to finish what you promised, and to say what you take along."
        found.append(Day(last, "The programme ends", words, (14,)))
    return found


def told(days: Iterable[Day], on: dt.date) -> list[Day]:
    """The days that people are told of on that day."""
    return [day for day in days if on in day.told_on]


def near(days: Iterable[Day], today: dt.date) -> list[Day]:
    """Those of today and the two weeks to come."""
    return [day for day in days if today <= day.on <= today + NEAR]


def tell_days_in_words(days: Iterable[int]) -> str:
    """`7 days before and on the day`; nothing if nobody is told."""
    said = [_before(number) for number in sorted(set(days), reverse=True)]
    if len(said) < 2:
        return "".join(said)
    return f"{', '.join(said[:-1])} and {said[-1]}"


def _before(days: int) -> str:
    if days == 0:
        return "on the day"
    return "1 day before" if days == 1 else f"{days} days before"
