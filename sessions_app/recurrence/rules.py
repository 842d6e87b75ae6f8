"""Recurrence rules of RFC 5545, as far as meetings need them: weekly and monthly. Pure functions.

A rule speaks of days on the wall clock; no clock change touches it. Everything here ends: a rule
whose next day lies more than YEARS_SEARCHED ahead counts as one that gives no further day, and a
rule that gives none at all is refused when it is read.
"""

import calendar
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import count as counting
from zoneinfo import ZoneInfo

WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
LONGEST = 300  # Series.rule
MOST_TIMES = 520
YEARS_SEARCHED = 5
UNDERSTOOD = {
    *("FREQ", "INTERVAL", "BYDAY", "BYMONTHDAY", "BYMONTH", "BYSETPOS", "WKST"),
    *("COUNT", "UNTIL"),
}


class BadRule(Exception):
    """Why a rule cannot plan meetings, in words meant for the person who gave it."""


@dataclass(frozen=True)
class Rule:
    """A rule taken apart. `weekdays` are pairs: which of the month (0: every one), and the day."""

    freq: str
    interval: int = 1
    weekdays: tuple[tuple[int, int], ...] = ()
    monthdays: tuple[int, ...] = ()
    months: tuple[int, ...] = ()
    positions: tuple[int, ...] = ()
    week_starts: int = 0
    count: int | None = None
    until: datetime | date | None = None

    def __str__(self) -> str:
        parts = [f"FREQ={self.freq}"]
        parts += [f"INTERVAL={self.interval}"] if self.interval > 1 else []
        named = [f"{nth or ''}{WEEKDAYS[day]}" for nth, day in self.weekdays]
        for key, values in (
            ("BYDAY", named),
            ("BYMONTHDAY", self.monthdays),
            ("BYMONTH", self.months),
            ("BYSETPOS", self.positions),
        ):
            parts += [f"{key}={','.join(map(str, values))}"] if values else []
        parts += [f"WKST={WEEKDAYS[self.week_starts]}"] if self.week_starts else []
        parts += [f"COUNT={self.count}"] if self.count is not None else []
        parts += [f"UNTIL={_until_text(self.until)}"] if self.until else []
        return ";".join(parts)

    def last_day(self, zone: ZoneInfo) -> date:
        """The day in the zone after which it gives none; the end of time without UNTIL."""
        if isinstance(self.until, datetime):
            return (self.until.astimezone(zone) if self.until.tzinfo else self.until).date()
        return self.until or date.max

    def times(self, count: int) -> "Rule":
        """The same, so many times."""
        return replace(self, count=count, until=None)

    def ending(self, day: date, zone: ZoneInfo) -> "Rule":
        """The same up to that day of the zone. UNTIL is a moment in UTC, as calendars want it."""
        return replace(self, count=None, until=end_of(day, zone))

    def endless(self) -> "Rule":
        return replace(self, count=None, until=None)


def end_of(day: date, zone: ZoneInfo) -> datetime:
    """The last second of a day in the zone, in UTC."""
    return datetime.combine(day, time(23, 59, 59), zone).astimezone(UTC)


def parsed(text: str) -> Rule:
    """The rule of an RRULE value without DTSTART. Raises BadRule."""
    parts = _parts(text)
    freq = parts.get("FREQ", "")
    if freq not in ("WEEKLY", "MONTHLY"):
        raise BadRule(
            "A series meets by the week or by the month; other rhythms are not understood."
        )
    rule = Rule(
        freq=freq,
        interval=_number(parts.get("INTERVAL", "1"), 1, 52, "The step between meetings"),
        weekdays=tuple(_weekday(one) for one in _listed(parts, "BYDAY")),
        monthdays=_numbers(parts, "BYMONTHDAY", 31),
        months=_numbers(parts, "BYMONTH", 12, signed=False),
        positions=_numbers(parts, "BYSETPOS", 31),
        week_starts=_weekday(parts.get("WKST", "MO"))[1],
        count=_number(parts["COUNT"], 1, MOST_TIMES, "The number of meetings")
        if "COUNT" in parts
        else None,
        until=_until(parts["UNTIL"]) if "UNTIL" in parts else None,
    )
    if rule.count is not None and rule.until is not None:
        raise BadRule("A series ends after some meetings or on a day, not both.")
    if freq == "WEEKLY" and (rule.monthdays or any(nth for nth, _ in rule.weekdays)):
        raise BadRule("A weekly series knows days of the week only.")
    if rule.positions and not (rule.weekdays or rule.monthdays):
        raise BadRule("This rule picks a meeting from days that it does not name.")
    return rule


