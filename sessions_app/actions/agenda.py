"""The agenda of one meeting: shaped by hand, put back, and settled for good when it begins."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.db import transaction
from django.utils import timezone

from circles.actions.locks import locked
from members.models import Member
from sessions_app.actions.roles import assign_roles
from sessions_app.actions.screens import redraw
from sessions_app.agenda.ledger import fitted_of, ledger_of, shaped_for
from sessions_app.agenda.segments import Segment
from sessions_app.models import Agenda, LiveMeeting, Meeting

FEWEST, MOST = 1, 30


class CannotShape(Exception):
    """Why an agenda stays as it is, in words meant for the person who changes it."""


class AgendaChanged(Exception):
    """Somebody else changed the agenda since it was opened; `meeting` holds theirs."""

    def __init__(self, meeting: Meeting) -> None:
        super().__init__("Somebody else changed this agenda meanwhile. Theirs is shown below.")
        self.meeting = meeting


def version_of(meeting: Meeting) -> int:
    """Rises with every change; 0 while the agenda is the format's."""
    own: Agenda | None = getattr(meeting, "own_agenda", None)
    return own.version if own else 0


def past_segments(meeting: Meeting) -> list[Segment]:
    """Of a live meeting, what is done and what is on: both stay as they are."""
    live: LiveMeeting | None = getattr(meeting, "live", None)
    own: Agenda | None = getattr(meeting, "own_agenda", None)
    if live is None or own is None:
        return []
    segments = [Segment.from_json(stored) for stored in own.segments]
    keys = [segment.key for segment in segments]
    return segments[: keys.index(live.segment) + 1] if live.segment in keys else []


@transaction.atomic
def change_agenda(
    meeting: Meeting, segments: Sequence[Segment], *, by: Member, based_on: int
) -> Agenda:
    """Make this the meeting's agenda. The same again changes nothing.

    `based_on` is the version_of the writer began with: when there is another by now, AgendaChanged
    is raised and nothing is overwritten. Raises CannotShape for a meeting that is over or
    cancelled, for an agenda without segments or with too many, and for changing what a live meeting
    has behind it.
    """
    meeting = _held(meeting)
    _refuse_over(meeting)
    stored = [segment.as_json() for segment in segments]
    own: Agenda | None = getattr(meeting, "own_agenda", None)
    if own and own.segments == stored:
        return own
    if based_on != version_of(meeting):
        raise AgendaChanged(meeting)
    if not FEWEST <= len(segments) <= MOST:
        raise CannotShape(f"An agenda has from {FEWEST} to {MOST} segments.")
    done = past_segments(meeting)
    if list(segments[: len(done)]) != done:
        raise CannotShape("The meeting is further along. What is done or on stays as it is.")
    agenda = _store(meeting, stored, by=by)
    if meeting.roles.exists():
        assign_roles(meeting)
    return agenda


@transaction.atomic
def reset_agenda(meeting: Meeting) -> None:
    """Back to what the circle's format prescribes. Twice changes nothing.

    Raises CannotShape once the meeting has begun, and for one that is over or cancelled.
    """
    meeting = _held(meeting)
    _refuse_over(meeting)
    if meeting.state == Meeting.State.LIVE:
        raise CannotShape("The meeting has begun; its agenda is what you follow now.")
    Agenda.objects.filter(meeting=meeting).delete()
    if meeting.roles.exists():
        assign_roles(Meeting.objects.get(pk=meeting.pk))


@transaction.atomic
def settle_agenda(meeting: Meeting, *, present: list[Member] | None = None) -> Agenda:
    """Store the agenda for good, fitted to who is there, and the roles. Twice changes nothing.

    Called when a meeting begins, or when one has ended without: from then on a later version of the
    circle's format no longer changes it. Without `present`, those who are expected count.
    """
    meeting = _held(meeting)
    own: Agenda | None = getattr(meeting, "own_agenda", None)
    if own and getattr(meeting, "live", None):
        return own
    people = len(ledger_of(meeting).expected if present is None else present)
    stored = [segment.as_json() for segment in shaped_for(meeting, people=people).segments]
    if own is None or own.segments != stored:
        own = _store(meeting, stored, by=own.changed_by if own else None)
    assign_roles(meeting, present=present)
    return own


def starting_point(meeting: Meeting) -> list[Segment]:
    """What somebody who shapes the agenda begins with: as everyone reads it now."""
    people = len(ledger_of(meeting).expected)
    return [replace(segment) for segment in fitted_of(meeting, people=people).segments]


def _store(meeting: Meeting, stored: list[dict[str, Any]], *, by: Member | None) -> Agenda:
    agenda, _ = Agenda.objects.update_or_create(
        meeting=meeting,
        defaults={
            "segments": stored,
            "version": version_of(meeting) + 1,
            "changed_by": by,
            "changed_at": timezone.now(),
        },
    )
    # Screens that follow the meeting draw it anew.
    redraw(meeting.pk)
    return agenda


def _refuse_over(meeting: Meeting) -> None:
    if meeting.state not in (Meeting.State.PLANNED, Meeting.State.LIVE):
        raise CannotShape("This meeting is over or was cancelled; its agenda stays as it was.")


def _held(meeting: Meeting) -> Meeting:
    """The meeting as it is now, its circle held first: two who shape it come one by one."""
    locked(meeting.circle_id)
    meetings = Meeting.objects.select_for_update(of=("self",))
    needed = ("own_agenda__changed_by", "live", "circle__format_version")
    return meetings.select_related(*needed).get(pk=meeting.pk)
