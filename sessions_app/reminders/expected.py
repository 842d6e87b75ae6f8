"""Who is expected at meetings, who reads them, and who looks after them: of many at once.

It depends on stored facts alone and never on the clock, so that what is owed changes only when
somebody changes something.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery

from circles.models import Circle, Facilitation, Leave, Membership, Pause
from notifications.asking import asked_once
from sessions_app.models import Attendance, Meeting

Rows = QuerySet[Any, Any]


class Expected(NamedTuple):
    """One person of one meeting, and the moment of it that a message goes by."""

    meeting: int
    person: int
    at: datetime


class Comer(NamedTuple):
    """One person of one meeting to come, and what they said about coming, if anything."""

    meeting: int
    person: int
    starts_at: datetime
    said: str | None
    is_seated: bool


def expected(meeting_ids: Sequence[int]) -> Iterator[Expected]:
    """Members and facilitators who have not said that they can't come. Two queries."""
    for comer in _comers(meeting_ids):
        if comer.said != Attendance.Rsvp.NOT_GOING:
            yield Expected(*comer[:3])


def silent(meeting_ids: Sequence[int]) -> Iterator[Expected]:
    """Members who have not said whether they come. Two queries."""
    for comer in _comers(meeting_ids):
        if comer.is_seated and not comer.said:
            yield Expected(*comer[:3])


@asked_once
def _comers(meeting_ids: Sequence[int]) -> list[Comer]:
    said = Attendance.objects.filter(meeting=OuterRef("meeting"), person=OuterRef("person"))
    found = []
    for rows, is_seated in (
        (_members(meeting_ids), True),
        (_coming(_appointments(meeting_ids)), False),
    ):
        told = rows.annotate(said=Subquery(said.values("rsvp")))
        values = told.values_list("meeting", "person", "circle__meetings__starts_at", "said")
        for meeting, person, starts_at, words in values:
            found.append(Comer(meeting, person, starts_at, words, is_seated))
    return found


def readers(meeting_ids: Sequence[int]) -> Iterator[Expected]:
    """Everyone who reads a meeting whose recap was shared, at that moment. Two queries.

    Whoever stayed until the circle closed reads the recap that was written afterwards.
    """
    until = Q(left_on=None) | Q(left_on__gte=F("held_on"))
    seats = _seats(Membership.objects.keeping(), meeting_ids).filter(until)
    for rows in (seats, _appointments(meeting_ids)):
        shared = rows.filter(state=Meeting.State.RECAP_SENT)
        yield from _people(shared, at="circle__meetings__recap_sent_at")


def looking_after(meeting_ids: Sequence[int]) -> Iterator[Expected]:
    """Of meetings that wait for their recap, at their planned end. Two queries.

    The facilitators, or in a circle without any its hosts.
    """
    nobody = ~Exists(Facilitation.objects.current().filter(circle=OuterRef("circle")))
    hosts = Membership.objects.current().filter(role=Membership.Role.HOST)
    for rows in (_appointments(meeting_ids), _seats(hosts, meeting_ids).filter(nobody)):
        over = rows.filter(state=Meeting.State.CLOSED)
        yield from _people(over, at="circle__meetings__ends_at")


def _members(meeting_ids: Sequence[int]) -> Rows:
    """Of meetings to come, those with a seat who are not on leave that day."""
    leave = Leave.objects.filter(
        Q(ended_on=None, back_by__gt=OuterRef("held_on")) | Q(ended_on__gt=OuterRef("held_on")),
        membership=OuterRef("pk"),
        began_on__lte=OuterRef("held_on"),
    )
    seats = _seats(Membership.objects.current(), meeting_ids)
    return _coming(seats).exclude(Exists(leave))


def _coming(rows: Rows) -> Rows:
    """Where the meeting is planned, and its circle neither rests that day nor is closed."""
    back = Pause.objects.current().filter(
        circle=OuterRef("circle"), back_by__lte=OuterRef("held_on")
    )
    return rows.filter(
        ~Q(circle__stage=Circle.Stage.PAUSED) | Exists(back),
        Q(circle__closes_on=None) | Q(circle__closes_on__gt=F("held_on")),
        ~Q(circle__stage=Circle.Stage.CLOSED),
        state=Meeting.State.PLANNED,
    )


def _seats(rows: Rows, meeting_ids: Sequence[int]) -> Rows:
    return _beside(rows, meeting_ids).filter(joined_on__lte=F("held_on"))


def _appointments(meeting_ids: Sequence[int]) -> Rows:
    held = _beside(Facilitation.objects.current(), meeting_ids)
    return held.filter(appointed_on__lte=F("held_on"))


def _beside(rows: Rows, meeting_ids: Sequence[int]) -> Rows:
    """Each row beside each of these meetings of its circle."""
    # Named first, so that all that follows is about the same row of the circle's.
    meetings = rows.order_by().annotate(
        meeting=F("circle__meetings"),
        held_on=F("circle__meetings__held_on"),
        state=F("circle__meetings__state"),
    )
    found: Rows = meetings.filter(meeting__in=meeting_ids)
    return found


def _people(rows: Rows, *, at: str) -> Iterator[Expected]:
    for row in rows.values_list("meeting", "person", at):
        yield Expected(*row)
