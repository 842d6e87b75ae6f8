"""When a series meets, by its rule."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from dateutil.rrule import rrulestr

from sessions_app.models import Series


@dataclass(frozen=True)
class Occurrence:
    """One meeting of a series: the day its rule gives, and when it is."""

    nominal_on: date
    starts_at: datetime
    ends_at: datetime
    is_shifted: bool = False


def occurrences(series: Series, *, since: date, until: date) -> list[Occurrence]:
    """The meetings whose nominal days lie in the span, days off applied."""
    found = []
    for day in _days(series, since, until):
        if series.on_holiday == "skip" and day in series.days_off:
            continue
        moved = day
        while series.on_holiday == "shift" and moved in series.days_off:
            moved += timedelta(days=1)
        starts = datetime.combine(moved, series.at, series.zone).astimezone(UTC)
        ends = starts + timedelta(minutes=series.minutes)
        found.append(Occurrence(day, starts, ends, moved != day))
    return found


def skipped(series: Series, *, since: date, until: date) -> list[date]:
    """The nominal days in the span that are left out."""
    if series.on_holiday != "skip":
        return []
    return [day for day in _days(series, since, until) if day in series.days_off]


def _days(series: Series, since: date, until: date) -> list[date]:
    rule = rrulestr(
        series.rule.removesuffix("Z"), dtstart=datetime.combine(series.starts_on, series.at)
    )
    first, last = datetime.combine(since, time.min), datetime.combine(until, time.max)
    return [moment.date() for moment in rule.between(first, last, inc=True)]
