"""What promises, attendance and notes add to the pages of a meeting and of a circle."""

from typing import Any

from django.utils import timezone

from circles.models import Circle, Membership
from members.models import Member
from sessions_app import actions
from sessions_app.actions.attendance import OWN_CORRECTION_WITHIN
from sessions_app.buddy_cycles import Cycle, cycle_of
from sessions_app.live_parts import keeps_notes
from sessions_app.models import (
    Attendance,
    AttendanceChange,
    CaseNote,
    DiscussionNote,
    Meeting,
    PlusDelta,
    Topic,
)
from sessions_app.opening import opening_of
from sessions_app.people import Gathering

TOPICS_SHOWN = 5


def promise_parts(meeting: Meeting, person: Member, gathering: Gathering) -> dict[str, Any]:
    """The context of meeting_promises.html, in a constant number of queries."""
    if meeting.is_cancelled:
        return {}
    topics = Topic.objects.visible_to(person).filter(meeting=meeting)
    found: dict[str, Any] = {"topics_here": list(topics.select_related("owner"))}
    if not meeting.has_ended:
        found["opens_with"] = opening_of(meeting, person)
    if meeting.has_started or meeting.state == Meeting.State.LIVE:
        found |= _notes(meeting, person)
    if meeting.has_ended:
        found |= _afterwards(meeting, person, gathering)
    return found


def corrections_of(meeting: Meeting, person: Member) -> list[AttendanceChange]:
    """How what was noted of a meeting's attendance changed since. One query."""
    visible = AttendanceChange.objects.visible_to(person).filter(attendance__meeting=meeting)
    return list(visible.select_related("attendance__person", "by"))


def circle_promises(circle: Circle, person: Member, seat: Membership | None) -> dict[str, Any]:
    """The context of circle_promises.html, in a constant number of queries."""
    waiting = Topic.objects.visible_to(person).waiting().filter(circle=circle)
    found: dict[str, Any] = {"topics": list(waiting.select_related("owner")[:TOPICS_SHOWN])}
    if seat and not circle.is_closed:
        found |= _buddies(cycle_of(circle), person)
    return found


def _notes(meeting: Meeting, person: Member) -> dict[str, Any]:
    notes = DiscussionNote.objects.visible_to(person).filter(meeting=meeting)
    own = CaseNote.objects.visible_to(person).filter(meeting=meeting)
    return {
        "keeps_notes": keeps_notes(meeting, person),
        "discussion_notes": list(notes.select_related("written_by")),
        "own_case_notes": own.count(),
    }


def _afterwards(meeting: Meeting, person: Member, gathering: Gathering) -> dict[str, Any]:
    mine = [
        guest.attendance
        for guest in gathering.guests
        if guest.person == person and not guest.is_facilitator
    ]
    said = PlusDelta.objects.visible_to(person).filter(meeting=meeting)
    found: dict[str, Any] = {"plus_deltas": list(said.order_by("-side", "pk"))}
    if mine and meeting.recap_is_shared and _is_new_to(mine[0]):
        actions.catch_up_on(meeting, person=person)
    if gathering.is_noted:
        found["corrections"] = corrections_of(meeting, person)
        correctable = meeting.ends_at + OWN_CORRECTION_WITHIN > timezone.now()
        found["own_mark"] = mine[0] if mine and correctable else None
    if mine:
        cycle = cycle_of(meeting.circle)
        if cycle and cycle.last == meeting:
            found |= _buddies(cycle, person)
    return found


def _is_new_to(attendance: Attendance) -> bool:
    return attendance.is_missed and attendance.caught_up_at is None


def _buddies(cycle: Cycle | None, person: Member) -> dict[str, Any]:
    return {"buddies": cycle.buddies_of(person)} if cycle else {}
