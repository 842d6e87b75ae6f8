from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.urls import reverse

from sessions_app.models import Attendance, Decision
from tests.factories import (
    AttendanceFactory,
    FacilitationFactory,
    MeetingFactory,
    MembershipFactory,
)

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 20, 10, 0, tzinfo=UTC)
KEY = "5f0c1a1e-3d5c-4c55-9f0e-6f1c2f1f9b10"


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def held(client):
    held = FacilitationFactory()
    client.force_login(held.person)
    return held


@pytest.fixture
def seat(client):
    seat = MembershipFactory()
    client.force_login(seat.person)
    return seat


def meeting_in(circle, **ahead):
    return MeetingFactory(circle=circle, starts_at=NOW + timedelta(**ahead))


def at(name, pk):
    return reverse(f"meetings:{name}", args=[pk])


def test_attendance_starts_with_those_who_said_they_would_come(client, held):
    meeting = meeting_in(held.circle, hours=-2)
    coming, away = MembershipFactory.create_batch(2, circle=held.circle)
    AttendanceFactory(meeting=meeting, person=coming.person, rsvp="going")

    first = client.get(at("attendance", meeting.pk)).context["form"]
    client.post(at("attendance", meeting.pk), {"here": [away.person.pk]})
    second = client.get(at("attendance", meeting.pk)).context["form"]

    assert first["here"].value() == [coming.person.pk]
    assert second["here"].value() == [away.person.pk]
    marks = dict(meeting.attendances.values_list("person", "attended"))
    assert marks == {coming.person.pk: False, away.person.pk: True}


def test_nobody_came_can_be_noted(client, held):
    meeting = meeting_in(held.circle, hours=-2)
    seat = MembershipFactory(circle=held.circle)

    client.post(at("attendance", meeting.pk), {})

    assert dict(meeting.attendances.values_list("person", "attended")) == {seat.person.pk: False}


@pytest.mark.parametrize("here", ["0", "x", "9223372036854775808"])
def test_somebody_without_a_seat_is_not_a_choice(client, held, here):
    meeting = meeting_in(held.circle, hours=-2)
    MembershipFactory(circle=held.circle)

    response = client.post(at("attendance", meeting.pk), {"here": here})

    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["here"]
    assert not Attendance.objects.exists()


def test_attendance_before_the_meeting_is_refused_in_words(client, held):
    meeting = meeting_in(held.circle, hours=2)
    MembershipFactory(circle=held.circle)

    page = client.get(at("attendance", meeting.pk)).content.decode()
    response = client.post(at("attendance", meeting.pk), {})

    assert "The meeting has not begun." in page
    assert response.context["form"].non_field_errors() == ["The meeting has not begun yet."]


def test_members_see_who_was_there_and_not_who_was_missing(client, seat):
    meeting = meeting_in(seat.circle, hours=-2)
    there = MembershipFactory(circle=seat.circle, person__name="Present Person").person
    missing = MembershipFactory(circle=seat.circle, person__name="Missing Person").person
    AttendanceFactory(meeting=meeting, person=there, attended=True)
    AttendanceFactory(meeting=meeting, person=missing, attended=False)

    words = client.get(meeting.get_absolute_url()).content.decode()

    people = words[words.index('"people-heading"') :]
    assert people.count("Present Person") == 1
    assert people.count("Missing Person") == 0


def test_decision_is_written_once_and_removed_after_asking(client, held):
    meeting = meeting_in(held.circle, hours=-2)
    typed = {"text": "We meet\r\nat nine", "form_key": KEY}
    client.post(at("decision_add", meeting.pk), typed)
    client.post(at("decision_add", meeting.pk), typed)

    decision = Decision.objects.get()
    assert (decision.text, decision.written_by) == ("We meet\nat nine", held.person)

    assert "We meet<br>at nine" in client.get(at("decision_remove", decision.pk)).content.decode()
    assert Decision.objects.exists()

    response = client.post(at("decision_remove", decision.pk))

    assert response["Location"] == f"{meeting.get_absolute_url()}#decisions"
    assert not Decision.objects.exists()


@pytest.mark.parametrize(("text", "shown"), [("", ""), ("x" * 1001, "x" * 1001)])
def test_decision_with_an_error_stays_on_the_meetings_page(client, held, text, shown):
    meeting = meeting_in(held.circle, hours=-2)

    response = client.post(at("decision_add", meeting.pk), {"text": text})

    assert response.status_code == 422
    assert response.context["decision_form"]["text"].value() == shown
    assert list(response.context["decision_form"].errors) == ["text"]


def test_decision_before_the_meeting_is_refused_in_words(client, held):
    meeting = meeting_in(held.circle, hours=2)

    response = client.post(at("decision_add", meeting.pk), {"text": "We meet at nine"})

    assert response.context["decision_form"].errors["text"] == ["The meeting has not begun yet."]
