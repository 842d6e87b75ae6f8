"""Answers before a meeting, and who was there."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone

from circles.models import Facilitation, Membership
from members.models import Member
from sessions_app.answer_links import AnswerLink
from sessions_app.models import Attendance, Meeting, UsedAnswerLink
from sessions_app.seats import seats_on


class CannotAnswer(Exception):
    """Why an answer is not taken, in words meant for the person who gave it."""


class CannotMark(Exception):
    """Why attendance is not noted, in words meant for the facilitator."""


@transaction.atomic
def answer(
    meeting: Meeting,
    *,
    person: Member,
    coming: bool | None,
    update: str | None = None,
    through: str = Attendance.Through.PAGE,
    said_at: datetime | None = None,
    to_start: datetime | None = None,
) -> Attendance:
    """Say whether one comes, or with None that it is open; may be changed until the meeting ends.

    `update` is what the circle hears from someone who can't come; None leaves what was said before.
    An answer given elsewhere brings when it was given, and the start that it was given to.
    Raises CannotAnswer when the meeting is over, cancelled or moved since, and for a person who
    does not belong to it.
    """
    # Lock the meeting, so that nobody answers to one that is just being cancelled or moved.
    meeting = Meeting.objects.select_for_update().get(pk=meeting.pk)
    if meeting.is_cancelled:
        raise CannotAnswer("This meeting was cancelled, so no answer is needed.")
    if meeting.has_ended:
        raise CannotAnswer("This meeting is over, so the answer cannot be changed any more.")
    if to_start is not None and to_start != meeting.starts_at.replace(microsecond=0):
        raise CannotAnswer("This meeting was moved. Answer to its new time.")
    if not belongs(person, meeting.circle_id):
        raise CannotAnswer("Only people with a seat in the circle, and its facilitators, answer.")
    given = {
        "rsvp": _said(coming),
        "rsvp_at": said_at or timezone.now(),
        "rsvp_through": through,
    }
    if update is not None:
        given["update"] = update
    attendance, _ = Attendance.objects.update_or_create(
        meeting=meeting, person=person, defaults=given
    )
    return attendance


def answer_from_mail(link: AnswerLink, *, person: Member, update: str | None = None) -> Attendance:
    """Answer as the link of a mail says. A link answers once.

    Raises CannotAnswer as `answer` does, for a meeting that is gone, and for a link used before.
    """
    meeting = Meeting.objects.filter(pk=link.meeting_id).first()
    if meeting is None:
        raise CannotAnswer("This meeting no longer exists.")
    try:
        with transaction.atomic():
            attendance = answer(
                meeting,
                person=person,
                coming=link.coming,
                update=update,
                through=Attendance.Through.MAIL,
                to_start=link.starts_at,
            )
            # Its digest is unique: of two clicks at once one is taken back as a whole.
            UsedAnswerLink.objects.create(attendance=attendance, digest=link.digest)
    except IntegrityError:
        raise CannotAnswer("This link has answered already.") from None
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


def _said(coming: bool | None) -> str:
    if coming is None:
        return ""
    return Attendance.Rsvp.GOING if coming else Attendance.Rsvp.NOT_GOING


def belongs(person: Member, circle_id: int) -> bool:
    """Whether the person has a seat in the circle or facilitates it, today."""
    seat = Membership.objects.current().filter(circle=circle_id, person=person)
    held = Facilitation.objects.current().filter(circle=circle_id, person=person)
    return seat.exists() or held.exists()
