from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.contrib.messages import get_messages
from django.urls import reverse

from sessions_app.models import Attendance, Meeting
from tests.factories import (
    AttendanceFactory,
    CommitmentFactory,
    DecisionFactory,
    FacilitationFactory,
    MeetingFactory,
    MembershipFactory,
)

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 20, 10, 0, tzinfo=UTC)
KEY = "5f0c1a1e-3d5c-4c55-9f0e-6f1c2f1f9b10"
HTMX = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def held(client):
    """A facilitator, signed in, with a circle in Berlin."""
    held = FacilitationFactory(circle__time_zone="Europe/Berlin")
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


def said(response):
    return [str(message) for message in get_messages(response.wsgi_request)]


ASKED = {"day": "2026-05-14", "time": "15:00", "minutes": "90", "place": "Room 1"}


@pytest.mark.parametrize("count", [1, 4])
def test_meeting_page_queries_do_not_grow(client, held, count, django_assert_num_queries):
    meeting = meeting_in(held.circle, hours=-3)
    for _ in range(count):
        person = MembershipFactory(circle=held.circle).person
        AttendanceFactory(meeting=meeting, person=person, attended=True)
        DecisionFactory(meeting=meeting)
        CommitmentFactory(circle=held.circle, owner=person, meeting=meeting)

    # User, meeting, its seats, facilitators and answers, decisions, promises, circles held, one's
    # seat, roles; who has a role in it; topics, the charter, notes, own case notes, plus and delta,
    # corrections.
    with django_assert_num_queries(17):
        response = client.get(meeting.get_absolute_url())

    assert len(response.context["gathering"].there) == count
    assert len(response.context["decisions"]) == count
    assert len(response.context["promises"]) == count


def test_scheduling_answers_with_the_meeting_and_its_time_in_the_circles_zone(client, held):
    response = client.post(at("meeting_new", held.circle.pk), ASKED)

    meeting = Meeting.objects.get()
    assert response["Location"] == meeting.get_absolute_url()
    assert meeting.starts_at == datetime(2026, 5, 14, 13, 0, tzinfo=UTC)
    assert said(response) == ["Scheduled: Thursday 14 May, 15:00 in Europe/Berlin."]


def test_scheduling_says_when_a_time_comes_twice(client, held):
    asked = ASKED | {"day": "2026-10-25", "time": "02:30"}

    response = client.post(at("meeting_new", held.circle.pk), asked)

    assert said(response) == [
        "Scheduled: Sunday 25 October, 02:30 in Europe/Berlin. Clocks go back then and show 02:30 "
        "twice; the first one is meant."
    ]


@pytest.mark.parametrize(
    ("typed", "field", "error"),
    [
        (
            {"day": "2026-03-29", "time": "02:30"},
            "time",
            "02:30 does not exist on 29 March 2026 in Europe/Berlin, because clocks go forward "
            "then. Choose an earlier or a later time.",
        ),
        ({"day": "2026-03-19"}, "time", "That day has passed. Choose a later one."),
        ({"day": "31/02/2026"}, "day", "Enter a valid date."),
        ({"time": "25:00"}, "time", "Enter a valid time."),
        ({"minutes": "-5"}, "minutes", "Ensure this value is greater than or equal to 10."),
        ({"minutes": "ninety"}, "minutes", "Enter a whole number."),
        ({"title": "x" * 161}, "title", None),
        ({"place": "Room\x00"}, "place", "Null characters are not allowed."),
        ({"video_url": "javascript:alert(1)"}, "video_url", "Enter a valid URL."),
        ({"video_url": "ftp://example.test/a"}, "video_url", "Enter a valid URL."),
    ],
)
def test_what_was_typed_stays_in_the_form_with_the_error_at_its_field(
    client, held, typed, field, error
):
    response = client.post(at("meeting_new", held.circle.pk), ASKED | typed)

    form = response.context["form"]
    assert response.status_code == 422
    assert list(form.errors) == [field]
    assert error is None or form.errors[field] == [error]
    assert {name: form[name].value() for name in typed} == typed
    assert form["place"].value() == typed.get("place", "Room 1")
    assert not Meeting.objects.exists()


