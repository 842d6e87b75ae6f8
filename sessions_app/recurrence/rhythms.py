"""The rhythms that people choose from, and the rules they stand for."""

from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from sessions_app.recurrence.rules import WEEKDAYS, Rule, days, nth_of, parsed

FIRST_MANY = 6
CHOICES = [
    ("weekly_then_monthly", "Weekly for the first meetings, then monthly"),
    ("fortnightly_then_monthly", "Every second week for the first meetings, then monthly"),
    ("weekly", "Weekly"),
    ("fortnightly", "Every second week"),
    ("monthly_weekday", "Monthly on the same weekday, as the second Thursday"),
    ("monthly_last_weekday", "Monthly on the last such weekday"),
    ("monthly_date", "Monthly on the same date"),
    ("monthly_last_day", "Monthly on the last day of the month"),
]


@dataclass(frozen=True)
class Ending:
    """How a series ends: after so many meetings in all, on a day, or never."""

    count: int | None = None
    until: date | None = None


def rules_of(
    rhythm: str, day: date, zone: ZoneInfo, *, first_many: int = FIRST_MANY, ending: Ending
) -> list[str]:
    """The rules of a chosen rhythm that begins on that day."""
    name = WEEKDAYS[day.weekday()]
    monthly = {
        "monthly_weekday": f"BYDAY={nth_of(day)}{name}",
        "monthly_last_weekday": f"BYDAY=-1{name}",
        "monthly_date": f"BYMONTHDAY={day.day}",
        "monthly_last_day": "BYMONTHDAY=-1",
    }
    if rhythm in monthly:
        return [str(_ended(parsed(f"FREQ=MONTHLY;{monthly[rhythm]}"), zone, ending))]
    step = 2 if rhythm.startswith("fortnightly") else 1
    often = parsed(f"FREQ=WEEKLY;INTERVAL={step};BYDAY={name}")
    if not rhythm.endswith("then_monthly"):
        return [str(_ended(often, zone, ending))]
    *_, last = days(often.times(first_many), day, zone)
    is_short = (ending.count or first_many + 1) <= first_many
    if is_short or (ending.until and ending.until <= last):
        return [str(_ended(often, zone, ending))]
    seldom = parsed(f"FREQ=MONTHLY;BYDAY={nth_of(last)}{name}")
    rest = Ending(ending.count - first_many if ending.count else None, ending.until)
    return [str(often.times(first_many)), str(_ended(seldom, zone, rest))]


def _ended(rule: Rule, zone: ZoneInfo, ending: Ending) -> Rule:
    if ending.count:
        return rule.times(ending.count)
    return rule.ending(ending.until, zone) if ending.until else rule
