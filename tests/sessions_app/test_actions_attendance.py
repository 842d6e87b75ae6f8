from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine

from sessions_app.actions import CannotAnswer, CannotMark, answer, cancel_meeting, mark_attendance
from sessions_app.models import Attendance
from tests.factories import (
    FacilitationFactory,
    MeetingFactory,
    MembershipFactory,
    PersonFactory,
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


def meeting_of(circle, **ahead):
    return MeetingFactory(circle=circle, starts_at=NOW + timedelta(**ahead))


def said(meeting, person):
    found = Attendance.objects.get(meeting=meeting, person=person)
    return found.rsvp, found.update


def test_answer_can_be_changed_until_the_meeting_ends(seat):
    meeting = meeting_of(seat.circle, minutes=-59)

    answer(meeting, person=seat.person, coming=True)
    answer(meeting, person=seat.person, coming=False, update="On a train")

    attendance = Attendance.objects.get()
    assert attendance.rsvp == Attendance.Rsvp.NOT_GOING
    assert attendance.rsvp_at == NOW
    assert attendance.update == "On a train"
    assert attendance.attended is None


def test_answer_without_an_update_keeps_what_was_said(seat):
    meeting = meeting_of(seat.circle, days=1)
    answer(meeting, person=seat.person, coming=False, update="On a train")

    answer(meeting, person=seat.person, coming=True)

    assert said(meeting, seat.person) == ("going", "On a train")

    answer(meeting, person=seat.person, coming=False, update="")

    assert said(meeting, seat.person) == ("not_going", "")


def test_facilitator_answers_too(seat):
    held = FacilitationFactory(circle=seat.circle)
    meeting = meeting_of(seat.circle, days=1)

    answer(meeting, person=held.person, coming=True)

    assert said(meeting, held.person) == ("going", "")


@pytest.mark.parametrize(
    "outsider",
    [
        lambda circle: PersonFactory(),
        lambda circle: MembershipFactory(circle=circle, left_on=NOW.date()).person,
        lambda circle: FacilitationFactory(circle=circle, ended_on=NOW.date()).person,
        lambda circle: MembershipFactory().person,
    ],
    ids=["stranger", "left", "ended", "other circle"],
)
def test_only_people_of_the_circle_answer(seat, outsider):
    meeting = meeting_of(seat.circle, days=1)

    with pytest.raises(CannotAnswer, match="a seat in the circle"):
        answer(meeting, person=outsider(seat.circle), coming=True)

    assert not Attendance.objects.exists()


def test_meeting_that_is_over_takes_no_answer(seat):
    meeting = meeting_of(seat.circle, hours=-1)

    with pytest.raises(CannotAnswer, match="is over"):
        answer(meeting, person=seat.person, coming=True)


def test_cancelled_meeting_takes_no_answer(seat):
    meeting = meeting_of(seat.circle, days=1)
    cancel_meeting(meeting)

    with pytest.raises(CannotAnswer, match="was cancelled"):
        answer(meeting, person=seat.person, coming=True)


def test_attendance_is_noted_for_those_who_had_a_seat_that_day(seat):
    meeting = meeting_of(seat.circle, hours=-2)
    facilitator = FacilitationFactory(circle=seat.circle).person
    left_since = MembershipFactory(circle=seat.circle, left_on=date(2026, 5, 13)).person
    answer_before = Attendance.objects.create(meeting=meeting, person=seat.person, rsvp="going")

    marks = {seat.person.pk: True, left_since.pk: False}
    mark_attendance(meeting, marks=marks, by=facilitator)

    found = {row.person_id: row for row in Attendance.objects.all()}
    assert {person: row.attended for person, row in found.items()} == marks
    assert {row.marked_by for row in found.values()} == {facilitator}
    assert {row.marked_at for row in found.values()} == {NOW}
    assert found[seat.person.pk].pk == answer_before.pk
    assert found[seat.person.pk].rsvp == "going"


def test_attendance_can_be_corrected(seat):
    meeting = meeting_of(seat.circle, hours=-2)
    other = MembershipFactory(circle=seat.circle).person
    mark_attendance(meeting, marks={seat.person.pk: True, other.pk: True}, by=seat.person)

    mark_attendance(meeting, marks={seat.person.pk: False}, by=seat.person)

    found = Attendance.objects.values_list("person", "attended")
    assert dict(found) == {seat.person.pk: False, other.pk: True}


@pytest.mark.parametrize(
    "dates",
    [
        {"joined_on": date(2026, 5, 13)},
        {"left_on": date(2026, 5, 12)},
        {"left_on": date(2026, 5, 1)},
    ],
    ids=["joined later", "left that day", "left before"],
)
def test_nobody_without_a_seat_that_day_is_noted(seat, dates):
    meeting = meeting_of(seat.circle, hours=-2)
    other = MembershipFactory(circle=seat.circle, **dates).person

    with pytest.raises(CannotMark, match="no seat"):
        mark_attendance(meeting, marks={seat.person.pk: True, other.pk: True}, by=seat.person)

    assert not Attendance.objects.exists()


def test_nobody_is_noted_before_the_meeting_or_when_it_was_cancelled(seat):
    coming = meeting_of(seat.circle, minutes=1)
    cancelled = meeting_of(seat.circle, hours=-5)
    cancel_meeting(cancelled)

    with pytest.raises(CannotMark, match="not begun"):
        mark_attendance(coming, marks={seat.person.pk: True}, by=seat.person)
    with pytest.raises(CannotMark, match="was cancelled"):
        mark_attendance(cancelled, marks={seat.person.pk: True}, by=seat.person)

    assert not Attendance.objects.exists()
