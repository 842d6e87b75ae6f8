"""Whoever has goals that rest is asked how it goes: rarely, and not for ever."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.core import mail
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st

from circles.models import Circle, Leave, Pause
from notifications import planner
from notifications.models import Reminder
from sessions_app import actions
from sessions_app.check_in_rhythm import APART, FIRST, TIMES, Round, rounds
from sessions_app.models import Goal
from sessions_app.reminders.about import PERSON
from sessions_app.reminders.goal_check_in import GOAL_CHECK_IN, wanted
from tests.factories import CheckInFactory, GoalFactory, MembershipFactory, PersonFactory
from tests.notifications.sending import send

NOW = datetime(2026, 5, 12, 10, 0, tzinfo=UTC)
TODAY = NOW.date()
DAYS = st.dates(date(2026, 1, 1), date(2026, 3, 31))


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


@pytest.fixture
def person(db):
    return PersonFactory(time_zone="America/New_York")


def day(number):
    return TODAY + timedelta(days=number)


def owed(person):
    rows = Reminder.objects.filter(kind=GOAL_CHECK_IN, recipient=person, state="planned")
    return [due_at.astimezone(person.zone).replace(tzinfo=None) for due_at in _moments(rows)]


def _moments(rows):
    return rows.order_by("due_at").values_list("due_at", flat=True)


def nine(number):
    return datetime.combine(day(number), datetime.min.time()) + timedelta(hours=9)


def test_a_goal_is_asked_about_after_three_weeks_and_once_more():
    assert rounds({1: day(0)}) == [Round(day(22), (1,)), Round(day(43), (1,))]


def test_two_letters_to_one_person_lie_two_weeks_apart():
    assert rounds({1: day(0), 2: day(5)}) == [
        Round(day(22), (1,)),
        Round(day(36), (1, 2)),
        Round(day(57), (2,)),
    ]


def test_letters_that_went_out_count():
    assert rounds({1: day(0)}, [day(22)]) == [Round(day(43), (1,))]
    assert rounds({1: day(0)}, [day(22), day(43)]) == []
    assert rounds({1: day(-12)}, [day(5)]) == [Round(day(19), (1,)), Round(day(40), (1,))]
    assert rounds({}) == []


@settings(max_examples=30)
@given(st.dictionaries(st.integers(0, 9), DAYS, max_size=5), st.lists(DAYS, max_size=2))
def test_nobody_is_pestered(since, told):
    found = rounds(since, told)

    days = [each.day for each in found]
    last = [max(told)] if told else []
    assert all(b - a >= APART for a, b in zip([*last, *days], days, strict=False) if a != b)
    assert len(set(days)) == len(days)
    for goal, quiet in since.items():
        asked = [each.day for each in found if goal in each.goals]
        before = [each for each in told if each >= quiet + FIRST]
        assert len(before) + len(asked) == max(TIMES, len(before))
        assert all(each >= quiet + FIRST for each in asked)


@settings(max_examples=30)
@given(st.dictionaries(st.integers(0, 9), DAYS, min_size=1, max_size=5))
def test_sending_the_first_letter_leaves_the_others_where_they_are(since):
    first, *others = rounds(since)

    assert rounds(since, [first.day]) == others


@pytest.mark.django_db
@pytest.mark.parametrize("count", [1, 4])
def test_what_is_wanted_takes_a_constant_number_of_queries(count, django_assert_num_queries):
    seats = [MembershipFactory() for _ in range(count)]
    for seat in seats:
        GoalFactory(owner=seat.person, circle=seat.circle, started_on=TODAY)

    # Who is on leave, goals, leaves and pauses that ended, letters sent.
    with django_assert_num_queries(5):
        found = list(wanted([seat.person_id for seat in seats]))

    assert len(found) == 2 * count


def test_setting_a_goal_plans_at_nine_where_its_owner_is_and_moving_it_moves_that(person, clock):
    goal = actions.set_goal(person, title="Run a planning round alone")
    at_first = owed(person)
    clock.move_to(NOW + timedelta(days=10))

    actions.check_in(goal, percent=40, confidence=3)

    assert at_first == [nine(22), nine(43)]
    assert owed(person) == [nine(32), nine(53)]


@pytest.mark.parametrize(
    ("settle", "take_up"),
    [(actions.reach_goal, actions.reopen_goal), (actions.let_go_goal, actions.reopen_goal)],
)
def test_a_settled_goal_is_not_asked_about(person, settle, take_up):
    goal = actions.set_goal(person, title="Run a planning round alone")

    settle(goal)
    settled = owed(person)
    take_up(goal)

    assert settled == []
    assert owed(person) == [nine(22), nine(43)]


def test_taking_a_check_in_back_rests_the_goal_since_it_moved_before(person):
    goal = GoalFactory(owner=person, started_on=day(-40), last_moved_on=day(-20))
    CheckInFactory(goal=goal, on=day(-20))
    actions.check_in(goal, percent=50, confidence=3)

    actions.take_back_check_in(goal)

    goal.refresh_from_db()
    assert goal.last_moved_on == day(-20)
    assert owed(person) == [nine(2), nine(23)]
    with pytest.raises(actions.CannotCheckIn, match="Only a check-in of today"):
        actions.take_back_check_in(goal)


@pytest.fixture
def shared(person):
    seat = MembershipFactory(person=person, circle__stage=Circle.Stage.ACTIVE)
    GoalFactory(owner=person, circle=seat.circle, started_on=TODAY)
    planner.keep(PERSON, [person.pk])
    return seat


def test_a_paused_circle_asks_nobody_and_its_goals_rest_anew_afterwards(person, shared):
    circle = shared.circle
    Circle.objects.update(stage=Circle.Stage.PAUSED)
    pause = Pause.objects.create(circle=circle, began_on=TODAY)
    planner.keep("circle", [circle.pk])
    paused = owed(person)
    Circle.objects.update(stage=Circle.Stage.ACTIVE)
    pause.ended_on = day(30)
    pause.save()

    planner.keep("circle", [circle.pk])

    assert paused == []
    assert owed(person) == [nine(52), nine(73)]


def test_who_is_on_leave_is_not_asked_and_has_time_after_it(person, shared):
    GoalFactory(owner=person, started_on=TODAY)
    leave = Leave.objects.create(membership=shared, began_on=TODAY, back_by=day(30))
    planner.keep("circle", [shared.circle_id])
    away = owed(person)
    leave.ended_on = day(30)
    leave.save()

    planner.keep("circle", [shared.circle_id])

    assert away == []
    assert owed(person) == [nine(52), nine(73)]


def test_the_letter_names_ones_goals_that_rest_and_stops_after_two(person, clock):
    GoalFactory(owner=person, title="Alone", started_on=TODAY)
    GoalFactory(owner=person, title="Later", started_on=day(15))
    GoalFactory(owner=person, title="Reached", started_on=TODAY, state=Goal.State.REACHED)
    GoalFactory(title="Of somebody else", started_on=TODAY)
    planner.keep(PERSON, [person.pk])

    for number in (21, 22, 36, 43, 57, 80, 120):
        clock.move_to(NOW + timedelta(days=number, hours=6))
        send()
        planner.keep(PERSON, [person.pk])

    assert [message.subject for message in mail.outbox] == [
        "How is it going with a goal of yours?",
        "How is it going with two goals of yours?",
        "How is it going with a goal of yours?",
    ]
    assert "- Later\n- Alone\n" in mail.outbox[1].body
    assert "Reached" not in mail.outbox[1].body
    assert f"{reverse('meetings:goals')}?show=asked" in mail.outbox[0].body


def test_a_letter_is_not_sent_once_the_goal_moved(person, clock):
    goal = GoalFactory(owner=person, started_on=TODAY)
    planner.keep(PERSON, [person.pk])
    Goal.objects.filter(pk=goal.pk).update(last_moved_on=day(20))
    clock.move_to(NOW + timedelta(days=22, hours=6))

    send()

    assert mail.outbox == []
    first = Reminder.objects.earliest("due_at")
    assert first.problem == "Their goals moved since, or they or the circle are away."


def test_one_tap_checks_in_and_can_be_taken_back(client, person):
    goal = GoalFactory(owner=person, started_on=day(-60), last_moved_on=day(-30))
    CheckInFactory(goal=goal, on=day(-30), percent=0, confidence=4)
    client.force_login(person)
    asked = f"{reverse('meetings:goals')}?show=asked"
    page = client.get(asked)
    typed = {"percent": 10, "confidence": 4, "next": asked}

    client.post(reverse("meetings:check_in", args=[goal.pk]), typed)
    after = client.get(asked).content.decode()
    response = client.post(reverse("meetings:check_in_undo", args=[goal.pk]), {"next": asked})

    assert page.context["rows"] == [(goal, [(0, "Still at 0 %"), (10, "Now at 10 %")])]
    assert 'name="percent" value="0"' in page.content.decode()
    assert "Take today’s check-in back" in after
    assert response.url == asked
    goal.refresh_from_db()
    assert goal.last_moved_on == day(-30)