def first_day(rule: Rule, since: date, zone: ZoneInfo) -> date:
    """The first day that the rule gives, from `since` on. Raises BadRule when there is none soon.

    A rule that starts there keeps its rhythm: a fortnight is counted from this day's week.
    """
    day = next(days(replace(rule, count=None), since, zone), None)
    if day is not None:
        return day
    if next(days(rule.endless(), since, zone), None):
        raise BadRule("This series would end before its first meeting.")
    raise BadRule(
        f"No day fits this rhythm in the next {YEARS_SEARCHED} years. Choose another one."
    )


def days(rule: Rule, starts_on: date, zone: ZoneInfo, *, until: date = date.max) -> Iterator[date]:
    """The rule's days from `starts_on` up to `until`, in order. Ends when no more are near."""
    last = min(until, rule.last_day(zone))
    given, patience = 0, _years_after(starts_on)
    for first_of_period, found in _periods(rule, starts_on):
        if first_of_period > last or first_of_period > patience:
            return
        for day in found:
            if day < starts_on:
                continue
            if day > last or given == rule.count:
                return
            given, patience = given + 1, _years_after(day)
            yield day


def moved(rule: Rule, was: date, now: date) -> Rule:
    """The rhythm of a series whose meeting of the one day is put on another, for good."""
    by = (now - was).days
    if not by:
        return rule
    if rule.freq == "WEEKLY":
        turned = [(0, (day + by) % 7) for _, day in rule.weekdays]
        return replace(rule, weekdays=tuple(sorted(turned)))
    if rule.weekdays:
        is_last = any(nth < 0 for nth, _ in rule.weekdays) or rule.positions == (-1,)
        nth = nth_of(now, prefer_last=is_last)
        return replace(rule, weekdays=((nth, now.weekday()),), positions=(), monthdays=())
    if rule.monthdays == (-1,) and is_last_of_month(now):
        return rule
    return replace(rule, monthdays=(now.day,), positions=())


def nth_of(day: date, *, prefer_last: bool = False) -> int:
    """Which of its weekday in the month: 1 to 4, or -1 for the last (always of a fifth)."""
    nth = (day.day - 1) // 7 + 1
    in_last_week = day.day > calendar.monthrange(day.year, day.month)[1] - 7
    return -1 if nth == 5 or (prefer_last and in_last_week) else nth


def is_last_of_month(day: date) -> bool:
    return (day + timedelta(days=1)).day == 1


