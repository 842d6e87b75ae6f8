"""What a calendar answers to an invitation (iTIP REPLY, RFC 5546), out of a mail.

Anybody can write such a mail. It counts only when it came to the address that the very person was
given in their own invitation; everything else is left alone, with a line in the log.
"""

import email
import email.policy
import logging
from dataclasses import dataclass
from datetime import UTC, date, datetime
from email.message import EmailMessage
from email.utils import getaddresses
from typing import Any

from django.utils import timezone
from icalendar import Calendar

from members.models import Member
from sessions_app.actions.attendance import CannotAnswer, answer
from sessions_app.calendars.events import sequence_of
from sessions_app.calendars.names import named, person_of
from sessions_app.models import Attendance, Invitation, Meeting, Series
from sessions_app.reminders.invitations import owed_to, subjects_of

logger = logging.getLogger(__name__)

LARGEST_MAIL = 1024 * 1024
LARGEST_PART = 100 * 1024
MOST_PARTS = 20
SENT_TO = ("To", "Cc", "Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To")
COMING = {"ACCEPTED": True, "DECLINED": False, "TENTATIVE": None}


class NotAReply(Exception):
    """Why a mail is left alone, for the operator to read."""


@dataclass(frozen=True)
class Reply:
    """One answer of one person, as their calendar wrote it."""

    person: Member
    uid: str
    day: date | datetime | None
    starts_at: datetime | None
    sequence: int | None
    said_at: datetime
    coming: bool | None


def take(raw: bytes) -> int:
    """Give the answers in a mail to their meetings; returns how many were taken.

    Never raises for what the mail holds: junk, other methods and forgeries are logged and ignored.
    The same mail twice, or one older than the answer that is there, changes nothing.
    """
    try:
        addresses, calendar = _opened(raw)
        person = _person(addresses)
        replies = [_reply(event, person) for event in calendar.events[:MOST_PARTS]]
    except NotAReply as reason:
        logger.info("left a mail alone: %s", reason)
        return 0
    return sum(map(_taken, replies))


def _taken(reply: Reply) -> int:
    try:
        return _answer(reply)
    except (NotAReply, CannotAnswer) as reason:
        logger.info("an answer from a calendar came to nothing: %s", reason)
        return 0


def _opened(raw: bytes) -> tuple[list[str], Any]:
    """The addresses that a mail came to, and the calendar in it. Raises NotAReply."""
    if len(raw) > LARGEST_MAIL:
        raise NotAReply("It is too large for an answer.")
    try:
        mail: Any = email.message_from_bytes(raw, policy=email.policy.default)
        written = [str(value) for name in SENT_TO for value in mail.get_all(name, [])]
        calendar: Any = Calendar.from_ical(_calendar_part(mail))
        method = str(calendar.get("METHOD", "")).upper()
    except NotAReply:
        raise
    # Whatever a stranger may write: the parsers raise many kinds of errors for it.
    except Exception as problem:
        raise NotAReply(f"It cannot be read ({type(problem).__name__}).") from problem
    if method != "REPLY":
        raise NotAReply("Its calendar part is no REPLY.")
    return [address for _, address in getaddresses(written)], calendar


def _person(addresses: list[str]) -> Member:
    """To whose address it came. The address is signed, and only that person was told it."""
    for key in filter(None, map(person_of, addresses)):
        person: Member | None = Member.objects.filter(pk=key).first()
        if person is not None and person.may_sign_in:
            return person
    raise NotAReply("It came to no address that an invitation holds.")


def _calendar_part(mail: EmailMessage) -> bytes:
    for number, part in enumerate(mail.walk()):
        if number > MOST_PARTS:
            break
        if part.get_content_type() in ("text/calendar", "application/ics"):
            content = part.get_payload(decode=True)
            if isinstance(content, bytes) and len(content) <= LARGEST_PART:
                return content
    raise NotAReply("It has no calendar part.")


