"""When a series meets: its rule's days at its wall-clock time, holidays left out or shifted.

Pure functions of a Series, stored or not. A time that clocks skip is moved on by the gap, and of
one shown twice the first is meant, as RFC 5545 says.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sessions_app.local_time import moment_kept
from sessions_app.models import Series
from sessions_app.recurrence.holidays import is_weekend, name_of
from sessions_app.recurrence.rules import days, parsed

# A meeting that finds no free day so near is left out.
FURTHEST_SHIFT = 14


@dataclass(frozen=True)
class Occurrence:
    """One time that a series meets. `nominal_on` is the rule's day, `held_on` the real one."""

    nominal_on: date
    starts_at: datetime
    ends_at: datetime
    is_shifted: bool
    held_on: date


def occurrences(series: Series, *, since: date, until: date) -> list[Occurrence]:
    """Those whose nominal day lies from `since` to `until`, both included, in order.

    Of a series that was ended only those that began before.
    """
    found = [
        _occurrence(series, nominal, day)
        for nominal, day in _settled(series, until)
        if day is not None and nominal >= since
    ]
    if series.ended_at is None:
        return found
    return [one for one in found if one.starts_at < series.ended_at]


def skipped(series: Series, *, since: date, until: date) -> list[date]:
    """The rule's days in that time on which the series does not meet, because of a holiday."""
    return [day for day, held in _settled(series, until) if held is None and day >= since]


def nominal_days(series: Series, *, until: date) -> list[date]:
    """All that the rule gives up to that day, holidays or not."""
    return list(days(parsed(series.rule), series.starts_on, series.zone, until=until))


def is_exhausted(series: Series, *, after: date) -> bool:
    """Whether the rule gives no day after that one."""
    given = days(parsed(series.rule), series.starts_on, series.zone)
    return next((False for day in given if day > after), True)


def why_off(series: Series, day: date) -> str:
    """The name of the holiday on that day, or nothing."""
    return name_of(day, series.holidays_of, series.days_off)


def _settled(series: Series, until: date) -> Iterator[tuple[date, date | None]]:
    """Each day of the rule with the day on which it is held; None where it is left out."""
    beyond = until + timedelta(days=FURTHEST_SHIFT) if until.year < 9999 else date.max
    nominal = nominal_days(series, until=beyond)
    taken = set(nominal)
    for day in nominal:
        if day > until:
            return
        if series.on_holiday == Series.OnHoliday.MEET or not why_off(series, day):
            yield day, day
        elif series.on_holiday == Series.OnHoliday.SKIP:
            yield day, None
        else:
            held = _next_free(series, day, taken)
            taken |= {held} if held else set()
            yield day, held


def _next_free(series: Series, day: date, taken: set[date]) -> date | None:
    later = (day + timedelta(days=number) for number in range(1, FURTHEST_SHIFT + 1))
    return next((one for one in later if one not in taken and _is_working(series, one)), None)


def _is_working(series: Series, day: date) -> bool:
    return not is_weekend(day, series.holidays_of) and not why_off(series, day)


def _occurrence(series: Series, nominal: date, day: date) -> Occurrence:
    starts = moment_kept(datetime.combine(day, series.at), series.zone)
    return Occurrence(
        nominal_on=nominal,
        starts_at=starts,
        ends_at=starts + timedelta(minutes=series.minutes),
        is_shifted=day != nominal,
        held_on=starts.astimezone(series.zone).date(),
    )
