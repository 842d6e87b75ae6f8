"""From a calendar file to the hours in which somebody is busy, and nothing else.

What people upload is hostile until read. So it is cut down to the lines that say when (no titles,
places, people), counted, and only then read, in a process of its own with few seconds and little
memory (see reading.py). This module knows nothing of Django, so that process starts quickly.
"""

import json
import re
import resource
import sys
import time
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import icalendar
import recurring_ical_events

LARGEST = 2 * 1024 * 1024
MOST_EVENTS = 5_000
MOST_LINES = 60_000
MOST_INTERVALS = 20_000
DEEPEST = 3
SECONDS = 6
MEMORY = 768 * 1024 * 1024

# What is read of an event. Whatever else stands in the file is dropped before it is parsed.
KEPT = re.compile(
    r"(BEGIN|END|VERSION|PRODID|CALSCALE|UID|SEQUENCE|DTSTART|DTEND|DURATION|RRULE|RDATE|EXDATE"
    r"|RECURRENCE-ID|STATUS|TRANSP|X-MICROSOFT-CDO-BUSYSTATUS|TZID|X-LIC-LOCATION|TZOFFSETFROM"
    r"|TZOFFSETTO|FREEBUSY)[;:]",
    re.IGNORECASE,
)
OURS = ("VCALENDAR", "VEVENT", "VFREEBUSY", "VTIMEZONE", "STANDARD", "DAYLIGHT")
PERIOD = re.compile(r"(\d{8}T\d{6})Z/(?:(\d{8}T\d{6})Z|P(?:(\d+)D)?T?(?:(\d+)H)?(?:(\d+)M)?)")


class Unreadable(Exception):
    """Why a calendar is not read, in words meant for the person who gave it."""


@dataclass(frozen=True)
class Busy:
    """Rising, disjoint intervals in UTC, and how many events could not be understood."""

    intervals: tuple[tuple[datetime, datetime], ...]
    left_out: int = 0

    def as_json(self) -> list[list[str]]:
        return [[start.isoformat(), end.isoformat()] for start, end in self.intervals]


def busy_hours(raw: bytes, *, zone: str, since: date, until: date, email: str = "") -> Busy:
    """When a calendar's owner is busy from one day to another. Raises Unreadable.

    Free are events that are transparent, cancelled or declined by the address `email`. Whole days
    and times without a zone are the owner's, in `zone`.
    """
    if len(raw) > LARGEST:
        raise Unreadable(too_large(len(raw)))
    lines = _lines_kept(_text(raw), email)
    home = ZoneInfo(zone)
    window = (
        datetime.combine(since, datetime.min.time(), home).astimezone(UTC),
        datetime.combine(until, datetime.min.time(), home).astimezone(UTC),
    )
    found, left_out = _of_events(lines, home, window)
    found += _of_free_busy(lines)
    return Busy(_joined(found, window), left_out)


def too_large(size: int) -> str:
    return (
        f"This calendar has {size / 1024 / 1024:,.0f} MB; at most {LARGEST // 1024 // 1024} MB are "
        "read. Export fewer months of it, or paint your hours."
    )


def _text(raw: bytes) -> str:
    """Its text. Of other encodings only what we keep must come out right, and that is ASCII."""
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        text = raw.decode("utf-16", "replace")
    else:
        try:
            text = raw.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = raw.decode("latin-1")
    if "BEGIN:VCALENDAR" not in text.upper():
        raise Unreadable("This is not a calendar: a calendar file ends in .ics. Export it anew.")
    return text


def _lines_kept(text: str, email: str) -> list[str]:
    """The calendar cut down to when something is. Raises Unreadable when there is too much."""
    unfolded = re.sub(r"\r?\n[ \t]", "", text.replace("\x00", ""))
    kept: list[str] = []
    open_parts: list[str] = []
    skips_at = 0
    events = 0
    for line in map(str.strip, re.split(r"\r\n|\n|\r", unfolded)):
        word, _, name = line.upper().partition(":")
        if word == "BEGIN":
            open_parts.append(name)
            if not skips_at and name not in OURS:
                skips_at = len(open_parts)
            events += name == "VEVENT"
        if not skips_at and (said := _kept(line, email)):
            kept.append(said)
        if word == "END" and open_parts:
            if skips_at == len(open_parts):
                skips_at = 0
            open_parts.pop()
        _refuse_too_much(events, len(kept), len(open_parts) - bool(skips_at))
    if open_parts:
        raise Unreadable("This calendar breaks off in the middle. Export it anew.")
    return kept


def _kept(line: str, email: str) -> str:
    if KEPT.match(line):
        return line
    upper = line.upper()
    declined = upper.startswith("ATTENDEE") and "PARTSTAT=DECLINED" in upper
    # Whoever declined is not there: for us that is an event which takes no time.
    return "TRANSP:TRANSPARENT" if declined and email and email.upper() in upper else ""


def _refuse_too_much(events: int, lines: int, depth: int) -> None:
    if events > MOST_EVENTS or lines > MOST_LINES:
        raise Unreadable(
            f"This calendar has more than {MOST_EVENTS:,} events. Export fewer months of it."
        )
    if depth > DEEPEST:
        raise Unreadable("This calendar is not put together as one should be. Export it anew.")


Found = list[tuple[datetime, datetime]]


