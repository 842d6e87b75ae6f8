"""Planning meetings: schedule, change, cancel, restore."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone

from circles.models import Circle
from members.models import Member
from sessions_app.local_time import NoSuchTime, moment_of
from sessions_app.models import Meeting
from sessions_app.reminders.before import plan_for_meeting, withdraw_for_meeting

SHORTEST, LONGEST = 10, 8 * 60
FURTHEST = timedelta(days=2 * 366)


class CannotSchedule(Exception):
    """Why a meeting cannot be then, in words meant for the person who plans it."""


class CannotCancel(Exception):
    """Why a meeting stays, in words meant for the person who asked."""


@transaction.atomic
def schedule_meeting(
    circle: Circle,
    *,
    by: Member,
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
    circle = _locked(circle.pk)
    meeting = Meeting(circle=circle, created_by=by, title=title, place=place, video_url=video_url)
    _put(meeting, starts, minutes, circle.zone)
    meeting.save()
    plan_for_meeting(meeting)
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
    """Change a meeting. One that moves asks everyone again whether they come.

    The time is a wall clock's in the zone the meeting was planned in. Raises CannotSchedule as
    schedule_meeting does, for a meeting that is over or cancelled, and for moving one that began.
    """
    circle = _locked(meeting.circle_id)
    meeting = Meeting.objects.select_for_update().get(pk=meeting.pk)
    if meeting.is_cancelled or meeting.has_ended:
        raise CannotSchedule("This meeting is over or was cancelled; it can no longer be changed.")
    meeting.circle = circle
    meeting.title, meeting.place, meeting.video_url = title, place, video_url
    former = meeting.starts_at
    if (starts, minutes) != (meeting.local_starts, meeting.minutes):
        if former <= timezone.now():
            raise CannotSchedule("This meeting has begun; its time can no longer be changed.")
        _put(meeting, starts, minutes, meeting.zone)
    meeting.save()
    if meeting.starts_at != former:
        meeting.attendances.update(rsvp="", rsvp_at=None)
        plan_for_meeting(meeting)
    return meeting


@transaction.atomic
def cancel_meeting(meeting: Meeting) -> Meeting:
    """Call a meeting off, or say afterwards that it did not take place. Twice changes nothing.

    Its reminders are withdrawn. Raises CannotCancel once somebody was there or a recap was shared.
    """
    meeting = Meeting.objects.select_for_update().get(pk=meeting.pk)
    if meeting.is_cancelled:
        return meeting
    if meeting.recap_sent_at or meeting.attendances.filter(attended=True).exists():
        raise CannotCancel("This meeting took place: attendance or a recap was recorded.")
    meeting.state = Meeting.State.CANCELLED
    meeting.save(update_fields=["state"])
    withdraw_for_meeting(meeting)
    return meeting


@transaction.atomic
def restore_meeting(meeting: Meeting) -> Meeting:
    """Plan a cancelled meeting again as it was, with its answers and reminders.

    Raises CannotSchedule when its time is past or taken by another meeting of the circle, and while
    the circle pauses or is closed.
    """
    circle = _locked(meeting.circle_id)
    meeting = Meeting.objects.select_for_update().get(pk=meeting.pk)
    if not meeting.is_cancelled:
        return meeting
    _refuse_stage(circle)
    if meeting.starts_at <= timezone.now():
        raise CannotSchedule("Its time has passed. Schedule a new meeting instead.")
    _refuse_overlap(meeting)
    meeting.state = Meeting.State.PLANNED
    meeting.save(update_fields=["state"])
    plan_for_meeting(meeting)
    return meeting


def _locked(circle_id: int) -> Circle:
    """The circle, so that two meetings planned at once cannot overlap unseen."""
    return Circle.objects.select_for_update().get(pk=circle_id)


def _put(meeting: Meeting, starts: datetime, minutes: int, zone: ZoneInfo) -> None:
    """Set the times from a wall clock in the zone. Raises CannotSchedule."""
    _refuse_stage(meeting.circle)
    if not SHORTEST <= minutes <= LONGEST:
        raise CannotSchedule(f"A meeting takes from {SHORTEST} minutes to {LONGEST // 60} hours.")
    now = timezone.now().astimezone(zone).replace(tzinfo=None)
    if starts > now + FURTHEST:
        raise CannotSchedule("That is more than two years away. Choose an earlier day.")
    if starts.date() < now.date():
        raise CannotSchedule("That day has passed. Choose a later one.")
    try:
        meeting.starts_at = moment_of(starts, zone)
    except NoSuchTime as reason:
        raise CannotSchedule(str(reason)) from None
    if meeting.starts_at <= timezone.now():
        raise CannotSchedule(f"That time has passed: in {zone.key} it is {now:%H:%M} now.")
    meeting.ends_at = meeting.starts_at + timedelta(minutes=minutes)
    meeting.time_zone, meeting.held_on = zone.key, starts.date()
    _refuse_overlap(meeting)


def _refuse_stage(circle: Circle) -> None:
    if circle.is_closed:
        raise CannotSchedule("This circle is closed; it meets no more.")
    if circle.stage == Circle.Stage.PAUSED:
        raise CannotSchedule("This circle pauses. Resume it before you plan a meeting.")


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
