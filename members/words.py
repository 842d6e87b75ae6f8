"""Dates, shares and counts in the words people use. Pure functions; the template tags wrap them."""

import datetime as dt
import math

from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from members.time_zones import zone_named

NO_BREAK_SPACE = "\u00a0"
NUMBERS = "one two three four five six seven eight nine ten eleven twelve".split()
# Further away than this, "in 23 days" says less than the date itself.
NEAR_DAYS = 13


def zone_called(name: str | None) -> dt.tzinfo:
    """The zone of that name; the active one without a name; UTC if the name is not a zone's."""
    if not name:
        return timezone.get_current_timezone()
    return zone_named(name)


def moment_in_words(moment: dt.datetime, *, zone: dt.tzinfo, now: dt.datetime) -> str:
    """`Thu 14 May, 15:00, in 2 days`; `today, 15:00, in 20 minutes`."""
    local, here = moment.astimezone(zone), now.astimezone(zone)
    parts = [_near(local.date(), here.date()) or _date(local.date(), here.date())]
    parts.append(date_format(local, "H:i"))
    parts.append(_minutes(moment - now) or _distance((local.date() - here.date()).days))
    return ", ".join(part for part in parts if part)


def day_in_words(day: dt.date, *, today: dt.date) -> str:
    """`Thu 14 May, in 2 days`; `tomorrow`; the year only when it is another one."""
    if near := _near(day, today):
        return near
    parts = [_date(day, today), _distance((day - today).days)]
    return ", ".join(part for part in parts if part)


def exact_moment(moment: dt.datetime, *, zone: dt.tzinfo) -> str:
    """`Thursday 14 May 2026, 15:00 CEST (Europe/Berlin)`."""
    local = moment.astimezone(zone)
    named = f" ({zone})" if str(zone) not in ("UTC", local.tzname()) else ""
    return f"{date_format(local, 'l j F Y, H:i')} {local.tzname()}{named}"


def exact_day(day: dt.date) -> str:
    """`Thursday 14 May 2026`."""
    return date_format(day, "l j F Y")


def share_in_words(value: float, *, whole: float = 1) -> str:
    """A share as whole percents, halves rounded up: `48 %`, never broken over two lines."""
    return f"{math.floor(value / whole * 100 + 0.5)}{NO_BREAK_SPACE}%"


def count_in_words(number: int, *, one: str, many: str) -> str:
    """`no circles`, `1 circle`, `1,240 circles`."""
    if number == 0:
        return f"{_('no')} {many}"
    return f"{number_format(number, force_grouping=True)} {one if number == 1 else many}"


def _near(day: dt.date, today: dt.date) -> str:
    return {0: _("today"), 1: _("tomorrow"), -1: _("yesterday")}.get((day - today).days, "")


def _date(day: dt.date, today: dt.date) -> str:
    return date_format(day, "D j M" if day.year == today.year else "D j M Y")


def _distance(days: int) -> str:
    if not 2 <= abs(days) <= NEAR_DAYS:
        return ""
    if days > 0:
        return ngettext("in %(days)d day", "in %(days)d days", days) % {"days": days}
    return ngettext("%(days)d day ago", "%(days)d days ago", -days) % {"days": -days}


def _minutes(away: dt.timedelta) -> str:
    minutes = round(away.total_seconds() / 60)
    if minutes == 0:
        return _("now")
    if not -60 < minutes < 60:
        return ""
    if minutes > 0:
        return ngettext("in %(n)d minute", "in %(n)d minutes", minutes) % {"n": minutes}
    return ngettext("%(n)d minute ago", "%(n)d minutes ago", -minutes) % {"n": -minutes}


def number_in_words(number: int, *, none: str = "none") -> str:
    """Small numbers as words: `three`, but `13` and `1,240`."""
    if number == 0:
        return none
    return NUMBERS[number - 1] if 0 < number <= len(NUMBERS) else f"{number:,}"