def test_link_without_a_scheme_is_completed(client, held):
    client.post(at("meeting_new", held.circle.pk), ASKED | {"video_url": "meet.example.test/1"})

    assert Meeting.objects.get().video_url == "https://meet.example.test/1"


@pytest.mark.parametrize("title", ["👩🏽‍🚀 Zoë’s “ask”", "שלום", "e\u0301te\u0301", "\u202eevil"])
def test_odd_letters_are_kept_as_typed(client, held, title):
    client.post(at("meeting_new", held.circle.pk), ASKED | {"title": title})

    assert Meeting.objects.get().title == title


def test_double_click_schedules_one_meeting(client, held):
    asked = ASKED | {"form_key": KEY}

    first = client.post(at("meeting_new", held.circle.pk), asked)
    second = client.post(at("meeting_new", held.circle.pk), asked)

    meeting = Meeting.objects.get()
    assert first["Location"] == second["Location"] == meeting.get_absolute_url()


def test_form_proposes_the_circles_rhythm(client, held):
    MeetingFactory(
        circle=held.circle,
        starts_at=datetime(2026, 3, 19, 14, 0, tzinfo=UTC),
        place="Room 1",
        time_zone="Europe/Berlin",
    )

    form = client.get(at("meeting_new", held.circle.pk)).context["form"]

    assert str(form["day"].value()) == "2026-04-16"
    assert str(form["time"].value()) == "15:00:00"
    assert (form["minutes"].value(), form["place"].value()) == (60, "Room 1")


def test_editing_shows_and_keeps_what_was_planned(client, held):
    client.post(at("meeting_new", held.circle.pk), ASKED)
    meeting = Meeting.objects.get()

    form = client.get(at("meeting_edit", meeting.pk)).context["form"]
    response = client.post(at("meeting_edit", meeting.pk), ASKED | {"time": "16:00"})

    assert str(form["time"].value()) == "15:00:00"
    assert said(response)[-1] == "Saved: Thursday 14 May, 16:00 in Europe/Berlin."
    meeting.refresh_from_db()
    assert meeting.starts_at == datetime(2026, 5, 14, 14, 0, tzinfo=UTC)


def test_editing_into_another_meeting_keeps_the_form(client, held):
    client.post(at("meeting_new", held.circle.pk), ASKED)
    client.post(at("meeting_new", held.circle.pk), ASKED | {"day": "2026-05-15"})
    meeting = Meeting.objects.first()

    response = client.post(at("meeting_edit", meeting.pk), ASKED | {"day": "2026-05-15"})

    assert response.status_code == 422
    assert response.context["form"].errors["time"] == [
        "The circle already meets on 15 May from 15:00 to 16:30. Choose another time."
    ]


def test_meeting_that_is_over_is_not_edited(client, held):
    meeting = meeting_in(held.circle, days=-1)

    response = client.get(at("meeting_edit", meeting.pk))

    assert response["Location"] == meeting.get_absolute_url()
    assert said(response) == ["This meeting is over or was cancelled; it can’t be changed."]


def test_cancelling_asks_first_and_can_be_undone(client, held):
    meeting = meeting_in(held.circle, days=2)

    asked = client.get(at("meeting_cancel", meeting.pk)).content.decode()
    meeting.refresh_from_db()
    assert "Call this meeting off?" in asked
    assert not meeting.is_cancelled

    client.post(at("meeting_cancel", meeting.pk))
    page = client.get(meeting.get_absolute_url()).content.decode()
    assert "This meeting was cancelled." in page
    assert at("meeting_restore", meeting.pk) in page

    client.post(at("meeting_restore", meeting.pk))
    meeting.refresh_from_db()
    assert meeting.state == Meeting.State.PLANNED


def test_cancelling_what_took_place_says_why_not(client, held):
    meeting = meeting_in(held.circle, days=-1)
    AttendanceFactory(meeting=meeting, attended=True)

    response = client.post(at("meeting_cancel", meeting.pk))

    assert said(response) == ["This meeting took place: attendance or a recap was recorded."]


