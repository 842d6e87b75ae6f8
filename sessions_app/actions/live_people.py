"""People in a live meeting: who is here, whose turn it is, who speaks, who leads."""

from collections.abc import Callable

from django.db import transaction
from django.utils import timezone

from circles.models import Facilitation
from members.models import Member
from sessions_app.actions.live import CannotLead, credit_speaker, running, saved
from sessions_app.agenda.fairness import leads
from sessions_app.agenda.segments import segments_of
from sessions_app.live.orders import gone, joined, put_last, put_now
from sessions_app.live.position import Position, Route
from sessions_app.live.table import expected, speaks_last
from sessions_app.models import Attendance, LiveMeeting, Meeting, RoleTurn
from sessions_app.seats import seats_on


@transaction.atomic
def mark_here(meeting: Meeting, *, person_id: int, here: bool, by: Member) -> LiveMeeting:
    """Note that somebody is here, or is not. Late comers join the end of the round that runs.

    Raises CannotLead when the meeting is not running, and for somebody who does not belong to it.
    """
    live = running(meeting)
    seats = seats_on(live.meeting.held_on, circle_id=live.meeting.circle_id)
    is_seated = seats.filter(person=person_id).exists()
    if not is_seated and not _facilitates(person_id, live.meeting):
        raise CannotLead("That person does not belong to this circle.")
    marked = Attendance.objects.filter(meeting=meeting, person=person_id, attended=here)
    if marked.exists():
        return live
    Attendance.objects.update_or_create(
        meeting=live.meeting,
        person_id=person_id,
        defaults={"attended": here, "marked_by": by, "marked_at": timezone.now()},
    )
    if is_seated:
        _seat(live, person_id, here=here)
    return saved(live)


@transaction.atomic
def let_go_now(meeting: Meeting, *, person_id: int, seen: str) -> LiveMeeting:
    """Give the turn that is on to this person; who had it comes next. See actions.live.move."""

    def now(live: LiveMeeting, order: list[int]) -> list[int]:
        order, live.turn = put_now(order, person_id, turn=live.turn)
        live.step, live.turn_began_at = 0, timezone.now()
        live.step_began_at = live.turn_began_at
        return order

    return _reorder(meeting, person_id, seen, now)


@transaction.atomic
def let_go_last(meeting: Meeting, *, person_id: int, seen: str) -> LiveMeeting:
    """Move somebody whose turn is now or ahead to the end of the round. See actions.live.move."""

    def last(live: LiveMeeting, order: list[int]) -> list[int]:
        if order[live.turn : live.turn + 1] == [person_id]:
            live.step, live.turn_began_at = 0, timezone.now()
            live.step_began_at = live.turn_began_at
        return put_last(order, person_id, turn=live.turn)

    return _reorder(meeting, person_id, seen, last)


@transaction.atomic
def mark_speaker(meeting: Meeting, *, person_id: int | None) -> LiveMeeting:
    """Note who speaks from now on, or that nobody does; who spoke before is credited.

    The same mark twice changes nothing. Raises CannotLead as mark_here does.
    """
    live = running(meeting)
    if live.speaker_id == person_id:
        return live
    if person_id is not None:
        seats = seats_on(live.meeting.held_on, circle_id=live.meeting.circle_id)
        is_seated = seats.filter(person=person_id).exists()
        if not is_seated and not _facilitates(person_id, live.meeting):
            raise CannotLead("That person does not belong to this circle.")
    now = timezone.now()
    credit_speaker(live, now)
    live.speaker_id = person_id
    live.speaking_since = None if person_id is None else now
    return saved(live)


@transaction.atomic
def take_over(meeting: Meeting, *, by: Member) -> RoleTurn:
    """Lead a meeting whose lead is not there; it is kept as a role of the meeting, for all to see.

    Who leads already keeps the role they have.
    """
    # The meeting's lock: before it begins there is no live row.
    meeting = Meeting.objects.select_for_update().get(pk=meeting.pk)
    if meeting.state not in (Meeting.State.PLANNED, Meeting.State.LIVE):
        raise CannotLead("This meeting is over or was cancelled.")
    leading = [turn for turn in RoleTurn.objects.filter(meeting=meeting) if leads(turn.role)]
    mine = next((turn for turn in leading if turn.person_id == by.pk), None)
    if mine is not None:
        return mine
    role = leading[0].role if leading else "host"
    taken = max((turn.place for turn in leading if turn.role == role), default=0)
    turn = RoleTurn.objects.create(
        meeting=meeting, role=role, place=taken + 1, person=by, source=RoleTurn.Source.CHOSEN
    )
    live = LiveMeeting.objects.select_for_update().filter(meeting=meeting, ended_at=None).first()
    if live is not None:
        saved(live)
    return turn


Change = Callable[[LiveMeeting, list[int]], list[int]]


def _reorder(meeting: Meeting, person_id: int, seen: str, change: Change) -> LiveMeeting:
    live = running(meeting)
    if seen.partition("+")[0] != str(Position.of(live)) or live.is_closing:
        return live
    at = Route(segments_of(live.meeting), live.orders).settled(Position.of(live))
    order = live.orders.get(at.segment, [])
    segment = next(each for each in segments_of(live.meeting) if each.key == at.segment)
    if segment.mode == "circle" or person_id not in order:
        return live
    live.segment, live.turn, live.step = at.segment, at.turn, at.step
    changed = change(live, order)
    if changed == order:
        return live
    live.orders = live.orders | {at.segment: changed}
    return saved(live)


def _seat(live: LiveMeeting, person_id: int, *, here: bool) -> None:
    """Let a late comer into the round that runs, or somebody who left out of it."""
    segments = {segment.key: segment for segment in segments_of(live.meeting)}
    segment = segments.get(live.segment)
    if segment is None or segment.mode != "member":
        return
    order = live.orders.get(live.segment, [])
    if here:
        last = speaks_last(live.meeting, expected(live.meeting))
        order = joined(order, person_id, turn=live.turn, last=last)
    else:
        order = gone(order, person_id, turn=live.turn)
    live.orders = live.orders | {live.segment: order}


def _facilitates(person_id: int, meeting: Meeting) -> bool:
    held = Facilitation.objects.current().filter(circle=meeting.circle_id, person=person_id)
    return held.exists()
