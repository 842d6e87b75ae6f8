"""What one person's calendar is told about a series or a meeting, and the words of that mail."""

import re
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format
from icalendar import Event

from circles.models import Membership
from members.models import Member
from notifications.mail import absolute
from sessions_app import answer_links
from sessions_app.calendars.events import (
    Reader,
    calendar_of,
    cancelled_series,
    event_of_meeting,
    events_of_series,
    sequence_of,
)
from sessions_app.calendars.rules import nominal
from sessions_app.models import Invitation, Meeting, Series
from sessions_app.recurrence.words import describe

REQUEST, CANCEL = Invitation.Method.REQUEST, Invitation.Method.CANCEL
# What differs though nothing that its reader planned by has changed; their answer they know.
SAYS_NOTHING_NEW = {"SEQUENCE", "DTSTAMP", "LAST-MODIFIED", "ATTENDEE"}


@dataclass(frozen=True)
class Told:
    """What is to be told to one person, before it is known what they were told last."""

    person: Member
    thing: Meeting | Series
    method: Invitation.Method
    sequence: int
    when: str
    usual: str
    has_left: bool
    events: list[Event]
    next_one: Meeting | None = None

    @property
    def is_off(self) -> bool:
        return self.method == CANCEL

    @property
    def about(self) -> Q:
        """The row that remembers it: of the meeting alone, or of the series."""
        if isinstance(self.thing, Meeting):
            return Q(meeting=self.thing)
        return Q(series=self.thing, meeting=None)

    @property
    def what(self) -> str:
        """A digest of what it says, the same after a change that was taken back."""
        lines = (line for event in self.events for line in event.content_lines())
        said = [line for line in lines if re.split("[;:]", line)[0] not in SAYS_NOTHING_NEW]
        return sha256("\n".join(said).encode()).hexdigest()

    def calendar(self) -> bytes:
        return bytes(calendar_of(self.events, method=self.method.upper()).to_ical())

    def letter(self, before: str) -> dict[str, Any]:
        """The words of the mail. `before` is when it was, as the last mail said."""
        if isinstance(self.thing, Meeting):
            return meeting_letter(self, self.thing, before)
        return series_letter(self, self.thing, before)


def single_told(meeting: Meeting, person: Member, seat: Membership | None) -> Told:
    """Of one meeting: of its own, or the one day of its series."""
    series = meeting.series
    reader = Reader(person, is_invited=True, said=_said(person, meeting))
    off = meeting.is_cancelled or seat is None
    now = timezone.now().replace(microsecond=0)
    event = event_of_meeting(meeting, reader, series=series, stamp=now)
    if off:
        event["status"] = "CANCELLED"
    usual = _span(*_usual(series, meeting)) if series else ""
    return Told(
        person=person,
        thing=meeting,
        method=CANCEL if off else REQUEST,
        sequence=sequence_of(meeting, series),
        when=_span(meeting.starts_at, meeting.ends_at),
        usual=usual,
        has_left=seat is None,
        events=[event],
    )


def series_told(series: Series, person: Member, seat: Membership | None) -> Told:
    """Of a series from the day on which the person joined; off when nothing of it is left."""
    reader = Reader(person, is_invited=True)
    now = timezone.now().replace(microsecond=0)
    events: list[Event] = []
    rows: list[Meeting] = []
    if seat:
        since = max(series.starts_on, seat.joined_on)
        found = series.meetings.filter(nominal_on__gte=since).select_related("circle")
        rows = list(found.order_by("starts_at"))
        events = events_of_series(series, rows, reader, since=since, stamp=now)
    coming = (row for row in rows if not row.is_cancelled and not row.has_ended)
    return Told(
        person=person,
        thing=series,
        method=REQUEST if events else CANCEL,
        sequence=series.sequence,
        when=describe(series),
        usual="",
        has_left=seat is None,
        events=events or [cancelled_series(series, reader, stamp=now)],
        next_one=next(coming, None),
    )


