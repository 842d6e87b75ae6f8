"""The live meeting: begin, move through the agenda, end, open again.

Each works under the lock of the meeting's row in LiveMeeting, raises its version, and changes
nothing for a press that belongs to a position the meeting has left.
"""

from datetime import datetime, timedelta

from django.db import models, transaction
from django.db.models import F
from django.utils import timezone

from circles.actions.locks import locked
from circles.models import Circle
from members.models import Member
from notifications import planner
from sessions_app.actions.agenda import settle_agenda
from sessions_app.agenda.segments import Segment, segments_of
from sessions_app.live.position import Position, Route
from sessions_app.live.table import order_for
from sessions_app.models import Airtime, Attendance, Decision, LiveMeeting, Meeting
from sessions_app.reminders.absence import plan_missed_two

EXTENSION = timedelta(minutes=2)
REOPENS_FOR = timedelta(minutes=20)
FORGOTTEN_AFTER = timedelta(hours=3)
LONGEST_EXTENSION = 4 * 3600


class CannotLead(Exception):
    """Why a meeting is not begun, moved or ended, in words meant for the person who pressed."""


class Way(models.TextChoices):
    """Where a meeting may be moved."""

    NEXT = "next", "Next"
    BACK = "back", "Back"
    SKIP_PERSON = "skip_person", "Skip this turn"
    SKIP_SEGMENT = "skip_segment", "Skip this part"
    EXTEND = "extend", "+2 min"


@transaction.atomic
def begin(meeting: Meeting, *, by: Member) -> LiveMeeting:
    """Open the live meeting: settle its agenda for good and note that the beginner is there.

    From a quarter of an hour before the start until the end. One that runs already is returned as
    it is. Raises CannotLead.
    """
    circle = locked(meeting.circle_id)
    if circle.is_closed or circle.stage == Circle.Stage.PAUSED:
        raise CannotLead("This circle pauses or is closed, so it does not meet now.")
    meeting = _meeting(meeting.pk)
    live = LiveMeeting.objects.select_for_update().filter(meeting=meeting).first()
    if live and live.ended_at is None:
        return live
    _refuse_beginning(meeting, live)
    now = timezone.now()
    Attendance.objects.update_or_create(
        meeting=meeting,
        person=by,
        defaults={"attended": True, "marked_by": by, "marked_at": now},
    )
    settle_agenda(meeting)
    meeting = _meeting(meeting.pk)
    meeting.state = Meeting.State.LIVE
    meeting.save(update_fields=["state"])
    segments = segments_of(meeting)
    live = LiveMeeting(meeting=meeting, segment=segments[0].key, began_at=now, began_by=by)
    live.segment_began_at = live.turn_began_at = live.step_began_at = now
    live.orders = {live.segment: order_for(live, segments[0], segments)}
    live.save(force_insert=True)
    planner.keep("meeting", [meeting.pk])
    return live


@transaction.atomic
def move(meeting: Meeting, way: Way, *, seen: str) -> LiveMeeting:
    """Move on, back, past a turn or a part, or give two minutes more.

    `seen` is the position that the presser's screen showed, and after a plus by how many seconds
    it was extended: from another position nothing is changed, nor given twice. Raises CannotLead
    when the meeting is not running.
    """
    live = running(meeting)
    if way == Way.EXTEND:
        return _extend(live, seen)
    if seen.partition("+")[0] != str(Position.of(live)):
        return live
    segments = segments_of(live.meeting)
    route = Route(segments, live.orders)
    at = route.settled(Position.of(live))
    if way == Way.SKIP_SEGMENT and not at.is_closing:
        live.skipped = [*live.skipped, at.segment]
    steps = {
        Way.NEXT: route.after,
        Way.BACK: route.before,
        Way.SKIP_PERSON: route.after_turn,
        Way.SKIP_SEGMENT: route.after_segment,
    }
    _go(live, at, steps[way](at), segments)
    return saved(live)


@transaction.atomic
def end(meeting: Meeting, *, by: Member | None) -> Meeting:
    """Close the meeting and ask for its recap; its planned end stays. Twice changes nothing."""
    locked(meeting.circle_id)
    meeting = _meeting(meeting.pk)
    live = LiveMeeting.objects.select_for_update().filter(meeting=meeting, ended_at=None).first()
    if live is None:
        return meeting
    now = timezone.now()
    # Nobody speaks for hours: what nobody ended has long been silent.
    credit_speaker(live, now if by else live.speaking_since or now)
    live.speaker = live.speaking_since = None
    live.ended_at = now
    saved(live)
    if meeting.state == Meeting.State.LIVE:
        meeting.state = Meeting.State.CLOSED
        meeting.save(update_fields=["state"])
        plan_missed_two(meeting)
        planner.keep("meeting", [meeting.pk])
    return meeting


@transaction.atomic
def reopen(meeting: Meeting) -> LiveMeeting:
    """Go on with a meeting that was ended by mistake. One that runs is returned as it is.

    Raises CannotLead some minutes after the end, and once the recap was sent.
    """
    locked(meeting.circle_id)
    meeting = _meeting(meeting.pk)
    live = LiveMeeting.objects.select_for_update().filter(meeting=meeting).first()
    if live is None:
        raise CannotLead("This meeting has not begun.")
    if live.ended_at is None:
        return live
    if not reopens(meeting, live):
        raise CannotLead("It ended too long ago to open it again. Its page is still there.")
    live.ended_at = None
    live.meeting = meeting
    meeting.state = Meeting.State.LIVE
    meeting.save(update_fields=["state"])
    planner.keep("meeting", [meeting.pk])
    return saved(live)


