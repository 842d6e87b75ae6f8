"""What a series is, in plain words: “Every second Thursday at 15:00 in Berlin, 12 times”."""

from collections.abc import Sequence
from datetime import date

from django.utils.formats import date_format

from members.words import number_in_words
from sessions_app.models import Series
from sessions_app.recurrence.rules import Rule, parsed

NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
NTH = {1: "first", 2: "second", 3: "third", 4: "fourth", 5: "fifth", -1: "last"}
NTH |= {-2: "second last", -3: "third last", -4: "fourth last", -5: "fifth last"}


def describe(series: Series | Sequence[Series]) -> str:
    """One series or a whole chain, with its time and the city that names its zone."""
    chain = [series] if isinstance(series, Series) else list(series)
    clock = ""
    said = []
    for link in chain:
        rule = parsed(link.rule)
        time = f" at {link.at:%H:%M} in {city(link.time_zone)}"
        said.append(
            rhythm(rule, link.starts_on) + (time if time != clock else "") + _end(rule, link)
        )
        clock = time
    whole = ", then ".join(said)
    return whole[:1].upper() + whole[1:]


def day_and_month(day: date) -> str:
    """`8 October`."""
    return date_format(day, "j F")


def city(zone: str) -> str:
    """`New York` for `America/New_York`."""
    return zone.rpartition("/")[2].replace("_", " ")


def rhythm(rule: Rule, starts_on: date) -> str:
    """Only the days: `every second Thursday`, `on the last Friday of every month`."""
    said = _weekly(rule, starts_on) if rule.freq == "WEEKLY" else _monthly(rule, starts_on)
    if not rule.months:
        return said
    return f"{said}, in {_joined([MONTHS[month - 1] for month in sorted(rule.months)])}"


def _weekly(rule: Rule, starts_on: date) -> str:
    weekdays = sorted({day for _, day in rule.weekdays}) or [starts_on.weekday()]
    names = _joined([NAMES[day] for day in weekdays])
    if rule.interval == 1:
        return f"every {names}"
    if rule.interval == 2:
        return f"every second {names}"
    return f"every {number_in_words(rule.interval)} weeks on {names}"


def _monthly(rule: Rule, starts_on: date) -> str:
    if rule.interval == 1:
        months = "every month"
    else:
        months = (
            "every second month"
            if rule.interval == 2
            else f"every {number_in_words(rule.interval)} months"
        )
    return f"on {_days_of_month(rule, starts_on)} of {months}"


def _days_of_month(rule: Rule, starts_on: date) -> str:
    names = [f"{NTH[nth]} {NAMES[day]}" if nth else NAMES[day] for nth, day in rule.weekdays]
    if names and rule.positions:
        places = _joined([NTH.get(place, f"{place}th") for place in rule.positions])
        return f"the {places} {_joined(names, 'or')}"
    if names and not rule.monthdays:
        every = "every " if not any(nth for nth, _ in rule.weekdays) else "the "
        return every + _joined(names)
    numbers = rule.monthdays or (starts_on.day,)
    dates = f"the {_joined([_ordinal(number) for number in numbers])}"
    return (
        f"{dates} that is a {_joined([NAMES[day] for _, day in rule.weekdays], 'or')}"
        if names
        else dates
    )


def _ordinal(number: int) -> str:
    if number < 0:
        return "last day" if number == -1 else f"{NTH.get(number, f'{-number}th last')} day"
    ending = {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{'th' if 11 <= number <= 13 else ending}"


def _end(rule: Rule, link: Series) -> str:
    if rule.count is not None:
        return ", once" if rule.count == 1 else f", {rule.count} times"
    if rule.until is None:
        return ""
    return f", until {date_format(rule.last_day(link.zone), 'j F Y')}"


def _joined(names: list[str], word: str = "and") -> str:
    return f" {word} ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else names[0]
