"""What a time means to each person: whether it suits, and how early or late it is. Pure."""

import functools
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from circles.hours import QUARTERS, suits, turned, week_mask
from members.time_zones import zone_named

SUITS, IF_NEED_BE, CANNOT, UNKNOWN = "suits", "if_need_be", "cannot", "unknown"
DAY_BEGINS, DAY_ENDS, A_DAY = 8 * 60, 18 * 60, 24 * 60
WEEKEND = 5  # Saturday is the first day of it
WEEKEND_MINUTES = 4 * 60  # a meeting on a weekend burdens like one four hours too early
MISSABLE = 4  # who misses one meeting in four, or fewer, can come to the series if need be

ANY_DAY = date(2024, 1, 1)

Interval = tuple[datetime, datetime]


@dataclass(frozen=True)
class Asked:
    """A person as the search knows them. Without `hours` and `if_need_be` any hour suits."""

    key: int
    zone: str
    has_answered: bool = True
    hours: tuple[int, ...] = ()
    if_need_be: tuple[int, ...] = ()
    busy: tuple[Interval, ...] = ()
    borne: float = 0.0  # minutes outside working hours in the circle's past year

    @functools.cached_property
    def busy_ends(self) -> list[datetime]:
        return [end for _, end in self.busy]

    @functools.cached_property
    def glad(self) -> int:
        """Their hours that suit, as bits of their own week; none if all they painted is lesser."""
        return 0 if self.if_need_be and not self.hours else _week(self.hours)

    @functools.cached_property
    def possible(self) -> int:
        return _week((*self.hours, *self.if_need_be))

    def is_busy(self, starts: datetime, ends: datetime) -> bool:
        place = bisect_left(self.busy_ends, starts + timedelta(microseconds=1))
        return place < len(self.busy) and self.busy[place][0] < ends


def _week(hours: tuple[int, ...]) -> int:
    return week_mask(hours, "UTC", ANY_DAY)


@dataclass(frozen=True)
class Meaning:
    """What a time means to one person over its first meetings."""

    status: str
    burden: float  # minutes outside working hours, on average
    locals: tuple[str, ...] = ()  # the starts on their own clock, in the order they come
    out: str = ""  # early, late or weekend: the worst of it
    missed: tuple[str, ...] = field(default=())  # their days when they can't, if not all
    of: int = 0

    def as_json(self) -> dict[str, Any]:
        return {
            "is": self.status,
            "burden": round(self.burden),
            "locals": list(self.locals),
            "out": self.out,
            "missed": len(self.missed),
            "on": list(self.missed[:3]),
            "of": self.of,
        }


def meaning(person: Asked, moments: Sequence[datetime], minutes: int) -> Meaning:
    """Judged at every one of these meetings: clocks may change between them."""
    zone = zone_named(person.zone)
    glad = True
    missed: list[datetime] = []
    starts_at: dict[int, None] = {}
    total, worst = 0, (0, "")
    for starts in moments:
        local = starts.astimezone(zone)
        minute = local.hour * 60 + local.minute
        starts_at[minute] = None
        out = outside(local.weekday(), minute, minutes)
        total, worst = total + out[0], max(worst, out)
        said = at(person, starts, local, minutes)
        glad = glad and said == SUITS
        if said == CANNOT:
            missed.append(local)
    return Meaning(
        _overall(person, glad=glad, missed=len(missed), of=len(moments)),
        total / len(moments),
        tuple(f"{minute // 60:02}:{minute % 60:02}" for minute in starts_at),
        worst[1],
        tuple(local.date().isoformat() for local in missed),
        of=len(moments),
    )


def at(person: Asked, starts: datetime, local: datetime, minutes: int) -> str:
    """What a single meeting means to somebody, as they painted their week and their calendar is."""
    if person.busy and person.is_busy(starts, starts + timedelta(minutes=minutes)):
        return CANNOT
    slot = _slot(local.weekday(), local.hour * 60 + local.minute, minutes)
    if suits(person.glad, slot):
        return SUITS
    return IF_NEED_BE if suits(person.possible, slot) else CANNOT


@functools.lru_cache(maxsize=8192)
def outside(weekday: int, begins: int, minutes: int) -> tuple[int, str]:
    """How many minutes a meeting lies outside 8 to 18 o'clock and the working week, and how."""
    ends = begins + minutes
    late = ends - DAY_ENDS if begins >= DAY_BEGINS else ends + A_DAY - DAY_ENDS
    early = DAY_BEGINS - begins if begins < DAY_BEGINS else DAY_BEGINS + A_DAY - begins
    if begins >= DAY_BEGINS and ends <= DAY_ENDS:
        late = early = 0
    out, how = min((early, "early"), (late, "late"))
    if weekday >= WEEKEND:
        return out + WEEKEND_MINUTES, "weekend"
    return (out, how) if out else (0, "")


def _overall(person: Asked, *, glad: bool, missed: int, of: int) -> str:
    if not person.has_answered:
        return UNKNOWN
    if glad:
        return SUITS
    return IF_NEED_BE if missed * MISSABLE <= of else CANNOT


@functools.lru_cache(maxsize=8192)
def _slot(weekday: int, begins: int, minutes: int) -> int:
    """The quarters of the person's own week that a meeting touches."""
    starts = weekday * A_DAY + begins
    quarter, beyond = starts // 15, -(-(starts + minutes) // 15)
    return turned((1 << min(beyond - quarter, QUARTERS)) - 1, quarter)
