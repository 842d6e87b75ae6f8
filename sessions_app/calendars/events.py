"""Series and meetings as calendars read them (iCalendar, RFC 5545 and 7986).

An entry holds the circle's name, the title, the place and the link. Never what was said or decided,
and never what anybody but its reader answered.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, vCalAddress

from members.models import Member
from notifications.mail import absolute
from sessions_app.calendars.names import reply_address, uid_of
from sessions_app.calendars.rules import nominal, schedule_of
from sessions_app.calendars.zones import timezone_of
from sessions_app.models import Attendance, Meeting, Series
from sessions_app.recurrence.occurrences import Occurrence

PARTSTAT: dict[str, str] = {
    Attendance.Rsvp.GOING: "ACCEPTED",
    Attendance.Rsvp.NOT_GOING: "DECLINED",
}
YEARS_AHEAD = 5
SINGLE_TIMES = ("DTSTART", "DTEND", "RECURRENCE-ID")
LISTS_OF_TIMES = {"EXDATE", "RDATE"}


@dataclass(frozen=True)
class Reader:
    """Whose calendar reads it. Someone invited is named in the entry, and may answer."""

    person: Member
    is_invited: bool = False
    # What they said, by meeting.
    said: dict[int, str] | None = None


@dataclass(frozen=True)
class Entry:
    """What an entry says, wherever it comes from."""

    circle: str
    title: str
    place: str
    video_url: str
    page: str

    @property
    def summary(self) -> str:
        return f"{self.circle}: {self.title}" if self.title else self.circle

    @property
    def description(self) -> str:
        join = [f"Join the call: {self.video_url}"] if self.video_url else []
        return "\n".join([*join, f"In Peerloom: {self.page}"])


def calendar_of(events: Iterable[Event], *, method: str, name: str = "") -> Calendar:
    """The whole: the events, and the clock changes of every zone that they name."""
    found = list(events)
    calendar = Calendar()
    calendar.add("prodid", "-//Peerloom//Meetings//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", method)
    if name:
        calendar.add("name", name)
        calendar.add("x-wr-calname", name)
        calendar.add("refresh-interval", timedelta(hours=1), parameters={"VALUE": "DURATION"})
        calendar.add("x-published-ttl", "PT1H")
    for key, years in sorted(_zones_of(found).items()):
        calendar.add_component(timezone_of(key, min(years), max(years) + YEARS_AHEAD))
    for event in found:
        calendar.add_component(event)
    return calendar


def events_of_series(
    series: Series,
    meetings: Iterable[Meeting],
    reader: Reader,
    *,
    since: date,
    until: date | None = None,
    stamp: datetime | None = None,
) -> list[Event]:
    """One event with the rule, and one for each meeting that differs from it; none without any."""
    rows = list(meetings)
    schedule = schedule_of(series, rows, since=since, until=until)
    if schedule is None:
        return []
    stamp = stamp or revised(series)
    entry = entry_of_series(series)
    event = _event(series, entry, reader, stamp=stamp, sequence=series.sequence)
    event.add("dtstart", schedule.first)
    # On the clock, like the start: what clock changes do to single days is said for those days.
    event.add("dtend", schedule.first + timedelta(minutes=series.minutes))
    event.add("rrule", schedule.rule)
    if schedule.left_out:
        event.add("exdate", schedule.left_out)
    if schedule.added:
        event.add("rdate", schedule.added)
    changed = [
        event_of_meeting(each, reader, series=series, stamp=stamp)
        if isinstance(each, Meeting)
        else _shifted(series, each, entry, reader, stamp)
        for each in schedule.moved
    ]
    return [event, *changed]


def event_of_meeting(
    meeting: Meeting, reader: Reader, *, series: Series | None = None, stamp: datetime | None = None
) -> Event:
    """A single meeting: by its own name, or as that day of its series."""
    sequence = sequence_of(meeting, series)
    stamp = stamp or revised(meeting)
    entry = entry_of_meeting(meeting)
    event = _event(series or meeting, entry, reader, stamp=stamp, sequence=sequence, of=meeting)
    zone = series.zone if series else meeting.zone
    if series:
        event.add("recurrence-id", nominal(series, meeting.nominal_on or meeting.held_on))
    event.add("dtstart", written(meeting.starts_at, zone))
    event.add("dtend", written(meeting.ends_at, zone))
    if meeting.is_cancelled:
        event["status"] = "CANCELLED"
    return event


def cancelled_series(series: Series, reader: Reader, *, stamp: datetime) -> Event:
    """What takes a series out of a calendar. It tells nothing new: its reader may have left."""
    entry = Entry(series.circle.name, series.title, "", "", absolute("/"))
    event = _event(series, entry, reader, stamp=stamp, sequence=series.sequence)
    event.add("dtstart", nominal(series, series.starts_on))
    event["status"] = "CANCELLED"
    return event


def sequence_of(meeting: Meeting, series: Series | None) -> int:
    """Rising with every change of the meeting or of the series that it belongs to."""
    return meeting.sequence + (series.sequence if series else 0)


def entry_of_series(series: Series) -> Entry:
    page = absolute(series.circle.get_absolute_url())
    return Entry(series.circle.name, series.title, series.place, series.video_url, page)


def entry_of_meeting(meeting: Meeting) -> Entry:
    page = absolute(meeting.get_absolute_url())
    return Entry(meeting.circle.name, meeting.title, meeting.place, meeting.video_url, page)


def revised(thing: Meeting | Series) -> datetime:
    """A moment that rises with every change: nothing keeps when each of them was made."""
    return (thing.created_at + timedelta(seconds=thing.sequence)).replace(microsecond=0)


def written(moment: datetime, zone: ZoneInfo) -> datetime:
    """On the clock of the zone; in UTC where that clock shows the same time a second time."""
    local = moment.astimezone(zone)
    return moment if local.fold else local


def _shifted(
    series: Series, each: Occurrence, entry: Entry, reader: Reader, stamp: datetime
) -> Event:
    event = _event(series, entry, reader, stamp=stamp, sequence=series.sequence)
    event.add("recurrence-id", nominal(series, each.nominal_on))
    event.add("dtstart", written(each.starts_at, series.zone))
    event.add("dtend", written(each.ends_at, series.zone))
    return event


def _event(
    named: Meeting | Series,
    entry: Entry,
    reader: Reader,
    *,
    stamp: datetime,
    sequence: int,
    of: Meeting | None = None,
) -> Event:
    """What every event says, without its times."""
    event = Event()
    event.add("uid", uid_of(named))
    event.add("sequence", sequence)
    event.add("dtstamp", stamp)
    event.add("created", named.created_at.replace(microsecond=0))
    event.add("last-modified", revised(of or named))
    event.add("summary", entry.summary)
    event.add("description", entry.description)
    if where := entry.place or entry.video_url:
        event.add("location", where)
    event.add("url", entry.page)
    if entry.video_url:
        join = {"VALUE": "URI", "FEATURE": "VIDEO", "LABEL": "Join the call"}
        event.add("conference", entry.video_url, parameters=join)
    event.add("status", "CONFIRMED")
    event.add("transp", "OPAQUE")
    # Who may look into one's calendar sees a busy hour, and not which circle it belongs to.
    event.add("class", "PRIVATE")
    if reader.is_invited:
        _add_people(event, reader, of)
    return event


def _add_people(event: Event, reader: Reader, meeting: Meeting | None) -> None:
    organizer = vCalAddress(f"mailto:{reply_address(reader.person)}")
    event.add("organizer", organizer, parameters={"CN": "Peerloom"})
    said = (reader.said or {}).get(meeting.pk, "") if meeting else ""
    event.add(
        "attendee",
        vCalAddress(f"mailto:{reader.person.email}"),
        parameters={
            "CN": reader.person.name,
            "CUTYPE": "INDIVIDUAL",
            "ROLE": "REQ-PARTICIPANT",
            "PARTSTAT": PARTSTAT.get(said, "NEEDS-ACTION"),
            "RSVP": "TRUE",
        },
    )


def _zones_of(events: list[Event]) -> dict[str, set[int]]:
    """The zones that the events' times name, with the years of those times."""
    found: dict[str, set[int]] = {}
    for event in events:
        values: dict[str, Any] = event
        times = [values[name].dt for name in SINGLE_TIMES if name in values]
        for name in LISTS_OF_TIMES & values.keys():
            times += [each.dt for each in values[name].dts]
        for moment in times:
            if isinstance(moment.tzinfo, ZoneInfo) and moment.tzinfo.key != "UTC":
                found.setdefault(moment.tzinfo.key, set()).add(moment.year)
    return found
