"""When a meeting on some rhythm would really take place, and the rule that says so. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

from sessions_app.models import TimeSearch

Rhythm = TimeSearch.Rhythm
DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
LAST = 5  # a fifth weekday is not in every month; the last one is
# Half a year of meetings: long enough for clocks to change on either hemisphere.
MEETINGS = {Rhythm.WEEKLY: 26, Rhythm.FORTNIGHTLY: 13, Rhythm.MONTHLY: 6, Rhythm.ONCE: 1}
WEEKS = {Rhythm.WEEKLY: 1, Rhythm.FORTNIGHTLY: 2}


@dataclass(frozen=True, order=True)
class Slot:
    """A time of its own: the first meeting on the wall clock of the circle's zone."""

    starts: datetime

    def days(self, rhythm: str, *, step: int = 1) -> Iterator[date]:
        """The days of its meetings, without end; `step` 2 takes every other."""
        first = self.starts.date()
        if rhythm == Rhythm.ONCE:
            yield first
        elif rhythm == Rhythm.MONTHLY:
            year, month = first.year, first.month
            while True:
                yield same_weekday_of(first, year, month)
                year, month = year + (month + step - 1) // 12, (month + step - 1) % 12 + 1
        else:
            for number in range(10_000):
                yield first + timedelta(weeks=number * step * WEEKS[Rhythm(rhythm)])

    def moments(self, rhythm: str, zone: ZoneInfo, count: int, *, step: int = 1) -> list[datetime]:
        """Its first meetings, in UTC: the same wall clock, through every change of clocks."""
        at = self.starts.time()
        return [
            datetime.combine(day, at, zone).astimezone(UTC)
            for day in islice(self.days(rhythm, step=step), count)
        ]

    def rule(self, rhythm: str, *, step: int = 1) -> str:
        """The RFC 5545 rule of a series that begins with it."""
        day = self.starts.date()
        if rhythm == Rhythm.MONTHLY:
            which = week_of_month(day)
            every = f";INTERVAL={step}" if step > 1 else ""
            nth = -1 if which == LAST else which
            return f"FREQ=MONTHLY{every};BYDAY={nth}{DAYS[day.weekday()]}"
        weeks = WEEKS[Rhythm(rhythm)] * step
        every = f";INTERVAL={weeks}" if weeks > 1 else ""
        return f"FREQ=WEEKLY{every};BYDAY={DAYS[day.weekday()]}"

    def not_before(self, rhythm: str, earliest: datetime, *, step: int = 1) -> "Slot":
        """The same slot from its first meeting after `earliest`, a wall clock in its zone."""
        at = self.starts.time()
        for day in self.days(rhythm, step=step):
            if datetime.combine(day, at) > earliest:
                return Slot(datetime.combine(day, at))
        return self


def week_of_month(day: date) -> int:
    return (day.day - 1) // 7 + 1


def same_weekday_of(first: date, year: int, month: int) -> date:
    """The month's second Tuesday, where `first` was one; for a fifth weekday the last."""
    start = date(year, month, 1)
    day = start + timedelta(days=(first.weekday() - start.weekday()) % 7)
    wanted = week_of_month(first)
    if wanted < LAST:
        return day + timedelta(weeks=wanted - 1)
    last = day + timedelta(weeks=4)
    return last if last.month == month else last - timedelta(weeks=1)


def taking_turns(first: Slot, second: Slot, rhythm: str) -> tuple[Slot, Slot]:
    """Two slots of the same weekday whose meetings take turns: the second begins one turn later."""
    days = second.days(rhythm)
    next_day = next(day for day in days if day > first.starts.date())
    return first, Slot(datetime.combine(next_day, second.starts.time()))
