"""Planning meetings: schedule, change, cancel, restore."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone

from circles.actions.locks import locked
from circles.models import Circle
from members.models import Member
from notifications import planner
from sessions_app.local_time import NoSuchTime, moment_of
from sessions_app.models import LiveMeeting, Meeting
from sessions_app.reminders.invitations import tell_meeting
from sessions_app.reminders.posts import tell_changed

SHORTEST, LONGEST = 10, 8 * 60
FURTHEST = timedelta(days=2 * 366)
State = Meeting.State


class CannotSchedule(Exception):
    """Why a meeting cannot be then, in words meant for the person who plans it."""


class CannotCancel(Exception):
    """Why a meeting stays, in words meant for the person who asked."""


@transaction.atomic
def schedule_meeting(
    circle: Circle,
    *,
    by: Member | None,
    starts: datetime,
    minutes: int,
    title: str = "",
    place: str = "",
    video_url: str = "",
) -> Meeting:
    """Plan a meeting at a wall-clock time of the circle's zone, and owe its reminders.

    Of a time that clocks show twice, the first is taken. Raises CannotSchedule for a time that does
    not exist, is past or too far away, or overlaps another meeting, and while the circle pauses.
    """
    circle = locked(circle.pk)
    meeting = Meeting(circle=circle, created_by=by, title=title, place=place, video_url=video_url)
    _put(meeting, starts, minutes, circle.zone)
    meeting.save()
    planner.keep("meeting", [meeting.pk])
    tell_meeting(meeting)
    return meeting


@transaction.atomic
def change_meeting(
    meeting: Meeting,
    *,
    starts: datetime,
    minutes: int,
    title: str = "",
    place: str = "",
    video_url: str = "",
) -> Meeting:
    """Change a meeting alone. One that moves asks everyone again whether they come.

    The time is a wall clock's in the zone the meeting was planned in. One of a series that moves
    is set by hand from then on. Raises CannotSchedule as schedule_meeting does, for a meeting that
    is over or cancelled, and for moving one that began or is live.
    """
    circle = locked(meeting.circle_id)
    meeting = Meeting.objects.select_for_update().get(pk=meeting.pk)
    if not meeting.takes_answers or meeting.state not in (State.PLANNED, State.LIVE):
        raise CannotSchedule("This meeting is over or was cancelled; it can no longer be changed.")
    meeting.circle = circle
    before = _told(meeting)
    meeting.title, meeting.place, meeting.video_url = title, place, video_url
    former = meeting.starts_at
    if (starts, minutes) != (meeting.local_starts, meeting.minutes):
        if former <= timezone.now() or meeting.state == State.LIVE:
            raise CannotSchedule("This meeting has begun; its time can no longer be changed.")
        _put(meeting, starts, minutes, meeting.zone)
        meeting.set_by_hand = meeting.series_id is not None
    if _told(meeting) == before:
        return meeting
    meeting.sequence += 1
    meeting.save()
    if meeting.starts_at != former:
        meeting.attendances.update(rsvp="", rsvp_at=None, rsvp_through="")
        planner.keep("meeting", [meeting.pk])
        tell_changed(meeting)
    tell_meeting(meeting)
    return meeting


@transaction.atomic
def cancel_meeting(meeting: Meeting) -> Meeting:
    """Call a meeting off, or say afterwards that it did not take place. Twice changes nothing.

    Its reminders are withdrawn, and calendars are told of one that was still to come. Raises
    CannotCancel while it is live, and once somebody was there or a recap was shared.
    """
    locked(meeting.circle_id)
    meeting = Meeting.objects.select_for_update().get(pk=meeting.pk)
    if meeting.is_cancelled:
        return meeting
    if meeting.state == State.LIVE and not meeting.has_ended:
        raise CannotCancel("This meeting is running. End it first.")
    was_live = LiveMeeting.objects.filter(meeting=meeting).exists()
    if was_live or meeting.recap_sent_at or meeting.attendances.filter(attended=True).exists():
        raise CannotCancel("This meeting took place: attendance or a recap was recorded.")
    meeting.state = State.CANCELLED
    meeting.sequence += 1
    meeting.save(update_fields=["state", "sequence"])
    planner.keep("meeting", [meeting.pk])
    if not meeting.has_ended:
        tell_meeting(meeting)
        tell_changed(meeting)
    return meeting


@transaction.atomic
def restore_meeting(meeting: Meeting) -> Meeting:
    """Plan a cancelled meeting again as it was, with its answers and reminders.

    Raises CannotSchedule when its time is past or taken by another meeting of the circle, and while
    the circle pauses or is closed.
    """
    circle = locked(meeting.circle_id)
    meeting = Meeting.objects.select_for_update().get(pk=meeting.pk)
    if not meeting.is_cancelled:
        return meeting
    refuse_stage(circle)
    refuse_closing(circle, meeting.held_on)
    if meeting.starts_at <= timezone.now():
        raise CannotSchedule("Its time has passed. Schedule a new meeting instead.")
    _refuse_overlap(meeting)
    meeting.state, meeting.cancelled_for = State.PLANNED, ""
    meeting.sequence += 1
    meeting.save(update_fields=["state", "cancelled_for", "sequence"])
    planner.keep("meeting", [meeting.pk])
    tell_meeting(meeting)
    tell_changed(meeting, is_back=True)
    return meeting


def refuse_stage(circle: Circle) -> None:
    """Raise CannotSchedule for a circle that does not meet now."""
    if circle.is_closed:
        raise CannotSchedule("This circle is closed; it meets no more.")
    if circle.stage == Circle.Stage.PAUSED:
        raise CannotSchedule("This circle pauses. Resume it before you plan a meeting.")


def refuse_closing(circle: Circle, day: date) -> None:
    """Raise CannotSchedule for a day on which the circle will be closed."""
    if circle.closes_on and day >= circle.closes_on:
        closes = f"{circle.closes_on.day} {circle.closes_on:%B}"
        raise CannotSchedule(f"The circle closes on {closes}. Choose an earlier day.")


def refuse_time(starts: datetime, minutes: int, zone: ZoneInfo) -> None:
    """Raise CannotSchedule for a length or a day on which nobody can plan a meeting."""
    if not SHORTEST <= minutes <= LONGEST:
        raise CannotSchedule(f"A meeting takes from {SHORTEST} minutes to {LONGEST // 60} hours.")
    now = timezone.now().astimezone(zone).replace(tzinfo=None)
    if starts > now + FURTHEST:
        raise CannotSchedule("That is more than two years away. Choose an earlier day.")
    if starts.date() < now.date():
        raise CannotSchedule("That day has passed. Choose a later one.")


def refuse_past(moment: datetime, zone: ZoneInfo) -> None:
    """Raise CannotSchedule for a moment that is no longer to come."""
    now = timezone.now()
    if moment <= now:
        clock = f"{now.astimezone(zone):%H:%M}"
        raise CannotSchedule(f"That time has passed: in {zone.key} it is {clock} now.")


def _told(meeting: Meeting) -> tuple[object, ...]:
    """What people and calendars know of it."""
    times = meeting.starts_at, meeting.ends_at
    return (*times, meeting.title, meeting.place, meeting.video_url)


def _put(meeting: Meeting, starts: datetime, minutes: int, zone: ZoneInfo) -> None:
    """Set the times from a wall clock in the zone. Raises CannotSchedule."""
    refuse_stage(meeting.circle)
    refuse_time(starts, minutes, zone)
    refuse_closing(meeting.circle, starts.date())
    try:
        meeting.starts_at = moment_of(starts, zone)
    except NoSuchTime as reason:
        raise CannotSchedule(str(reason)) from None
    refuse_past(meeting.starts_at, zone)
    meeting.ends_at = meeting.starts_at + timedelta(minutes=minutes)
    meeting.time_zone, meeting.held_on = zone.key, starts.date()
    _refuse_overlap(meeting)


def _refuse_overlap(meeting: Meeting) -> None:
    others = Meeting.objects.standing().filter(circle=meeting.circle_id).exclude(pk=meeting.pk)
    other = others.filter(starts_at__lt=meeting.ends_at, ends_at__gt=meeting.starts_at).first()
    if other:
        starts, ends = (at.astimezone(meeting.zone) for at in (other.starts_at, other.ends_at))
        day = f"{starts.day} {starts:%B}"
        raise CannotSchedule(
            f"The circle already meets on {day} from {starts:%H:%M} to {ends:%H:%M}. "
            "Choose another time."
        )