def _reply(event: Any, person: Member) -> Reply:
    attendees = event.get("ATTENDEE", [])
    attendees = attendees if isinstance(attendees, list) else [attendees]
    own = str(person.email).lower()
    mine = [each for each in attendees if str(each).lower().removeprefix("mailto:") == own]
    if len(mine) != 1:
        raise NotAReply("Another person answers than the one who was invited.")
    partstat = str(mine[0].params.get("PARTSTAT", "")).upper()
    if partstat not in COMING:
        raise NotAReply(f"{partstat[:20] or 'Nothing'} is no answer.")
    try:
        return Reply(
            person=person,
            uid=str(event["UID"]),
            day=event["RECURRENCE-ID"].dt if "RECURRENCE-ID" in event else None,
            starts_at=_moment(event["DTSTART"].dt) if "DTSTART" in event else None,
            sequence=int(event["SEQUENCE"]) if "SEQUENCE" in event else None,
            said_at=min(_moment(event["DTSTAMP"].dt) or timezone.now(), timezone.now()),
            coming=COMING[partstat],
        )
    except (KeyError, ValueError, AttributeError, TypeError) as problem:
        raise NotAReply("Its calendar part is not complete.") from problem


def _moment(value: Any) -> datetime | None:
    """In UTC; None for a day, or a time that says no zone."""
    if isinstance(value, datetime) and value.tzinfo is not None:
        return value.astimezone(UTC)
    return None


def _answer(reply: Reply) -> int:
    """Answer to the meeting, or to every coming one of the series that has no answer yet."""
    uid = named(reply.uid)
    if uid is None:
        raise NotAReply("It is about nothing of ours.")
    series = Series.objects.filter(uid=uid).first()
    if series is None:
        meetings = Meeting.objects.filter(uid=uid, series=None)
    elif reply.day is None:
        return _answer_to_all(reply, series)
    else:
        meetings = Meeting.objects.filter(series=series, nominal_on=_nominal_day(reply.day, series))
    meeting = meetings.first()
    if meeting is None:
        raise NotAReply("Its meeting does not exist.")
    if _is_outdated(reply, meeting, series):
        raise NotAReply("It answers to an earlier time of the meeting.")
    said = Attendance.objects.filter(meeting=meeting, person=reply.person).first()
    if said and said.rsvp_at and reply.said_at <= said.rsvp_at.replace(microsecond=0):
        raise NotAReply("A later answer is there already.")
    return _give(reply, meeting)


def _answer_to_all(reply: Reply, series: Series) -> int:
    meetings = Meeting.objects.upcoming().filter(series=series).unanswered_by(reply.person)
    # Answers given one by one stay, also one that was taken back since.
    later = Attendance.objects.filter(person=reply.person, rsvp_at__gt=reply.said_at)
    open_ones = meetings.exclude(pk__in=later.values("meeting"))
    return sum(_give(reply, meeting) for meeting in open_ones)


def _give(reply: Reply, meeting: Meeting) -> int:
    answer(
        meeting,
        person=reply.person,
        coming=reply.coming,
        through=Attendance.Through.CALENDAR,
        said_at=reply.said_at,
        to_start=meeting.starts_at.replace(microsecond=0),
    )
    return 1


def _nominal_day(day: date | datetime, series: Series) -> date:
    """The rule's day, whatever zone the calendar names it in."""
    if not isinstance(day, datetime):
        return day
    return (day.astimezone(series.zone) if day.tzinfo else day).date()


def _is_outdated(reply: Reply, meeting: Meeting, series: Series | None) -> bool:
    """Whether it answers to another time than the meeting has now.

    One that names no time answers to what its writer was told last. Numbers that have risen since
    mean nothing if they have not been told anew, and are not about to be.
    """
    if reply.starts_at is not None:
        return reply.starts_at != meeting.starts_at.replace(microsecond=0)
    if reply.sequence is None or reply.sequence >= sequence_of(meeting, series):
        return False
    told = Invitation.objects.visible_to(reply.person).about_meeting(meeting)
    return (
        not told.filter(told_at__lte=reply.said_at).exists()
        or told.filter(told_at__gt=reply.said_at).exists()
        or owed_to(reply.person, subjects_of(meeting)).exists()
    )
