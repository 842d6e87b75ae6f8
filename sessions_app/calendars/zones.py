"""A zone's clock changes as calendars read them (VTIMEZONE, RFC 5545 3.6.5).

Where a zone changes its clocks by the same rule every year, that rule is written: some programs
read nothing else. Changes that follow none, in the past or around Ramadan, stand one by one.
"""

import calendar
import functools
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from icalendar import Timezone, TimezoneDaylight, TimezoneStandard, vRecur

WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
# The days of a month and the weekdays that they fall on come back after 28 years.
WATCHED_YEARS = 28
STEP = timedelta(days=5)
# On a clock without a zone, as all times in here are.
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC).replace(tzinfo=None)


@dataclass(frozen=True)
class Change:
    """One change of a zone's clocks. `at` is what they show when it comes, by the old time."""

    at: datetime
    before: timedelta
    after: timedelta
    name: str
    is_daylight: bool

    @property
    def kind(self) -> tuple[int, int, time, timedelta, timedelta]:
        """Alike in every year in which the rule is the same, but for the day of the month."""
        return self.at.month, self.at.weekday(), self.at.time(), self.before, self.after


@functools.lru_cache(maxsize=512)
def timezone_of(key: str, since: int, until: int) -> Timezone:
    """The zone from the year before `since` on; without an end where it follows a rule at last."""
    zone = ZoneInfo(key)
    component = Timezone()
    component.add("tzid", key)
    component.add("x-lic-location", key)
    changes = list(_changes(zone, since - 1, max(since + WATCHED_YEARS, until + 1)))
    ruled_from, rules = _rules(changes, since - 1)
    beginning = datetime(since - 1, 1, 1, tzinfo=UTC)
    if not changes or changes[0].at.year >= since:
        # Nothing says yet which time it is before the first change.
        offset = beginning.astimezone(zone).utcoffset() or timedelta()
        name = beginning.astimezone(zone).tzname() or key
        first = Change(LONG_AGO, offset, offset, name, is_daylight=False)
        component.add_component(_observance(first))
    for change in changes:
        if change.at.year < ruled_from and change.at.year <= until + 1:
            component.add_component(_observance(change))
    for change, rule in rules:
        component.add_component(_observance(change, rule))
    return component


def _changes(zone: ZoneInfo, since: int, until: int) -> Iterator[Change]:
    """Every change from the first day of one year to the last of the other."""
    at, end = datetime(since, 1, 1, tzinfo=UTC), datetime(until + 1, 1, 1, tzinfo=UTC)
    while at < end:
        later = at + STEP
        before, after = at.astimezone(zone), later.astimezone(zone)
        if before.utcoffset() != after.utcoffset():
            moment = _moment_of_change(at, later, zone)
            offset = before.utcoffset() or timedelta()
            here = moment.astimezone(zone)
            yield Change(
                at=(moment + offset).replace(tzinfo=None),
                before=offset,
                after=here.utcoffset() or timedelta(),
                name=here.tzname() or str(zone),
                is_daylight=bool(here.dst()),
            )
        at = later


def _moment_of_change(early: datetime, late: datetime, zone: ZoneInfo) -> datetime:
    offset = early.astimezone(zone).utcoffset()
    while late - early > timedelta(minutes=1):
        middle = early + timedelta(minutes=(late - early) // timedelta(minutes=2))
        if middle.astimezone(zone).utcoffset() == offset:
            early = middle
        else:
            late = middle
    return late


def _rules(changes: list[Change], first_year: int) -> tuple[int, list[tuple[Change, vRecur]]]:
    """From which year on the changes follow one rule each to the end, and those rules.

    Of a zone that follows none, a year after the last: all its changes stand by themselves.
    """
    last_year = first_year + 1 + WATCHED_YEARS
    by_year: dict[int, list[Change]] = {year: [] for year in range(first_year, last_year)}
    for change in changes:
        by_year.setdefault(change.at.year, []).append(change)
    kinds = {year: [change.kind for change in found] for year, found in by_year.items()}
    ruled_from = max(kinds)
    for earlier, later in pairwise(sorted(kinds, reverse=True)):
        if kinds[earlier] != kinds[later]:
            break
        ruled_from = later
    if ruled_from > max(kinds) - 7:
        return max(kinds) + 1, []
    rules = []
    for place, change in enumerate(by_year[ruled_from]):
        same = [by_year[year][place].at for year in sorted(by_year) if year >= ruled_from]
        rules.append((change, _rule(same)))
    return ruled_from, rules


def _rule(days: list[datetime]) -> vRecur:
    """The yearly rule of days in one month and on one weekday: the second, the last, or by date."""
    month, weekday = days[0].month, WEEKDAYS[days[0].weekday()]
    nth = {(day.day - 1) // 7 + 1 for day in days}
    if all(day.day + 7 > calendar.monthrange(day.year, day.month)[1] for day in days):
        return vRecur(freq="YEARLY", bymonth=month, byday=f"-1{weekday}")
    if len(nth) == 1:
        return vRecur(freq="YEARLY", bymonth=month, byday=f"{nth.pop()}{weekday}")
    first = min(day.day for day in days)
    week = list(range(first, first + 7))
    return vRecur(freq="YEARLY", bymonth=month, bymonthday=week, byday=weekday)


def _observance(change: Change, rule: vRecur | None = None) -> TimezoneStandard | TimezoneDaylight:
    part = TimezoneDaylight() if change.is_daylight else TimezoneStandard()
    part.add("dtstart", change.at)
    part.add("tzoffsetfrom", change.before)
    part.add("tzoffsetto", change.after)
    part.add("tzname", change.name)
    if rule:
        part.add("rrule", rule)
    return part
