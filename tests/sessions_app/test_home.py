from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.urls import reverse

from sessions_app.models import Attendance, Commitment, Meeting
from tests.factories import (
    AttendanceFactory,
    CheckInFactory,
    CommitmentFactory,
    FacilitationFactory,
    GoalFactory,
    MeetingFactory,
    MembershipFactory,
    PersonFactory,
)

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 5, 12, 10, 0, tzinfo=UTC)
HOME = reverse("meetings:home")


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


def meeting_in(circle, **ahead):
    return MeetingFactory(circle=circle, starts_at=NOW + timedelta(**ahead))


@pytest.fixture
def seat(client):
    seat = MembershipFactory()
    client.force_login(seat.person)
    return seat


@pytest.mark.parametrize("count", [1, 4])
def test_home_queries_do_not_grow(client, count, django_assert_num_queries):
    person = PersonFactory()
    for _ in range(count):
        circle = MembershipFactory(person=person).circle
        meeting = meeting_in(circle, days=1)
        AttendanceFactory(meeting=meeting, person=MembershipFactory(circle=circle).person)
        held = FacilitationFactory(person=person)
        meeting_in(held.circle, days=-1)
        CommitmentFactory(owner=person, circle=circle)
        CheckInFactory(goal=GoalFactory(owner=person, circle=circle))
    client.force_login(person)

    # User, next meeting, a seat, circles held, unanswered meetings, recaps owed, promises, goals,
    # roles; offers to answer, applications to vote on and to decide; charters to sign, circles
    # hosted alone, which of one's circles form; votes, closing words, decisions, requests to merge;
    # how it goes; questions to swap a role, meetings missed, searches for a time; one's programmes
    # and their milestones.
    with django_assert_num_queries(25):
        response = client.get(HOME)

    assert len(response.context["promises"]) == count
    assert len(response.context["recaps_owed"]) == count
    assert len(response.context["goals"]) == min(count, 3)
    assert len(response.context["unanswered"]) == count - 1


@pytest.mark.parametrize(
    ("zone", "greeting"),
    [("UTC", "Good morning"), ("Asia/Kolkata", "Good afternoon"), ("Asia/Tokyo", "Good evening")],
)
def test_home_greets_by_the_persons_own_clock(client, zone, greeting):
    client.force_login(PersonFactory(name="Ama Mensah", time_zone=zone))

    response = client.get(HOME)

    assert f"<h1>{greeting}, Ama</h1>" in response.content.decode()


def test_home_of_somebody_without_a_circle_leads_to_circles(client):
    client.force_login(PersonFactory())

    words = client.get(HOME).content.decode()

    assert "You are not in a circle yet" in words
    assert f'href="{reverse("circles:list")}"' in words
    assert "You promised" not in words


def test_home_of_a_member_without_a_meeting_leads_to_the_circle(client, seat):
    words = client.get(HOME).content.decode()

    assert "No meeting is planned yet" in words
    assert f'href="{seat.circle.get_absolute_url()}"' in words


def test_home_of_a_facilitator_without_a_meeting_leads_to_the_hub(client):
    client.force_login(FacilitationFactory().person)

    words = client.get(HOME).content.decode()

    assert "None of the circles you facilitate has one." in words
    assert f'href="{reverse("facilitation:hub")}"' in words


def test_home_shows_the_next_meeting_first_and_asks_about_the_others(client, seat):
    second = MembershipFactory(person=seat.person).circle
    later = meeting_in(seat.circle, days=6)
    meeting_in(seat.circle, days=8)  # it is asked about next week
    following = meeting_in(second, days=2)
    answered = meeting_in(second, days=9)
    AttendanceFactory(meeting=answered, person=seat.person, rsvp=Attendance.Rsvp.GOING)
    MeetingFactory(
        circle=seat.circle, starts_at=NOW + timedelta(days=1), state=Meeting.State.CANCELLED
    )
    meeting_in(MembershipFactory().circle, days=1)
    meeting_in(FacilitationFactory(person=seat.person).circle, days=5)

    response = client.get(HOME)

    assert response.context["next_meeting"] == following
    assert response.context["unanswered"] == [later]


def test_home_asks_for_recaps_only_of_those_who_write_them(client, seat):
    owed = meeting_in(seat.circle, days=-1)
    assert client.get(HOME).context["recaps_owed"] == []

    held = FacilitationFactory(circle=seat.circle)
    client.force_login(held.person)

    response = client.get(HOME)

    assert response.context["recaps_owed"] == [owed]
    assert f'href="{reverse("meetings:recap", args=[owed.pk])}"' in response.content.decode()


def test_home_shows_open_promises_and_those_just_settled(client, seat):
    open_one = CommitmentFactory(owner=seat.person, circle=seat.circle)
    just_kept = CommitmentFactory(
        owner=seat.person,
        circle=seat.circle,
        state=Commitment.State.DONE,
        settled_at=NOW - timedelta(days=1),
    )
    CommitmentFactory(circle=seat.circle)

    assert client.get(HOME).context["promises"] == [open_one, just_kept]


def test_call_can_be_joined_from_a_quarter_of_an_hour_before(client, seat):
    meeting = MeetingFactory(
        circle=seat.circle,
        starts_at=NOW + timedelta(minutes=16),
        video_url="https://meet.example.test/1",
    )
    assert meeting.video_url not in client.get(HOME).content.decode()

    with time_machine.travel(NOW + timedelta(minutes=1), tick=False):
        words = client.get(HOME).content.decode()

    assert f'href="{meeting.video_url}"' in words


def test_home_shows_the_latest_progress_of_active_goals(client, seat):
    goal = GoalFactory(owner=seat.person, last_moved_on=date(2026, 5, 10))
    CheckInFactory(goal=goal, on=date(2026, 5, 1), percent=20)
    CheckInFactory(goal=goal, on=date(2026, 5, 10), percent=35)
    GoalFactory(owner=seat.person, state="reached")

    goals = client.get(HOME).context["goals"]

    assert [(found, found.progress) for found, _ in goals] == [(goal, [35, 20])]
    assert goals[0][1].initial == {"percent": 35}