def end_forgotten(meeting_id: int) -> bool:
    """End a meeting that nobody ended for hours; says whether there was one."""
    late = timezone.now() - FORGOTTEN_AFTER
    meetings = Meeting.objects.filter(live__ended_at=None, ends_at__lte=late)
    meeting = meetings.filter(pk=meeting_id, live__isnull=False).first()
    if meeting is not None:
        end(meeting, by=None)
    return meeting is not None


@transaction.atomic
def close_unbegun(meeting_id: int) -> bool:
    """Close a meeting that ended without being live, and keep the agenda that it had.

    Its recap is asked for, once. Returns whether this call was the one that closed it.
    """
    meeting = Meeting.objects.filter(pk=meeting_id).first()
    if meeting is None:
        return False
    locked(meeting.circle_id)
    ended = Meeting.objects.filter(
        pk=meeting_id, state=Meeting.State.PLANNED, ends_at__lte=timezone.now()
    )
    if not ended.update(state=Meeting.State.CLOSED):
        return False
    meeting = Meeting.objects.select_related("circle").get(pk=meeting_id)
    settle_agenda(meeting)
    plan_missed_two(meeting)
    planner.keep("meeting", [meeting_id])
    return True


@transaction.atomic
def capture_decision(meeting: Meeting, *, text: str, by: Member) -> Decision:
    """Write down what the circle decides while it meets. Raises CannotLead once it has ended."""
    running(meeting)
    return meeting.decisions.create(text=text, written_by=by)


def reopens(meeting: Meeting, live: LiveMeeting) -> bool:
    """Whether it ended so lately that it can be opened again."""
    ended = live.ended_at is not None and live.ended_at > timezone.now() - REOPENS_FOR
    return ended and meeting.state == Meeting.State.CLOSED


def running(meeting: Meeting) -> LiveMeeting:
    """The running meeting, held by this transaction. Raises CannotLead."""
    rows = LiveMeeting.objects.select_for_update(of=("self",)).select_related(
        "meeting__own_agenda", "meeting__circle__format_version"
    )
    live = rows.filter(meeting=meeting.pk, ended_at=None).first()
    if live is None or live.meeting.state != Meeting.State.LIVE:
        raise CannotLead("This meeting is not running any more.")
    return live


def saved(live: LiveMeeting) -> LiveMeeting:
    """Store the row that this transaction holds, and let every screen draw anew."""
    live.version += 1
    live.save()
    return live


def credit_speaker(live: LiveMeeting, until: datetime) -> None:
    """Add what the marked person spoke since they were marked."""
    if live.speaker_id is None or live.speaking_since is None:
        return
    spoken = max(0, round((until - live.speaking_since).total_seconds()))
    airtime, _ = Airtime.objects.get_or_create(meeting_id=live.pk, person_id=live.speaker_id)
    Airtime.objects.filter(pk=airtime.pk).update(seconds=F("seconds") + spoken)


def _meeting(pk: int) -> Meeting:
    rows = Meeting.objects.select_for_update(of=("self",))
    return rows.select_related("own_agenda", "circle__format_version").get(pk=pk)


def _refuse_beginning(meeting: Meeting, live: LiveMeeting | None) -> None:
    if meeting.is_cancelled:
        raise CannotLead("This meeting was cancelled.")
    if live is not None:
        raise CannotLead("This meeting has ended. Whoever led it can open it again for a while.")
    if meeting.has_ended:
        raise CannotLead("The time of this meeting is over.")
    if not meeting.is_near:
        raise CannotLead("It opens a quarter of an hour before the start.")


def _extend(live: LiveMeeting, seen: str) -> LiveMeeting:
    extended = live.extra_seconds + int(EXTENSION.total_seconds())
    if seen != f"{Position.of(live)}+{live.extra_seconds}" or live.is_closing:
        return live
    if extended > LONGEST_EXTENSION:
        raise CannotLead("This part has been given four hours more already.")
    live.extra_seconds = extended
    # A turn and a step get the minutes as a later beginning: theirs is counted from there.
    live.turn_began_at += EXTENSION
    live.step_began_at += EXTENSION
    return saved(live)


def _go(live: LiveMeeting, at: Position, to: Position, segments: list[Segment]) -> None:
    """Put the row where it goes, start its clocks, and seat the people of a part that begins."""
    now = timezone.now()
    live.segment, live.turn, live.step = to.segment, to.turn, to.step
    live.is_closing = to.is_closing
    if at.is_closing or to.is_closing:
        return
    live.skipped = [key for key in live.skipped if key != to.segment]
    live.step_began_at = now
    if (to.segment, to.turn) != (at.segment, at.turn):
        live.turn_began_at = now
    if to.segment != at.segment:
        live.segment_began_at, live.extra_seconds = now, 0
    if to.segment not in live.orders:
        segment = next(each for each in segments if each.key == to.segment)
        live.orders = live.orders | {to.segment: order_for(live, segment, segments)}
