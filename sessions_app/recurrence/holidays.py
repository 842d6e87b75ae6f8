"""Whose holidays a series keeps: a country's or a part's, and days of its own."""

import functools
import re
from collections.abc import Collection
from datetime import date

import holidays
from holidays.registry import COUNTRIES

LONGEST = 12  # Series.holidays_of
WEEKEND = frozenset({5, 6})


@functools.lru_cache(maxsize=64)
def calendar_of(code: str) -> holidays.HolidayBase | None:
    """The holidays of “DE” or “DE-BY”; None for nothing, and for what nobody knows any more."""
    country, _, part = code.partition("-")
    if not country:
        return None
    try:
        return holidays.country_holidays(country, subdiv=part or None, language="en_US")
    except NotImplementedError:
        return None


def is_known(code: str) -> bool:
    return len(code) <= LONGEST and calendar_of(code) is not None


def name_of(day: date, code: str, days_off: Collection[date]) -> str:
    """What day it is, if one does not work then: a holiday's name, or “a day off”."""
    if day in days_off:
        return "a day off"
    kept = calendar_of(code)
    return str(kept.get(day) or "") if kept is not None else ""


def is_weekend(day: date, code: str) -> bool:
    kept = calendar_of(code)
    return day.weekday() in (WEEKEND if kept is None else kept.weekend)


@functools.cache
def countries() -> tuple[tuple[str, str], ...]:
    """Codes and names of all countries whose holidays are known, by name."""
    named = (
        (codes[1], re.sub(r"(?<=[a-z])(?=[A-Z])", " ", codes[0])) for codes in COUNTRIES.values()
    )
    return tuple(sorted(named, key=lambda pair: pair[1]))


def part_named(country: str, typed: str) -> str | None:
    """The code of a country's part, from its code or its name: `BY` for `Bayern`."""
    kept = calendar_of(country)
    if kept is None:
        return None
    known = {code.casefold(): code for code in kept.subdivisions}
    known |= {name.casefold(): code for name, code in kept.subdivisions_aliases.items()}
    return known.get(typed.strip().casefold())
