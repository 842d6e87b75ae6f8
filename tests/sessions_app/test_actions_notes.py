from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from sessions_app.actions import (
    CannotMark,
    CannotNote,
    catch_up_on,
    correct_own_attendance,
    delete_discussion_note,
    destroy_case_note,
    destroy_case_notes,
    mark_attendance,
    write_case_note,
    write_discussion_note,
)
from sessions_app.models import Attendance, AttendanceChange, CaseNote, DiscussionNote
from tests.factories import (
    AttendanceFactory,
    CaseNoteFactory,
    CharterFactory,
    CircleFactory,
    FacilitationFactory,
    MeetingFactory,
    MembershipFactory,
    PersonFactory,
    hr_analyst,
    organiser,
)

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 5, 12, 10, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def seat():
    return MembershipFactory()


def meeting_in(circle, **fields):
    ahead = {name: fields.pop(name) for name in ("days", "hours") if name in fields}
    return MeetingFactory(circle=circle, starts_at=NOW + timedelta(**ahead), **fields)


def test_discussion_notes_follow_the_charter_in_force(seat):
    meeting = meeting_in(seat.circle, hours=-2)
    with pytest.raises(CannotNote, match="keeps no notes"):
        write_discussion_note(meeting, text="We talked", by=seat.person)
    CharterFactory(circle=seat.circle, number=1, keeps_discussion_notes=True)
    note = write_discussion_note(meeting, text="We talked", by=seat.person)
    CharterFactory(circle=seat.circle, number=2, keeps_discussion_notes=False)

    with pytest.raises(CannotNote, match="keeps no notes"):
        write_discussion_note(meeting, text="We talked on", by=seat.person)

    assert list(DiscussionNote.objects.visible_to(seat.person)) == [note]
    delete_discussion_note(note)
    delete_discussion_note(note)
    assert not DiscussionNote.objects.exists()


@pytest.mark.parametrize(
    ("fields", "reason"),
    [({"days": 1}, "not begun"), ({"days": -1, "state": "cancelled"}, "cancelled")],
)
def test_nothing_is_noted_of_what_did_not_begin(seat, fields, reason):
    meeting = meeting_in(seat.circle, **fields)

    with pytest.raises(CannotNote, match=reason):
        write_discussion_note(meeting, text="We talked", by=seat.person)
    with pytest.raises(CannotNote, match=reason):
        write_case_note(meeting, presenter=seat.person, text="Ask", by=seat.person)


def test_meeting_that_began_early_takes_notes(seat):
    meeting = meeting_in(seat.circle, hours=1, state="live")

    write_case_note(meeting, presenter=seat.person, text="Ask", by=seat.person)

    assert CaseNote.objects.get().presenter == seat.person


def test_case_notes_are_read_by_their_presenter_alone(seat):
    writer = MembershipFactory(circle=seat.circle, role="host").person
    held = FacilitationFactory(circle=seat.circle)
    staff = PersonFactory(is_staff=True, is_superuser=True)
    others = [writer, held.person, staff, organiser(), hr_analyst(), PersonFactory()]
    reading = organiser()
    reading.emergency_circles = {seat.circle_id}

    note = write_case_note(
        meeting_in(seat.circle, hours=-2), presenter=seat.person, text="Ask", by=writer
    )

    assert list(CaseNote.objects.visible_to(seat.person)) == [note]
    for person in [*others, reading]:
        assert not CaseNote.objects.visible_to(person).exists()
        destroy_case_note(note, presenter=person)
        assert destroy_case_notes(person) == 0
    seat.left_on = NOW.date()
    seat.save()
    assert list(CaseNote.objects.visible_to(seat.person)) == [note]


def test_case_note_is_for_somebody_with_a_seat_that_day(seat):
    later = MembershipFactory(circle=seat.circle, joined_on=NOW.date()).person

    with pytest.raises(CannotNote, match="no seat"):
        write_case_note(
            meeting_in(seat.circle, days=-1), presenter=later, text="Ask", by=seat.person
        )


def test_presenter_destroys_one_note_or_all(seat):
    notes = CaseNoteFactory.create_batch(3, presenter=seat.person)
    others = CaseNoteFactory()

    destroy_case_note(notes[0], presenter=seat.person)
    destroy_case_note(notes[0], presenter=seat.person)

    assert CaseNote.objects.count() == 3
    assert destroy_case_notes(seat.person) == 2
    assert list(CaseNote.objects.all()) == [others]


def test_corrections_leave_a_trace_and_the_first_marking_none(seat):
    held = FacilitationFactory(circle=seat.circle)
    other = MembershipFactory(circle=seat.circle).person
    meeting = meeting_in(seat.circle, days=-1)
    mark_attendance(meeting, marks={seat.person_id: True, other.pk: False}, by=held.person)
    first = AttendanceChange.objects.count()

    correct_own_attendance(meeting, person=other, came=True)
    correct_own_attendance(meeting, person=other, came=True)

    change = AttendanceChange.objects.get()
    assert first == 0
    assert (change.was, change.became, change.by) == (False, True, other)
    assert change.attendance.person == other
    by = dict(Attendance.objects.values_list("person", "marked_by"))
    assert by == {seat.person_id: held.person_id, other.pk: other.pk}


def test_somebody_whom_nobody_noted_may_say_they_were_there(seat):
    meeting = meeting_in(seat.circle, days=-1)
    AttendanceFactory(meeting=meeting, attended=True)

    correct_own_attendance(meeting, person=seat.person, came=True)

    assert seat.person.attendances.get().attended is True
    assert not AttendanceChange.objects.exists()


@pytest.mark.parametrize(
    ("fields", "joined", "reason"),
    [
        ({"days": -8}, None, "for a week"),
        ({"days": -1, "state": "cancelled"}, None, "cancelled"),
        ({"days": -1}, NOW.date(), "no seat"),
    ],
)
def test_own_correction_has_its_limits(fields, joined, reason):
    seat = MembershipFactory(**({"joined_on": joined} if joined else {}))
    meeting = meeting_in(seat.circle, **fields)
    AttendanceFactory(meeting=meeting, attended=True)

    with pytest.raises(CannotMark, match=reason):
        correct_own_attendance(meeting, person=seat.person, came=True)


def test_nobody_corrects_what_nobody_noted(seat):
    with pytest.raises(CannotMark, match="Nobody has noted"):
        correct_own_attendance(meeting_in(seat.circle, days=-1), person=seat.person, came=True)


def test_live_meeting_that_began_early_takes_attendance(seat):
    meeting = meeting_in(seat.circle, hours=1, state="live")

    mark_attendance(meeting, marks={seat.person_id: True}, by=seat.person)

    assert seat.person.attendances.get().attended is True


def test_catching_up_counts_the_first_time_and_only_for_those_who_missed_it(seat):
    meeting = meeting_in(CircleFactory(), days=-1)
    missed = AttendanceFactory(meeting=meeting, attended=False)
    sent_word = AttendanceFactory(meeting=meeting, rsvp="not_going")
    came = AttendanceFactory(meeting=meeting, attended=True, rsvp="not_going")
    for row in (missed, sent_word, came):
        catch_up_on(meeting, person=row.person)
    with time_machine.travel(NOW + timedelta(days=1), tick=False):
        catch_up_on(meeting, person=missed.person)

    for row in (missed, sent_word, came):
        row.refresh_from_db()
    assert [row.caught_up_at for row in (missed, sent_word, came)] == [NOW, NOW, None]
    assert [row.is_missed for row in (missed, sent_word, came)] == [True, True, False]
