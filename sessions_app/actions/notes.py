"""Notes of a meeting: of the discussion, where the charter keeps them; and a presenter's own."""

from django.db import transaction
from django.utils import timezone

from circles.actions.locks import locked
from circles.models import Charter
from members.models import Member
from sessions_app.actions.screens import redraw
from sessions_app.models import CaseNote, DiscussionNote, Meeting
from sessions_app.seats import seats_on


class CannotNote(Exception):
    """Why a note is not written down, in words meant for the person who wrote it."""


@transaction.atomic
def write_discussion_note(meeting: Meeting, *, text: str, by: Member) -> DiscussionNote:
    """Keep what was said, where the charter in force keeps discussion notes.

    Raises CannotNote where it does not, before the meeting begins, and for a cancelled one.
    """
    # Whoever changes the charter holds the circle as well, so the answer cannot change meanwhile.
    locked(meeting.circle_id)
    meeting = _begun(meeting)
    charter = Charter.objects.in_force().filter(circle=meeting.circle_id).first()
    if charter is None or not charter.keeps_discussion_notes:
        raise CannotNote("This circle’s charter keeps no notes of what is discussed.")
    note = meeting.discussion_notes.create(text=text, written_by=by)
    redraw(meeting.pk)
    return note


@transaction.atomic
def delete_discussion_note(note: DiscussionNote) -> None:
    """Delete a note for good. Doing it twice changes nothing."""
    locked(note.meeting.circle_id)
    DiscussionNote.objects.filter(pk=note.pk).delete()
    redraw(note.meeting_id)


@transaction.atomic
def write_case_note(meeting: Meeting, *, presenter: Member, text: str, by: Member) -> CaseNote:
    """Give a presenter a note on their case; from then on only they read it, `by` no more.

    Raises CannotNote for a presenter without a seat that day, before the meeting and if cancelled.
    """
    locked(meeting.circle_id)
    meeting = _begun(meeting)
    seated = seats_on(meeting.held_on, circle_id=meeting.circle_id)
    if not seated.filter(person=presenter).exists():
        raise CannotNote("They had no seat in the circle that day.")
    note = meeting.case_notes.create(presenter=presenter, text=text, written_by=by)
    redraw(meeting.pk)
    return note


@transaction.atomic
def destroy_case_note(note: CaseNote, *, presenter: Member) -> None:
    """Delete a presenter's own note for good. Doing it twice changes nothing."""
    CaseNote.objects.visible_to(presenter).filter(pk=note.pk).delete()


@transaction.atomic
def destroy_case_notes(presenter: Member) -> int:
    """Delete all of a presenter's notes for good; returns how many there were."""
    number, _ = CaseNote.objects.visible_to(presenter).delete()
    return number


def _begun(meeting: Meeting) -> Meeting:
    meeting = Meeting.objects.get(pk=meeting.pk)
    if meeting.is_cancelled:
        raise CannotNote("This meeting was cancelled; there is nothing to write down.")
    if meeting.starts_at > timezone.now() and meeting.state != Meeting.State.LIVE:
        raise CannotNote("The meeting has not begun yet.")
    return meeting
