from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.urls import reverse

from tests.factories import (
    AttendanceFactory,
    CheckInFactory,
    CommitmentFactory,
    DecisionFactory,
    FacilitationFactory,
    GoalFactory,
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
def seat(client):
    seat = MembershipFactory()
    client.force_login(seat.person)
    return seat


def page_of(client, circle, **query):
    return client.get(circle.get_absolute_url(), query)


@pytest.mark.parametrize("count", [1, 4])
def test_circle_page_queries_do_not_grow(client, seat, count, django_assert_num_queries):
    for number in range(1, count + 1):
        peer = MembershipFactory(circle=seat.circle).person
        coming = MeetingFactory(circle=seat.circle, starts_at=NOW + timedelta(days=number))
        AttendanceFactory(meeting=coming, person=peer)
        past = MeetingFactory(circle=seat.circle, starts_at=NOW - timedelta(days=number))
        DecisionFactory(meeting=past)
        CommitmentFactory(circle=seat.circle, owner=peer)
        CheckInFactory(goal=GoalFactory(circle=seat.circle, owner=peer))

    # User, roles, circle, its facilitators, its seats and themes; circles held, and one's seat,
    # asked for the roster, the content and the promise; circles hosted alone; meetings to come,
    # promises, goals; past meetings counted, read, and their decisions; one's leave, who is away,
    # what to vote on, emergency access; one's seat asked for the charter, and it; where the circle
    # came from, and what belongs to it; topics, the seat that brings one; of the buddies the last
    # and the next meeting, how many there were, who was seated then and who is now; the search for
    # a time; milestones of the programme.
    with django_assert_num_queries(34):
        response = page_of(client, seat.circle)

    assert len(response.context["later_meetings"]) == count - 1
    assert len(response.context["past"]) == count
    assert len(response.context["promises"]) == count
    assert len(response.context["goals"]) == count


def test_newcomer_sees_nothing_from_before_they_joined(client):
    seat = MembershipFactory(joined_on=date(2026, 5, 10))
    client.force_login(seat.person)
    before = MeetingFactory(circle=seat.circle, starts_at=NOW - timedelta(days=3))
    since = MeetingFactory(circle=seat.circle, starts_at=NOW - timedelta(days=2))
    DecisionFactory(meeting=before, text="Unspeakable")
    CommitmentFactory(circle=seat.circle, promised_on=date(2026, 5, 9), promise="Unspeakable")

    response = page_of(client, seat.circle)

    assert list(response.context["past"]) == [since]
    assert response.context["promises"] == []
    assert "Unspeakable" not in response.content.decode()


def test_draft_of_a_recap_is_not_on_the_circles_page(client, seat):
    MeetingFactory(circle=seat.circle, starts_at=NOW - timedelta(days=2), recap="Half a thought")

    words = page_of(client, seat.circle).content.decode()

    assert "Half a thought" not in words
    assert "No recap yet." in words


def test_past_meetings_come_five_at_a_time(client, seat):
    meetings = [
        MeetingFactory(circle=seat.circle, starts_at=NOW - timedelta(days=days))
        for days in range(1, 8)
    ]

    first, second = page_of(client, seat.circle), page_of(client, seat.circle, page=2)

    assert list(first.context["past"]) == meetings[:5]
    assert list(second.context["past"]) == meetings[5:]


@pytest.mark.parametrize(("factory", "seen"), [(FacilitationFactory, 1), (MembershipFactory, 0)])
def test_only_facilitators_are_offered_to_schedule(client, factory, seen):
    belongs = factory()
    FacilitationFactory(circle=belongs.circle)
    client.force_login(belongs.person)
    link = f'href="{reverse("meetings:meeting_new", args=[belongs.circle.pk])}"'

    assert page_of(client, belongs.circle).content.decode().count(link) == seen


def test_only_the_owner_of_a_stale_goal_is_asked_what_would_help(client, seat):
    mine = GoalFactory(owner=seat.person, circle=seat.circle, title="Mine")
    assert mine.is_stale
    assert "what would help?" in page_of(client, seat.circle).content.decode()

    client.force_login(MembershipFactory(circle=seat.circle).person)

    words = page_of(client, seat.circle).content.decode()
    assert "Mine" in words
    assert "what would help?" not in words


def test_ring_says_when_the_circle_meets_next(client, seat):
    MeetingFactory(circle=seat.circle, starts_at=NOW + timedelta(days=2))

    response = page_of(client, seat.circle)

    assert response.context["centre"] == "Thu 14 May"


def test_stranger_sees_one_button_and_no_content(client):
    circle = MembershipFactory().circle
    client.force_login(PersonFactory())

    response = page_of(client, circle)

    assert "reads_content" not in response.context
    assert f'action="{reverse("circles:join", args=[circle.pk])}"' in response.content.decode()
