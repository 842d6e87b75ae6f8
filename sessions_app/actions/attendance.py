"""Answers before a meeting, and who was there."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from circles.actions.locks import locked
from circles.models import Facilitation, Membership
from members.models import Member
from sessions_app.actions import live
from sessions_app.models import Attendance, AttendanceChange, Meeting
from sessions_app.reminders.absence import plan_missed_two
from sessions_app.seats import seats_on

OWN_CORRECTION_WITHIN = timedelta(days=7)


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
    live.bump(meeting.pk)


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


def _belongs(person: Member, circle_id: int) -> bool:
    seat = Membership.objects.current().filter(circle=circle_id, person=person)
    held = Facilitation.objects.current().filter(circle=circle_id, person=person)
    return seat.exists() or held.exists()
