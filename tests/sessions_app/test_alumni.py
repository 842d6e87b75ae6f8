"""What is left of a circle to those who stayed until it closed, or moved on in a split."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.urls import reverse

from circles.actions.splits import Division, split_circle
from circles.models import ClosingWord
from sessions_app.actions import CannotSchedule, restore_meeting, schedule_meeting
from sessions_app.models import Attendance, CheckIn, Commitment, Decision, Goal, Meeting
from tests.factories import (
    AttendanceFactory,
    CheckInFactory,
    CircleFactory,
    ClosingWordFactory,
    CommitmentFactory,
    DecisionFactory,
    FacilitationFactory,
    GoalFactory,
    MeetingFactory,
    MembershipFactory,
    PersonFactory,
)

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 5, 20, 10, 0, tzinfo=UTC)
LAST_DAY = date(2026, 5, 12)
JOINED = date(2026, 5, 1)
KINDS = (Meeting, Attendance, Decision, Commitment, CheckIn, Goal, ClosingWord)
KEPT = {"Meeting", "Attendance", "Decision", "Commitment", "ClosingWord"}


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


def one_of_each(circle, day):
    """One thing of every kind, all of that day, by someone whose seat ended with the circle."""
    seat = {"joined_on": date(2020, 1, 1), "left_on": LAST_DAY, "stayed_to_end": True}
    owner = MembershipFactory(circle=circle, **seat).person
    starts = datetime(day.year, day.month, day.day, 15, 0, tzinfo=UTC)
    meeting = MeetingFactory(circle=circle, starts_at=starts)
    AttendanceFactory(meeting=meeting, person=owner)
    DecisionFactory(meeting=meeting)
    CommitmentFactory(circle=circle, owner=owner, promised_on=day)
    CheckInFactory(goal=GoalFactory(owner=owner, circle=circle), on=day)
    ClosingWordFactory(circle=circle, person=owner, written_on=day)


def alumnus_of(circle, **fields):
    seat = {"joined_on": JOINED, "left_on": LAST_DAY, "stayed_to_end": True}
    return MembershipFactory(circle=circle, **seat | fields).person


def reads(person):
    return {kind.__name__ for kind in KINDS if kind.objects.visible_to(person).exists()}


@pytest.mark.parametrize(
    ("day", "seen"),
    [
        (JOINED - timedelta(days=1), set()),
        (JOINED, KEPT),
        (LAST_DAY, KEPT),
        (LAST_DAY + timedelta(days=1), set()),
    ],
)
def test_alumnus_keeps_each_kind_from_joining_until_the_last_day(day, seen):
    circle = CircleFactory(stage="closed", ended_on=LAST_DAY)
    one_of_each(circle, day)

    assert reads(alumnus_of(circle)) == seen
    assert reads(alumnus_of(circle, stayed_to_end=False)) == set()


def test_page_of_a_closed_circle_looks_back_and_asks_for_nothing(client):
    circle = CircleFactory(stage="closed", ended_on=LAST_DAY)
    one_of_each(circle, LAST_DAY)
    before = MeetingFactory(circle=circle, starts_at=datetime(2026, 4, 1, tzinfo=UTC))
    client.force_login(alumnus_of(circle))

    response = client.get(circle.get_absolute_url())

    words = response.content.decode()
    assert before not in response.context["past"]
    assert len(response.context["past"]) == 1
    assert [word.takeaway for word in response.context["closing_words"]] == ["I ask sooner"]
    assert "You stayed until this circle closed" in words
    refused = ("Set a goal", "Promise something", "No meeting is planned", "Are you coming")
    assert [said for said in refused if said in words] == []


def test_page_of_a_closed_circle_keeps_everything_from_others(client):
    circle = CircleFactory(stage="closed", ended_on=LAST_DAY)
    one_of_each(circle, LAST_DAY)
    client.force_login(PersonFactory())

    response = client.get(circle.get_absolute_url())

    assert ("past" in response.context, response.context["closing_words"]) == (False, [])


def test_alumnus_opens_a_meeting_and_cannot_answer_it(client):
    circle = CircleFactory(stage="closed", ended_on=LAST_DAY)
    meeting = MeetingFactory(circle=circle, starts_at=datetime(2026, 5, 12, 15, 0, tzinfo=UTC))
    client.force_login(alumnus_of(circle))

    page = client.get(meeting.get_absolute_url())
    answer = client.post(reverse("meetings:rsvp", args=[meeting.pk]), {"coming": "on"})
    promise = client.post(reverse("meetings:promise_new"), {"circle": circle.pk, "promise": "x"})

    assert (page.status_code, answer.status_code) == (200, 403)
    assert (promise.status_code, Commitment.objects.count()) == (422, 0)


def test_meeting_later_on_the_last_day_is_not_an_alumnus_next_meeting(client):
    circle = CircleFactory(stage="active")
    MeetingFactory(circle=circle, starts_at=NOW + timedelta(hours=3))
    client.force_login(alumnus_of(circle, left_on=NOW.date()))

    assert client.get(reverse("meetings:home")).context["next_meeting"] is None
    assert client.get(circle.get_absolute_url()).context["next_meeting"] is None


def test_who_moved_in_a_split_keeps_what_was_and_reads_nothing_later():
    circle = CircleFactory(stage="active")
    seats = MembershipFactory.create_batch(6, circle=circle)
    MeetingFactory(circle=circle, starts_at=NOW - timedelta(days=3))
    division = Division(moving=[seat.pk for seat in seats[:3]])
    new = split_circle(circle, name="Larks", division=division, by=PersonFactory())
    MeetingFactory(circle=circle, starts_at=NOW + timedelta(days=3))
    MeetingFactory(circle=new, starts_at=NOW + timedelta(days=3))
    MeetingFactory(circle=new, starts_at=NOW - timedelta(days=1))

    moved, stayed = (
        [
            (meeting.circle.name == "Larks", meeting.starts_at > NOW)
            for meeting in Meeting.objects.visible_to(seat.person)
        ]
        for seat in (seats[0], seats[5])
    )

    assert (moved, stayed) == ([(False, False), (True, True)], [(False, False), (False, True)])


def test_split_page_names_both_circles_to_those_who_may_know(client):
    circle = CircleFactory(stage="active", visibility="hidden", name="Owls")
    seats = MembershipFactory.create_batch(6, circle=circle)
    division = Division(moving=[seat.pk for seat in seats[:3]])
    new = split_circle(circle, name="Larks", division=division, by=PersonFactory())

    pages = {}
    for name, seat, each in (
        ("moved", seats[0], new),
        ("old", seats[0], circle),
        ("stayed", seats[5], circle),
    ):
        client.force_login(seat.person)
        pages[name] = client.get(each.get_absolute_url())

    lines = {
        name: [(words, str(other)) for words, other, _ in page.context["came_from"]]
        for name, page in pages.items()
    }
    assert lines == {
        "moved": [("Grew out of", "Owls")],
        "old": [("Became two circles, this one and", "Larks")],
        "stayed": [],  # the new one is hidden, and they have no seat in it
    }
    assert "You went on in another circle." in pages["old"].content.decode()


def test_circles_one_was_in_stand_on_the_list_of_circles(client):
    circle = CircleFactory(stage="closed", ended_on=LAST_DAY, visibility="hidden")
    client.force_login(alumnus_of(circle))

    page = client.get(reverse("circles:list"))
    client.force_login(PersonFactory())
    other = client.get(reverse("circles:list"))

    assert (page.context["left_circles"], other.context["left_circles"]) == ([circle], [])
    assert "Circles you were in" in page.content.decode()


def test_paused_circle_plans_nothing_and_says_what_still_stands(client):
    circle = CircleFactory(stage="paused")
    held = FacilitationFactory(circle=circle)
    meeting = MeetingFactory(circle=circle, starts_at=NOW + timedelta(days=2))
    cancelled = MeetingFactory(
        circle=circle, starts_at=NOW + timedelta(days=9), state=Meeting.State.CANCELLED
    )
    client.force_login(held.person)

    with pytest.raises(CannotSchedule, match="This circle pauses"):
        schedule_meeting(circle, by=held.person, starts=datetime(2026, 6, 1, 9, 0), minutes=60)
    with pytest.raises(CannotSchedule, match="This circle pauses"):
        restore_meeting(cancelled)
    page = client.get(circle.get_absolute_url())

    assert page.context["next_meeting"] == meeting
    assert "A meeting still stands on" in page.content.decode()
    assert "Schedule a meeting" not in page.content.decode()
