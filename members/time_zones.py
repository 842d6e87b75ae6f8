"""The time zones people choose from, and how what they type is understood."""

import functools
import zoneinfo

AREAS = (
    "Africa/",
    "America/",
    "Antarctica/",
    "Arctic/",
    "Asia/",
    "Atlantic/",
    "Australia/",
    "Europe/",
    "Indian/",
    "Pacific/",
)


@functools.cache
def offered() -> tuple[str, ...]:
    """The zones named after places, and UTC; without the old names kept for old programs."""
    known = zoneinfo.available_timezones()
    return ("UTC", *sorted(name for name in known if name.startswith(AREAS)))


@functools.cache
def _by_plain_name() -> dict[str, str]:
    names = {_plain(name): name for name in zoneinfo.available_timezones()}
    for name in offered():
        names.setdefault(_plain(name.rpartition("/")[2]), name)
    return names


def _plain(typed: str) -> str:
    return " ".join(typed.replace("_", " ").split()).casefold()


def found(typed: str) -> str | None:
    """The zone meant by `Europe/Berlin`, `europe/berlin`, `Berlin` or `new york`."""
    return _by_plain_name().get(_plain(typed))


def zone_named(name: str) -> zoneinfo.ZoneInfo:
    """The zone; UTC where the database of zones does not know it, or no longer does."""
    try:
        return zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        return zoneinfo.ZoneInfo("UTC")
