from datetime import UTC, date, datetime, timedelta
from threading import Barrier, Thread

import pytest
import time_machine
from django.db import connection

from sessions_app.actions import (
    CannotCheckIn,
    CannotShareGoal,
    change_goal,
    check_in,
    let_go_goal,
    reach_goal,
    reopen_goal,
    set_goal,
)
from sessions_app.models import CheckIn, Goal
from tests.factories import (
    CircleFactory,
    FacilitationFactory,
    GoalFactory,
    MembershipFactory,
    PersonFactory,
)

pytestmark = pytest.mark.django_db

LATE = datetime(2026, 5, 12, 22, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(LATE, tick=False):
        yield


def test_goal_begins_on_its_owners_day_and_is_theirs_alone():
    owner = PersonFactory(time_zone="Europe/Berlin")

    goal = set_goal(owner, title="Run a round alone", why="To grow", target_on=date(2026, 9, 1))

    goal.refresh_from_db()
    assert goal.started_on == date(2026, 5, 13)
    assert (goal.title, goal.why, goal.target_on) == (
        "Run a round alone",
        "To grow",
        date(2026, 9, 1),
    )
    assert (goal.circle, goal.shared_at, goal.state) == (None, None, Goal.State.ACTIVE)


def test_goal_is_shared_with_a_circle_from_that_moment():
    seat = MembershipFactory()

    goal = set_goal(seat.person, title="Run a round alone", circle=seat.circle)

    assert (goal.circle, goal.shared_at) == (seat.circle, LATE)


@pytest.mark.parametrize(
    "outsider",
    [
        lambda circle: PersonFactory(),
        lambda circle: MembershipFactory(circle=circle, left_on=LATE.date()).person,
        lambda circle: FacilitationFactory(circle=circle).person,
    ],
    ids=["stranger", "left", "facilitator"],
)
def test_goal_is_shared_only_where_its_owner_has_a_seat(outsider):
    circle = CircleFactory()

    with pytest.raises(CannotShareGoal):
        set_goal(outsider(circle), title="Run a round alone", circle=circle)

    assert not Goal.objects.exists()


def test_goal_is_reworded_and_kept_to_oneself_again():
    seat = MembershipFactory()
    goal = set_goal(seat.person, title="Before", circle=seat.circle)

    change_goal(goal, title="After", why="Because", target_on=date(2026, 9, 1), circle=None)

    goal.refresh_from_db()
    assert (goal.title, goal.why, goal.target_on) == ("After", "Because", date(2026, 9, 1))
    assert (goal.circle, goal.shared_at) == (None, None)


def test_rewording_a_shared_goal_does_not_share_it_anew():
    seat = MembershipFactory()
    goal = GoalFactory(owner=seat.person, circle=seat.circle, shared_at=None)

    changed = change_goal(goal, title="After", circle=seat.circle)

    assert changed.shared_at is None


def test_goal_stays_with_a_circle_one_has_left_until_one_changes_that():
    seat = MembershipFactory(left_on=LATE.date())
    goal = GoalFactory(owner=seat.person, circle=seat.circle)

    assert change_goal(goal, title="After", circle=seat.circle).circle == seat.circle


def test_check_in_records_the_owners_day():
    goal = GoalFactory(owner__time_zone="Europe/Berlin")

    first = check_in(goal, percent=40, confidence=4, note="Asked Dana")
    second = check_in(goal, percent=45, confidence=3)

    goal.refresh_from_db()
    assert goal.last_moved_on == first.on == second.on == date(2026, 5, 13)
    assert (first.percent, first.confidence, first.note) == (40, 4, "Asked Dana")
    assert list(goal.check_ins.all()) == [second, first]


def test_check_in_never_moves_the_last_day_back():
    goal = GoalFactory(last_moved_on=date(2026, 5, 20))

    check_in(goal, percent=40, confidence=4)

    goal.refresh_from_db()
    assert goal.last_moved_on == date(2026, 5, 20)


def test_goal_that_is_no_longer_active_takes_no_check_in():
    goal = GoalFactory(state=Goal.State.REACHED)

    with pytest.raises(CannotCheckIn):
        check_in(goal, percent=40, confidence=4)

    assert not CheckIn.objects.exists()


@pytest.mark.parametrize(
    ("turn", "before", "after", "changes"),
    [
        (reach_goal, "active", "reached", True),
        (reach_goal, "reached", "reached", False),
        (reach_goal, "dropped", "dropped", False),
        (let_go_goal, "active", "dropped", True),
        (let_go_goal, "dropped", "dropped", False),
        (let_go_goal, "reached", "reached", False),
        (reopen_goal, "reached", "active", True),
        (reopen_goal, "dropped", "active", True),
        (reopen_goal, "active", "active", False),
    ],
)
def test_goal_turns_from_one_state_to_another(turn, before, after, changes):
    goal = GoalFactory(state=before)

    assert turn(goal) == changes
    goal.refresh_from_db()
    assert goal.state == after


@pytest.mark.django_db(transaction=True)
def test_check_ins_made_at_once_are_all_kept():
    goal = GoalFactory()
    start = Barrier(3)

    def run(percent):
        start.wait()
        try:
            check_in(goal, percent=percent, confidence=3)
        finally:
            connection.close()

    threads = [Thread(target=run, args=[percent]) for percent in (10, 20, 30)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    goal.refresh_from_db()
    assert sorted(goal.check_ins.values_list("percent", flat=True)) == [10, 20, 30]
    assert goal.last_moved_on == LATE.date()
    assert goal.started_on < goal.last_moved_on + timedelta(days=1)