def meeting_letter(told: Told, meeting: Meeting, before: str) -> dict[str, Any]:
    """A meeting that is new, moved, changed, or called off."""
    circle = meeting.circle.name
    before = before or told.usual
    day = date_format(timezone.localtime(meeting.starts_at), "l j F")
    if told.has_left:
        return _of_a_leaver(circle)
    if told.is_off:
        return {
            "subject": f"Called off: {circle}, {day}",
            "heading": f"{circle} does not meet {day}",
            "paragraphs": ["It was called off. Your calendar takes it out."],
            "facts": [("It was", told.when)],
            "button_label": "See the meeting",
            "button_url": absolute(meeting.get_absolute_url()),
            "why": _why(circle),
        }
    if not before:
        subject, heading = f"{circle} meets {day}", f"Your circle meets {day}"
        words = ["Are you coming? Your circle plans around your answer."]
    elif before != told.when:
        subject, heading = f"Moved: {circle}, now {day}", f"{circle} meets at another time"
        words = [f"It moved from {before} to {told.when}.", "Are you coming at the new time?"]
    else:
        subject, heading = f"Changed: {circle}, {day}", f"The meeting on {day} has changed"
        words = ["The time stays. What is below is new, or holds again. Are you coming?"]
    return {
        "subject": subject,
        "heading": heading,
        "paragraphs": words,
        "facts": [("When", told.when), *_where(meeting)],
        "choices": answer_links.choices(meeting, told.person),
        "button_label": "See the meeting",
        "button_url": absolute(meeting.get_absolute_url()),
        "why": _why(circle),
    }


def series_letter(told: Told, series: Series, before: str) -> dict[str, Any]:
    """A series that is new, changed, ended, or called off."""
    circle, first = series.circle.name, told.next_one
    letter: dict[str, Any] = {
        "facts": [("When", told.when), *_where(series)],
        "button_label": "See your circle",
        "button_url": absolute(series.circle.get_absolute_url()),
        "why": _why(circle),
    }
    if told.has_left:
        return _of_a_leaver(circle)
    if first is None and (told.is_off or series.ended_at):
        return letter | {
            "subject": f"Called off: the meetings of {circle}",
            "heading": f"{circle} plans no more of these meetings",
            "paragraphs": ["What was still to come of them was called off. Your calendar follows."],
            "facts": [("It was", told.when)],
        }
    day = date_format(timezone.localtime(first.starts_at), "l j F") if first else ""
    if not before:
        subject, heading = f"{circle}: your meetings", f"When {circle} meets"
        words = ["Accept the invitation, and every meeting is in your calendar and moves with it."]
    elif series.ended_at:
        subject, heading = f"{circle}: a rhythm ends", f"{circle} changes its rhythm"
        words = ["The meetings of this rhythm end. If another follows, you are invited to it."]
    else:
        subject, heading = f"Changed: when {circle} meets", f"When {circle} meets has changed"
        words = [f"It was: {before}."] if before != told.when else ["The time stays."]
    if first:
        words.append(f"The next meeting is on {day}. Are you coming?")
        letter["facts"].insert(1, ("Next", _span(first.starts_at, first.ends_at)))
        letter["choices"] = answer_links.choices(first, told.person)
    return letter | {"subject": subject, "heading": heading, "paragraphs": words}


def _of_a_leaver(circle: str) -> dict[str, Any]:
    return {
        "subject": f"Out of your calendar: {circle}",
        "heading": f"{circle} leaves your calendar",
        "paragraphs": ["You have no seat in this circle any more, so its meetings go too."],
        "why": "You get this because your calendar held meetings of this circle.",
    }


def _why(circle: str) -> str:
    return f"You get this because you have a seat in {circle}."


def _where(thing: Meeting | Series) -> list[tuple[str, str]]:
    facts = [("About", thing.title)] if thing.title else []
    facts += [("Where", thing.place)] if thing.place else []
    return facts + ([("Online", thing.video_url)] if thing.video_url else [])


def _said(person: Member, meeting: Meeting) -> dict[int, str]:
    said = meeting.attendances.filter(person=person).values_list("rsvp", flat=True).first()
    return {meeting.pk: said or ""}


def _usual(series: Series, meeting: Meeting) -> tuple[Any, Any]:
    starts = nominal(series, meeting.nominal_on or meeting.held_on)
    return starts, starts + (meeting.ends_at - meeting.starts_at)


def _span(starts: Any, ends: Any) -> str:
    """`Thursday 14 May, 15:00 to 16:00 (Europe/Berlin)`, in the reader's zone."""
    starts, ends = timezone.localtime(starts), timezone.localtime(ends)
    day = date_format(starts, "l j F, H:i")
    return f"{day} to {ends:%H:%M} ({timezone.get_current_timezone_name()})"
