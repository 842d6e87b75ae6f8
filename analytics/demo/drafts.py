"""A circle before it becomes rows: its format, its calendar, its health, its people."""

import random
import zoneinfo
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, NamedTuple

from analytics.demo.ideas import Idea
from analytics.demo.people import Held, Person
from analytics.demo.places import Place
from analytics.demo.plan import Plan
from circles.models import FormatVersion

# Weeks between meetings, from the format's meetings a month.
STEPS = {4: 7, 2: 14, 1: 28}
# What formats call whoever presents.
PRESENTERS = ("presenter", "spotlight", "hot seat", "case giver")
# So far ahead meetings are planned.
AHEAD = timedelta(days=180)
MONTHS_WITHOUT_END = {7: 4, 14: 8, 28: 12}


class Kind(NamedTuple):
    """What the generator needs of a format's version."""

    version: int
    size_min: int
    size_max: int
    minutes: int
    step: int
    meetings: int
    roles: tuple[tuple[str, int], ...]

    @classmethod
    def of(cls, version: FormatVersion) -> "Kind":
        cadence = version.definition["cadence"]
        step = STEPS[cadence["per_month"]]
        months = cadence.get("months", MONTHS_WITHOUT_END[step])
        meetings = cadence.get("meetings", months * cadence["per_month"])
        smallest = max(4, version.size_min)
        minutes, roles = version.meeting_minutes, tuple(_roles(version.definition))
        return cls(version.pk, smallest, version.size_max, minutes, step, meetings, roles)


def _roles(definition: dict[str, Any]) -> Iterator[tuple[str, int]]:
    """Each role of a meeting with its place: of several presenters the first, the second."""
    segments = definition["agenda"]
    times = max((segment.get("times") or 0 for segment in segments), default=0)
    named = [role for role in definition["rotating_roles"] if role in PRESENTERS]
    yield from ((role, 1) for role in definition["rotating_roles"] if role not in named)
    presenter = (*named, "presenter")[0]
    yield from ((presenter, place) for place in range(1, times + 1))


class Health(NamedTuple):
    """How well a circle does; shares of 1."""

    attendance: float = 0.92
    lately: float = 0.92  # attendance in the last three meetings
    promises: float = 0.5
    keeps: float = 0.75
    moving: float = 0.85  # goals on which something happened within three weeks
    recaps: float = 0.97
    recaps_missing: int = 0  # of the latest meetings


WELL = Health()
FINE = Health(0.85, 0.82, 0.45, 0.68, 0.75, 0.93)
TIRED = Health(0.8, 0.7, 0.35, 0.6, 0.55, 0.85, 1)
FADING = Health(0.85, 0.5, 0.2, 0.5, 0.4, 0.8, 1)
STANDING_STILL = Health(0.88, 0.84, 0.5, 0.5, 0.15, 1.0)
UNRECORDED = Health(0.86, 0.86, 0.4, 0.65, 0.7, 0.9, 2)
HEALTHS = ((WELL, 45), (FINE, 30), (TIRED, 13), (STANDING_STILL, 6), (FADING, 6))


@dataclass(slots=True, eq=False)
class Seat(Held):
    """Somebody's time in a circle."""

    person: Person
    role: str = "member"
    pk: int = 0


@dataclass(slots=True, eq=False)
class Appointment(Held):
    """Somebody's time as the facilitator of a circle."""

    person: Person


@dataclass(slots=True, eq=False)
class Draft:
    """A circle with its calendar. `held` meetings are past; `coming` are planned."""

    idea: Idea
    kind: Kind
    stage: str
    place: Place
    name: str
    capacity: int
    free: int
    clock: time
    health: Health
    held: list[date] = field(default_factory=list)
    coming: list[date] = field(default_factory=list)
    gathers_on: date = date.max
    ended_on: date | None = None
    visibility: str = "public"
    seats: list[Seat] = field(default_factory=list)
    appointments: list[Appointment] = field(default_factory=list)
    pk: int = 0

    @property
    def started_on(self) -> date | None:
        return self.held[0] if self.held else None

    @property
    def facilitator(self) -> Person | None:
        return self.appointments[-1].person if self.appointments else None

    def seated(self, day: date) -> list[Seat]:
        return [seat for seat in self.seats if seat.covers(day)]

    def moment(self, day: date) -> datetime:
        """The beginning of a meeting on that day, by the clock of the circle."""
        zone = zoneinfo.ZoneInfo(self.place.zone)
        return datetime.combine(day, self.clock, zone).astimezone(UTC)


def set_calendar(draft: Draft, plan: Plan, *, held: int, dice: random.Random) -> None:
    """Give a circle meetings that fit its stage and the cadence of its format."""
    step = timedelta(days=draft.kind.step)
    if draft.stage in ("proposed", "recruiting"):
        draft.gathers_on = plan.as_of
        return
    if draft.stage in ("paused", "closed"):
        latest, soonest = (70, 25) if draft.stage == "paused" else (1100, 20)
        last = weekday_within(plan, -latest, -soonest, dice)
        following = last + step
    elif draft.stage == "forming":
        following = weekday_within(plan, 3, 14, dice)
    else:
        following = weekday_within(plan, 1, draft.kind.step - 2, dice)
    calendar_before(draft, plan, following, held)


def calendar_before(draft: Draft, plan: Plan, following: date, held: int) -> None:
    """Meetings every so many weeks up to the following one, which is planned if it is to come."""
    step = timedelta(days=draft.kind.step)
    draft.held = [following - step * number for number in range(held, 0, -1)]
    if draft.stage in ("forming", "active", "renewal"):
        ahead = 1 if draft.stage == "renewal" else max(2, min(AHEAD // step, draft.kind.meetings))
        days = (following + step * number for number in range(ahead))
        draft.coming = [day for day in days if day == following or not between_the_years(day)]
    if draft.stage == "closed":
        draft.ended_on = draft.held[-1] + timedelta(days=3)
    first = draft.held[0] if draft.held else following
    draft.gathers_on = min(first, plan.as_of)


def between_the_years(day: date) -> bool:
    """The days around New Year, when nobody meets."""
    return (day.month, day.day) >= (12, 24) or (day.month, day.day) == (1, 1)


def weekday_within(plan: Plan, earliest: int, latest: int, dice: random.Random) -> date:
    """A working day between so many days from today and so many."""
    while True:
        day = plan.as_of + timedelta(days=dice.randint(earliest, latest))
        if day.weekday() < 5:
            return day