def _periods(rule: Rule, starts_on: date) -> Iterator[tuple[date, list[date]]]:
    """Week after week, or month after month: its first day, and the days that the rule gives."""
    try:
        if rule.freq == "WEEKLY":
            monday = starts_on - timedelta(days=(starts_on.weekday() - rule.week_starts) % 7)
            for number in counting():
                first = monday + timedelta(weeks=number * rule.interval)
                yield first, _of_week(rule, first, starts_on)
        for number in counting():
            month = starts_on.month - 1 + number * rule.interval
            first = date(starts_on.year + month // 12, month % 12 + 1, 1)
            yield first, _of_month(rule, first, starts_on)
    except (OverflowError, ValueError):  # The end of the calendar.
        return


def _of_week(rule: Rule, first: date, starts_on: date) -> list[date]:
    wanted = {day for _, day in rule.weekdays} or {starts_on.weekday()}
    week = (first + timedelta(days=number) for number in range(7))
    return _picked(rule, [day for day in week if day.weekday() in wanted], _in_months(rule))


def _of_month(rule: Rule, first: date, starts_on: date) -> list[date]:
    length = calendar.monthrange(first.year, first.month)[1]
    monthdays = rule.monthdays or (() if rule.weekdays else (starts_on.day,))
    by_date = {number if number > 0 else length + 1 + number for number in monthdays}
    by_weekday = {number for nth, day in rule.weekdays for number in _nths(first, length, nth, day)}
    chosen = by_date & by_weekday if monthdays and rule.weekdays else by_date | by_weekday
    days = [first.replace(day=number) for number in sorted(chosen) if 0 < number <= length]
    return _picked(rule, days, _in_months(rule))


def _nths(first: date, length: int, nth: int, weekday: int) -> list[int]:
    """The days of the month that are its nth such weekday; all of them for 0."""
    numbers = list(range((weekday - first.weekday()) % 7 + 1, length + 1, 7))
    if nth == 0:
        return numbers
    place = nth - 1 if nth > 0 else nth
    return numbers[place : place + 1 or None] if -len(numbers) <= place < len(numbers) else []


def _in_months(rule: Rule) -> Callable[[date], bool]:
    return lambda day: not rule.months or day.month in rule.months


def _picked(rule: Rule, days: list[date], fits: Callable[[date], bool]) -> list[date]:
    days = [day for day in days if fits(day)]
    if not rule.positions:
        return days
    places = {place - 1 if place > 0 else len(days) + place for place in rule.positions}
    return [day for number, day in enumerate(days) if number in places]


def _years_after(day: date) -> date:
    return day + timedelta(days=366 * YEARS_SEARCHED) if day.year < 9990 else date.max


def _parts(text: str) -> dict[str, str]:
    text = text.strip().upper().removeprefix("RRULE:")
    if len(text) > LONGEST or not re.fullmatch(r"[A-Z]+=[A-Z0-9,+-]+(;[A-Z]+=[A-Z0-9,+-]+)*", text):
        raise BadRule("This rule cannot be read.")
    pairs = [pair.partition("=")[::2] for pair in text.split(";")]
    parts = dict(pairs)
    if len(parts) < len(pairs):
        raise BadRule("This rule says the same thing twice.")
    if unknown := sorted(set(parts) - UNDERSTOOD):
        raise BadRule(f"A series of meetings cannot follow {unknown[0]}.")
    return parts


def _listed(parts: dict[str, str], key: str) -> list[str]:
    return parts[key].split(",") if key in parts else []


def _weekday(text: str) -> tuple[int, int]:
    found = re.fullmatch(r"([+-]?[1-5])?(MO|TU|WE|TH|FR|SA|SU)", text)
    if not found:
        raise BadRule(f"“{text}” is not a day of the week that a month has.")
    return int(found[1] or 0), WEEKDAYS.index(found[2])


def _numbers(parts: dict[str, str], key: str, most: int, *, signed: bool = True) -> tuple[int, ...]:
    found = []
    for text in _listed(parts, key):
        number = int(text) if re.fullmatch(r"[+-]?\d{1,2}", text) else 0
        if not 1 <= abs(number) <= most or (number < 0 and not signed):
            raise BadRule(f"“{text}” does not exist in a calendar.")
        found.append(number)
    return tuple(found)


def _number(text: str, least: int, most: int, what: str) -> int:
    if not re.fullmatch(r"\d{1,9}", text) or not least <= int(text) <= most:
        raise BadRule(f"{what} is from {least} to {most}.")
    return int(text)


def _until(text: str) -> datetime | date:
    for written in ("%Y%m%dT%H%M%SZ", "%Y%m%dT%H%M%S", "%Y%m%d"):
        try:
            found = datetime.strptime(text, written)  # noqa: DTZ007 - a day of any zone
        except ValueError:
            continue
        if written.endswith("Z"):
            return found.replace(tzinfo=UTC)
        return found.date()
    raise BadRule("The day on which the series ends cannot be read.")


def _until_text(until: datetime | date) -> str:
    return f"{until:%Y%m%dT%H%M%SZ}" if isinstance(until, datetime) else f"{until:%Y%m%d}"
