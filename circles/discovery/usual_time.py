"""When a circle usually meets, in words, for a reader in another zone."""

import datetime as dt
from typing import NamedTuple

from django.utils import timezone

from circles.models import Circle, Weekday

DAYS = tuple(f"{day.label}s" for day in Weekday)


class UsualTime(NamedTuple):
    """`Tuesdays 15:00`, the same moment for the reader if it differs, and both in full."""

    words: str
    for_you: str
    exact: str


def usual_time(circle: Circle, zone: dt.tzinfo | None = None) -> UsualTime | None:
    """The circle's usual time as clocks stand today; nothing if it has none yet."""
    if circle.meets_weekday is None or circle.meets_at is None:
        return None
    zone = zone or timezone.get_current_timezone()
    days_away = (circle.meets_weekday - circle.today.weekday()) % 7
    day = circle.today + dt.timedelta(days=days_away)
    there = dt.datetime.combine(day, circle.meets_at, circle.zone)
    here = there.astimezone(zone)
    words = f"{DAYS[circle.meets_weekday]} {circle.meets_at:%H:%M}"
    exact = f"{words} in {circle.zone}"
    if here.replace(tzinfo=None) == there.replace(tzinfo=None):
        return UsualTime(words, "", exact)
    same_day = here.weekday() == there.weekday()
    for_you = f"{here:%H:%M}" if same_day else f"{DAYS[here.weekday()]} {here:%H:%M}"
    return UsualTime(words, for_you, f"{exact}, {DAYS[here.weekday()]} {here:%H:%M} in {zone}")
