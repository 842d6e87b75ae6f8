"""Answers before a meeting, and who was there."""

from django.db import transaction
from django.utils import timezone

from circles.models import Facilitation, Membership
from members.models import Member
from sessions_app.models import Attendance, Meeting
from sessions_app.seats import seats_on


class CannotAnswer(Exception):
    """Why an answer is not taken, in words meant for the person who gave it."""


class CannotMark(Exception):
    """Why attendance is not noted, in words meant for the facilitator."""


@transaction.atomic
def answer(
    meeting: Meeting, *, person: Member, coming: bool, update: str | None = None
) -> Attendance:
    """Say whether one comes; may be changed until the meeting ends.

    `update` is what the circle hears from someone who can't come; None leaves what was said before.
    Raises CannotAnswer when the meeting is over or cancelled, or the person does not belong to it.
    """
    # Lock the meeting, so that nobody answers to one that is just being cancelled or moved.
    meeting = Meeting.objects.select_for_update().get(pk=meeting.pk)
    if meeting.is_cancelled:
        raise CannotAnswer("This meeting was cancelled, so no answer is needed.")
    if meeting.has_ended:
        raise CannotAnswer("This meeting is over, so the answer cannot be changed any more.")
    if not _belongs(person, meeting.circle_id):
        raise CannotAnswer("Only people with a seat in the circle, and its facilitators, answer.")
    rsvp = Attendance.Rsvp.GOING if coming else Attendance.Rsvp.NOT_GOING
    given = {"rsvp": rsvp, "rsvp_at": timezone.now()}
    if update is not None:
        given["update"] = update
    attendance, _ = Attendance.objects.update_or_create(
        meeting=meeting, person=person, defaults=given
    )
    return attendance


@transaction.atomic
def mark_attendance(meeting: Meeting, *, marks: dict[int, bool], by: Member) -> None:
    """Note who came, by person id; may be corrected. People not in `marks` stay as they are.

    Raises CannotMark before the meeting starts, for a cancelled one, and for somebody without a
    seat in the circle that day.
    """
    meeting = Meeting.objects.select_for_update().get(pk=meeting.pk)
    if meeting.is_cancelled:
        raise CannotMark("This meeting was cancelled; nobody could come.")
    if not meeting.has_started:
        raise CannotMark("The meeting has not begun yet.")
    seated = seats_on(meeting.held_on, circle_id=meeting.circle_id)
    if not set(marks) <= set(seated.values_list("person", flat=True)):
        raise CannotMark("Somebody in the list had no seat in the circle that day.")
    now = timezone.now()
    rows = [
        Attendance(
            meeting=meeting, person_id=person, attended=attended, marked_by=by, marked_at=now
        )
        for person, attended in marks.items()
    ]
    Attendance.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["meeting", "person"],
        update_fields=["attended", "marked_by", "marked_at"],
    )


def _belongs(person: Member, circle_id: int) -> bool:
    seat = Membership.objects.current().filter(circle=circle_id, person=person)
    held = Facilitation.objects.current().filter(circle=circle_id, person=person)
    return seat.exists() or held.exists()
