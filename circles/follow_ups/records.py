"""What HR's records say of somebody's level: what they know is shown, not asked. Pure functions."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.formats import date_format

from members.models import CareerEvent

PROMOTION = CareerEvent.Kind.PROMOTION


@dataclass(frozen=True)
class Recorded:
    """The level on record and since when, and the latest promotion since somebody joined."""

    level: int | None = None
    since: dt.date | None = None
    promoted_on: dt.date | None = None
    promoted_to: int | None = None

    @property
    def knows_the_level(self) -> bool:
        """Nobody is asked for their level then."""
        return self.level is not None or self.promoted_on is not None

    @property
    def words(self) -> str:
        """In a sentence; nothing when nothing is known."""
        parts = []
        if self.level is not None:
            since = f" since {_day(self.since)}" if self.since else ""
            parts.append(f"level {self.level}{since}")
        if self.promoted_on and self.promoted_on != self.since:
            to = "" if self.promoted_to is None else f" to level {self.promoted_to}"
            parts.append(f"a promotion{to} on {_day(self.promoted_on)}")
        return f"HR records: {' and '.join(parts)}." if parts else ""


def recorded(
    job_level: int | None, events: Iterable[CareerEvent], *, joined_on: dt.date, today: dt.date
) -> Recorded:
    """What an import has told of the level, with career events of any order.

    The level of the person's own row counts. An event gives it a day where both agree, and stands
    for it where the row has none. Events to come are not known yet.
    """
    past = sorted((event for event in events if event.on <= today), key=lambda event: event.on)
    levelled = [event for event in past if event.to_level is not None]
    last = levelled[-1] if levelled else None
    level = job_level if job_level is not None or last is None else last.to_level
    risen = [event for event in past if event.kind == PROMOTION and event.on > joined_on]
    return Recorded(
        level=level,
        since=last.on if last and last.to_level == level else None,
        promoted_on=risen[-1].on if risen else None,
        promoted_to=risen[-1].to_level if risen else None,
    )


def _day(day: dt.date) -> str:
    return date_format(day, "j F Y")