def test_restoring_what_is_past_says_why_not(client, held):
    meeting = meeting_in(held.circle, days=-1)
    client.post(at("meeting_cancel", meeting.pk))

    response = client.post(at("meeting_restore", meeting.pk))

    assert said(response)[-1] == "Its time has passed. Schedule a new meeting instead."


def test_answering_leads_back_to_the_page_one_was_on(client, seat):
    meeting = meeting_in(seat.circle, days=2)

    from_home = client.post(at("rsvp", meeting.pk), {"coming": "yes", "next": "/"})
    from_nowhere = client.post(at("rsvp", meeting.pk), {"coming": "no"})

    assert from_home["Location"] == "/"
    assert from_nowhere["Location"] == f"{meeting.get_absolute_url()}#answer"
    assert Attendance.objects.get().rsvp == Attendance.Rsvp.NOT_GOING


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.test/", "//evil.test/", "javascript:alert(1)", r"/\evil.test"]
)
def test_answering_never_leads_to_another_host(client, seat, elsewhere):
    meeting = meeting_in(seat.circle, days=2)

    response = client.post(at("rsvp", meeting.pk), {"coming": "yes", "next": elsewhere})

    assert response["Location"] == f"{meeting.get_absolute_url()}#answer"


def test_answering_with_htmx_gets_the_fragment_and_the_message(client, seat):
    meeting = meeting_in(seat.circle, days=2)

    response = client.post(at("rsvp", meeting.pk), {"coming": "no"}, headers=HTMX)

    words = response.content.decode()
    assert response["Vary"].count("HX-Request") == 1
    assert words.count("<html") == 0
    assert words.count(f'id="answer-{meeting.pk}"') == 1
    assert 'hx-swap-oob="innerHTML"' in words
    assert "Your circle knows." in words
    assert "You can’t come" in words
    assert 'name="update"' in words


def test_update_is_shown_to_the_circle_and_kept_by_a_later_tap(client, seat):
    meeting = meeting_in(seat.circle, days=2)
    client.post(at("rsvp", meeting.pk), {"coming": "no", "update": "I kept\r\nmy promise"})
    client.post(at("rsvp", meeting.pk), {"coming": "no"})
    client.force_login(MembershipFactory(circle=seat.circle).person)

    words = client.get(meeting.get_absolute_url()).content.decode()

    assert "I kept<br>my promise" in words


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_update_that_is_too_long_stays_in_its_field(client, seat, headers):
    meeting = meeting_in(seat.circle, days=2)
    typed = {"coming": "no", "update": "x" * 501}

    response = client.post(at("rsvp", meeting.pk), typed, headers=headers)

    assert response.status_code == 422
    assert "x" * 501 in response.content.decode()
    assert "it has 501" in response.content.decode()
    assert not Attendance.objects.exists()


def test_answering_too_late_says_so(client, seat):
    meeting = meeting_in(seat.circle, hours=-2)

    response = client.post(at("rsvp", meeting.pk), {"coming": "yes"})

    assert said(response) == ["This meeting is over, so the answer cannot be changed any more."]


def test_times_are_shown_in_both_zones_when_they_differ(client, held):
    held.person.time_zone = "America/New_York"
    held.person.save()
    client.post(at("meeting_new", held.circle.pk), ASKED)

    words = client.get(Meeting.objects.get().get_absolute_url()).content.decode()

    assert ">09:00 to 10:30</time> your time" in words
    assert "In the circle’s zone (Europe/Berlin): Thu 14 May, 15:00 to 16:30" in words


def test_times_are_shown_once_when_the_zones_agree(client, held):
    held.person.time_zone = "Europe/Madrid"
    held.person.save()
    client.post(at("meeting_new", held.circle.pk), ASKED)

    words = client.get(Meeting.objects.get().get_absolute_url()).content.decode()

    assert ">15:00 to 16:30</time> your time" in words
    assert "In the circle’s zone" not in words
