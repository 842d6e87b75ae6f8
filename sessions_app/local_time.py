"""From a wall clock to a moment, honest about the hours that clocks skip or repeat."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo


class NoSuchTime(Exception):
    """The wall clock never shows this time that day."""


def moment_of(local: datetime, zone: ZoneInfo) -> datetime:
    """The moment, in UTC, when a clock in the zone shows `local`; the first one if it does twice.

    Raises NoSuchTime for a time that is skipped when clocks go forward.
    """
    moment = local.replace(tzinfo=zone, fold=0).astimezone(UTC)
    if moment.astimezone(zone).replace(tzinfo=None, fold=0) != local:
        day = f"{local.day} {local:%B %Y}"
        raise NoSuchTime(
            f"{local:%H:%M} does not exist on {day} in {zone.key}, because clocks go forward then. "
            "Choose an earlier or a later time."
        )
    return moment


def moment_kept(local: datetime, zone: ZoneInfo) -> datetime:
    """The moment of a wall-clock time that a series keeps, as RFC 5545 says.

    Where clocks skip it, it is read with the distance from UTC before the gap, and so comes later
    on the clock; of a time shown twice it is the first.
    """
    return local.replace(tzinfo=zone, fold=0).astimezone(UTC)


def comes_twice(moment: datetime, zone: ZoneInfo) -> bool:
    """Whether the zone's clocks show this local time a second time, because they go back."""
    local = moment.astimezone(zone)
    return local.replace(fold=0).utcoffset() > local.replace(fold=1).utcoffset()  # type: ignore[operator]
