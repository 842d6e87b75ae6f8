"""Hours of the week in different zones, compared as bits.

A week is 672 quarters of an hour of UTC, the first from Monday 00:00, one bit each: some zones are
30 or 45 minutes off. A zone's distance from UTC is the one it has on a given day, as clocks change.
"""

import datetime as dt
import functools
from collections.abc import Iterable

from members.time_zones import zone_named

QUARTERS_AN_HOUR = 4
QUARTERS = 7 * 24 * QUARTERS_AN_HOUR
ANY = (1 << QUARTERS) - 1
AN_HOUR = (1 << QUARTERS_AN_HOUR) - 1
SECONDS_A_QUARTER = 15 * 60


def week_mask(hours: Iterable[int], zone: str, on: dt.date) -> int:
    """Hours of a zone's week (0 is Monday 00:00) as bits of the UTC week; ANY when none are given.

    A zone that does not exist counts as UTC.
    """
    local = 0
    for hour in hours:
        local |= AN_HOUR << (hour * QUARTERS_AN_HOUR)
    return turned(local, -quarters_from_utc(zone, on)) if local else ANY


def slot_mask(weekday: int, at: dt.time, minutes: int, zone: str, on: dt.date) -> int:
    """The quarters that a meeting touches, from `at` of the zone's weekday, for so many minutes."""
    starts = (weekday * 24 + at.hour) * 60 + at.minute
    first, beyond = starts // 15, -(-(starts + max(1, minutes)) // 15)
    local = (1 << min(beyond - first, QUARTERS)) - 1
    return turned(local, first - quarters_from_utc(zone, on))


def hours_of(mask: int, zone: str, on: dt.date) -> list[int]:
    """The zone's whole hours that lie in the mask: week_mask the other way round."""
    local = turned(mask, quarters_from_utc(zone, on))
    hours = range(QUARTERS // QUARTERS_AN_HOUR)
    return [hour for hour in hours if local >> (hour * QUARTERS_AN_HOUR) & AN_HOUR == AN_HOUR]


def starts_within(mask: int, minutes: int) -> int:
    """The quarters of the UTC week at which a meeting could begin and lie wholly in the mask."""
    starts = mask
    for later in range(1, min(-(-minutes // 15), QUARTERS)):
        starts &= turned(mask, -later)
    return starts


def overlap(*masks: int) -> float:
    """How many hours a week all of them share."""
    return functools.reduce(int.__and__, masks, ANY).bit_count() / QUARTERS_AN_HOUR


def suits(mask: int, slot: int) -> bool:
    """Whether the whole slot lies within the mask."""
    return slot & ~mask == 0


@functools.lru_cache(maxsize=4096)
def quarters_from_utc(zone: str, on: dt.date) -> int:
    """How far the zone's clocks are ahead of UTC at noon of that day."""
    noon = dt.datetime.combine(on, dt.time(12), zone_named(zone))
    ahead = noon.utcoffset() or dt.timedelta()
    return round(ahead.total_seconds() / SECONDS_A_QUARTER)


def turned(mask: int, by: int) -> int:
    """The week turned by so many quarters: what leaves on Sunday comes in on Monday."""
    by %= QUARTERS
    return (mask << by | mask >> (QUARTERS - by)) & ANY