def _of_events(
    lines: list[str], home: ZoneInfo, window: tuple[datetime, datetime]
) -> tuple[Found, int]:
    _refuse_absurd_rules(lines)
    lines = [line for line in lines if not line.upper().startswith("FREEBUSY")]
    try:
        calendars: Any = icalendar.Calendar.from_ical("\r\n".join(lines) + "\r\n", multiple=True)
    except (ValueError, KeyError, IndexError, TypeError, AttributeError, OverflowError):
        raise Unreadable("This calendar cannot be read. Export it anew.") from None
    started = time.monotonic()
    found: Found = []
    left_out = total = 0
    for calendar in calendars:
        for series in _series_of(calendar):
            total += 1
            if time.monotonic() - started > SECONDS or len(found) > MOST_INTERVALS:
                raise Unreadable(takes_too_long())
            try:
                found += _of_series(series, home, window)
            except Exception:  # hostile input: whatever it does, it is left out and counted
                left_out += 1
    if total and left_out == total:
        raise Unreadable("No event of this calendar says when it is. Export it anew.")
    return found, left_out


def _series_of(calendar: Any) -> list[Any]:
    """The events by their UID, one at a time, so that a bad one leaves the others alone."""
    by_uid: dict[str, list[Any]] = {}
    for number, event in enumerate(calendar.walk("VEVENT")):
        by_uid.setdefault(str(event.get("UID") or f"without {number}"), []).append(event)
    return list(by_uid.values())


def _of_series(events: list[Any], home: ZoneInfo, window: tuple[datetime, datetime]) -> Found:
    calendar = icalendar.Calendar()
    for event in events:
        _refuse_unknown_zones(event)
        calendar.add_component(event)
    # A day more on both sides: floating times and whole days are compared without a zone.
    since, until = window[0] - timedelta(days=1), window[1] + timedelta(days=1)
    found: Found = []
    for event in recurring_ical_events.of(calendar).between(since, until):
        if not _is_free(event):
            start, end = event["DTSTART"].dt, event["DTEND"].dt
            found.append((_moment(start, home), _moment(end, home)))
        if len(found) > MOST_INTERVALS:
            raise Unreadable(takes_too_long())
    return found


def _is_free(event: Any) -> bool:
    return (
        str(event.get("TRANSP", "")).upper() == "TRANSPARENT"
        or str(event.get("STATUS", "")).upper() == "CANCELLED"
        or str(event.get("X-MICROSOFT-CDO-BUSYSTATUS", "")).upper() == "FREE"
    )


def _refuse_unknown_zones(event: Any) -> None:
    for name in ("DTSTART", "DTEND", "RECURRENCE-ID"):
        value = event.get(name)
        moment = getattr(value, "dt", None)
        if value is not None and "TZID" in value.params and getattr(moment, "tzinfo", 1) is None:
            raise Unreadable("unknown zone")


def _moment(value: date, home: ZoneInfo) -> datetime:
    if not isinstance(value, datetime):
        value = datetime(value.year, value.month, value.day)  # noqa: DTZ001  the owner's own clock
    return (value if value.tzinfo else value.replace(tzinfo=home)).astimezone(UTC)


def _refuse_absurd_rules(lines: list[str]) -> None:
    rules = [line.upper() for line in lines if line.upper().startswith(("RRULE", "EXRULE"))]
    if any("SECONDLY" in rule or "MINUTELY" in rule for rule in rules):
        raise Unreadable("This calendar has an event every minute or second. Leave that one out.")
    if any(len(rule) > 600 for rule in rules):
        raise Unreadable("This calendar repeats an event by a rule that is too long to be real.")


def _of_free_busy(lines: list[str]) -> Found:
    """What a calendar says that shows nothing but free and busy."""
    found: Found = []
    for line in lines:
        name, _, periods = line.partition(":")
        if not name.upper().startswith("FREEBUSY") or "FBTYPE=FREE" in name.upper():
            continue
        for start, end, days, hours, minutes in PERIOD.findall(periods):
            try:
                first = datetime.strptime(start, "%Y%m%dT%H%M%S").replace(tzinfo=UTC)
                length = timedelta(
                    days=int(days or 0), hours=int(hours or 0), minutes=int(minutes or 0)
                )
                last = (
                    datetime.strptime(end, "%Y%m%dT%H%M%S").replace(tzinfo=UTC)
                    if end
                    else first + length
                )
            except (ValueError, OverflowError):
                continue
            found.append((first, last))
    return found


def _joined(
    found: Found, window: tuple[datetime, datetime]
) -> tuple[tuple[datetime, datetime], ...]:
    """Within the window, rising, and where they touch as one."""
    joined: Found = []
    for start, end in sorted(found):
        start, end = max(start, window[0]), min(end, window[1])  # noqa: PLW2901  cut to size
        if start >= end:
            continue
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return tuple(joined)


def takes_too_long() -> str:
    return "This calendar takes too long to read. Export fewer months of it, or paint your hours."


def main() -> None:
    """Read a calendar from standard input, within bounds that the system keeps, and answer."""
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS + 1))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    asked = json.loads(sys.stdin.buffer.readline())
    try:
        busy = busy_hours(
            sys.stdin.buffer.read(LARGEST + 1),
            zone=asked["zone"],
            since=date.fromisoformat(asked["since"]),
            until=date.fromisoformat(asked["until"]),
            email=asked["email"],
        )
        answer: dict[str, Any] = {"busy": busy.as_json(), "left_out": busy.left_out}
    except Unreadable as reason:
        answer = {"refused": str(reason)}
    sys.stdout.write(json.dumps(answer))


if __name__ == "__main__":
    main()
