"""Answers before a meeting, and who was there."""

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from circles.actions.locks import locked
from circles.models import Facilitation, Membership
from members.models import Member
from notifications import planner
from sessions_app.actions.screens import redraw
from sessions_app.answer_links import AnswerLink
from sessions_app.models import Attendance, AttendanceChange, Meeting, UsedAnswerLink
from sessions_app.reminders.absence import plan_missed_two
from sessions_app.seats import seats_on

OWN_CORRECTION_WITHIN = timedelta(days=7)


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
    # Lock both, so that nobody answers to one that is just being cancelled or moved, and that what
    # is owed about it is planned from facts that stay.
    locked(meeting.circle_id)
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
    planner.keep("meeting", [meeting.pk])
    redraw(meeting.pk)
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

    A correction leaves a trace, and what was noted already is not noted anew. Whoever missed two in
    a row is owed a kind word. Raises CannotMark before the meeting starts, for a cancelled one, and
    for somebody without a seat in the circle that day.
    """
    locked(meeting.circle_id)
    meeting = Meeting.objects.select_for_update().get(pk=meeting.pk)
    if meeting.is_cancelled:
        raise CannotMark("This meeting was cancelled; nobody could come.")
    # A meeting may be begun some minutes early.
    if not meeting.has_started and meeting.state != Meeting.State.LIVE:
        raise CannotMark("The meeting has not begun yet.")
    seated = seats_on(meeting.held_on, circle_id=meeting.circle_id)
    if not set(marks) <= set(seated.values_list("person", flat=True)):
        raise CannotMark("Somebody in the list had no seat in the circle that day.")
    _note(meeting, marks, by)
    plan_missed_two(meeting)
    redraw(meeting.pk)


@transaction.atomic
def correct_own_attendance(meeting: Meeting, *, person: Member, came: bool) -> None:
    """Say oneself whether one was there, within a week and with a trace.

    Raises CannotMark before anybody noted who was there, when the week is over, without a seat that
    day, and for a cancelled meeting.
    """
    if not meeting.attendances.filter(attended__isnull=False).exists():
        raise CannotMark("Nobody has noted yet who was there. You can correct it once it is.")
    if meeting.ends_at + OWN_CORRECTION_WITHIN < timezone.now():
        raise CannotMark(
            "You can correct this for a week after the meeting. Ask whoever looks after the circle."
        )
    mark_attendance(meeting, marks={person.pk: came}, by=person)


@transaction.atomic
def catch_up_on(meeting: Meeting, *, person: Member) -> None:
    """Note that someone who missed a meeting has opened its recap; only the first time counts."""
    missed = Attendance.objects.missed().filter(meeting=meeting, person=person, caught_up_at=None)
    missed.update(caught_up_at=timezone.now())


def _note(meeting: Meeting, marks: dict[int, bool], by: Member) -> None:
    """Write only what differs from what was noted before, and how it differs."""
    known = {row.person_id: row for row in meeting.attendances.filter(person__in=marks)}
    now = timezone.now()
    rows, changes = [], []
    for person, came in marks.items():
        before = known[person].attended if person in known else None
        if before == came:
            continue
        if before is not None:
            changes.append(
                AttendanceChange(attendance=known[person], was=before, became=came, by=by, at=now)
            )
        rows.append(
            Attendance(
                meeting=meeting, person_id=person, attended=came, marked_by=by, marked_at=now
            )
        )
    Attendance.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["meeting", "person"],
        update_fields=["attended", "marked_by", "marked_at"],
    )
    AttendanceChange.objects.bulk_create(changes)


def _said(coming: bool | None) -> str:
    if coming is None:
        return ""
    return Attendance.Rsvp.GOING if coming else Attendance.Rsvp.NOT_GOING


def belongs(person: Member, circle_id: int) -> bool:
    """Whether the person has a seat in the circle or facilitates it, today."""
    seat = Membership.objects.current().filter(circle=circle_id, person=person)
    held = Facilitation.objects.current().filter(circle=circle_id, person=person)
    return seat.exists() or held.exists()
