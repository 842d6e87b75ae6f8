from datetime import UTC, date, datetime

import pytest
import time_machine
from django.db import IntegrityError

from sessions_app.actions import (
    CannotCarry,
    CannotPromise,
    carry,
    drop,
    keep,
    keep_partly,
    promise,
    undo,
)
from sessions_app.models import Commitment
from tests.factories import (
    CircleFactory,
    CommitmentFactory,
    FacilitationFactory,
    MeetingFactory,
    MembershipFactory,
    PersonFactory,
)

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 5, 12, 22, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


def test_promise_is_made_on_the_circles_day():
    seat = MembershipFactory(circle__time_zone="Europe/Berlin")
    meeting = MeetingFactory(circle=seat.circle)

    made = promise(
        seat.circle,
        owner=seat.person,
        text="Ask Dana",
        due_on=date(2026, 5, 20),
        meeting=meeting,
    )

    made.refresh_from_db()
    assert (made.circle, made.owner, made.meeting) == (seat.circle, seat.person, meeting)
    assert (made.promise, made.due_on) == ("Ask Dana", date(2026, 5, 20))
    assert made.promised_on == date(2026, 5, 13)
    assert made.state == Commitment.State.OPEN


@pytest.mark.parametrize(
    "outsider",
    [
        lambda circle: PersonFactory(),
        lambda circle: MembershipFactory(circle=circle, left_on=NOW.date()).person,
        lambda circle: FacilitationFactory(circle=circle).person,
    ],
    ids=["stranger", "left", "facilitator"],
)
def test_only_people_with_a_seat_promise(outsider):
    circle = CircleFactory()

    with pytest.raises(CannotPromise, match="a seat"):
        promise(circle, owner=outsider(circle), text="Ask Dana")

    assert not Commitment.objects.exists()


def test_promise_belongs_to_a_meeting_of_its_own_circle():
    seat = MembershipFactory()

    with pytest.raises(CannotPromise, match="another circle"):
        promise(seat.circle, owner=seat.person, text="Ask Dana", meeting=MeetingFactory())

    assert not Commitment.objects.exists()


@pytest.mark.parametrize(
    ("settle", "state", "reason"),
    [
        (keep, Commitment.State.DONE, ""),
        (keep_partly, Commitment.State.PARTLY, ""),
        (lambda made: drop(made, reason="No time"), Commitment.State.DROPPED, "No time"),
    ],
    ids=["kept", "partly", "dropped"],
)
def test_promise_is_settled_and_taken_back(settle, state, reason):
    made = CommitmentFactory()

    settle(made)

    made.refresh_from_db()
    assert (made.state, made.reason, made.settled_at) == (state, reason, NOW)

    undo(made)

    made.refresh_from_db()
    assert (made.state, made.reason, made.settled_at) == (Commitment.State.OPEN, "", None)


def test_settled_promise_stays_as_it_is():
    made = CommitmentFactory()
    keep(made)

    keep(made)
    keep_partly(made)
    drop(made, reason="No time")

    made.refresh_from_db()
    assert (made.state, made.reason) == (Commitment.State.DONE, "")


def test_taking_back_an_open_promise_changes_nothing():
    made = CommitmentFactory(due_on=date(2026, 6, 1))

    undo(made)

    made.refresh_from_db()
    assert (made.state, made.due_on) == (Commitment.State.OPEN, date(2026, 6, 1))


def test_dropping_needs_a_reason():
    with pytest.raises(IntegrityError):
        drop(CommitmentFactory(), reason="")


def test_carrying_moves_the_day_and_counts():
    made = CommitmentFactory(due_on=date(2026, 5, 1))

    carry(made, due_on=date(2026, 5, 20))
    carry(made, due_on=date(2026, 6, 1))

    made.refresh_from_db()
    assert made.state == Commitment.State.CARRIED
    assert (made.due_on, made.times_carried) == (date(2026, 6, 1), 2)
    assert made.is_open


def test_promise_without_a_day_can_be_carried_to_one():
    made = carry(CommitmentFactory(due_on=None), due_on=date(2026, 5, 20))

    assert (made.due_on, made.times_carried) == (date(2026, 5, 20), 1)


def test_carried_promise_is_carried_again_after_it_was_taken_back():
    made = CommitmentFactory(due_on=date(2026, 5, 1))
    carry(made, due_on=date(2026, 5, 20))
    keep(made)

    undo(made)

    made.refresh_from_db()
    assert (made.state, made.times_carried) == (Commitment.State.CARRIED, 1)


@pytest.mark.parametrize(
    ("due_on", "to", "reason"),
    [
        (date(2026, 5, 20), date(2026, 5, 20), "later day"),
        (date(2026, 5, 20), date(2026, 5, 19), "later day"),
        (date(2026, 5, 1), date(2026, 5, 11), "has passed"),
    ],
)
def test_promise_is_carried_only_to_a_later_day(due_on, to, reason):
    made = CommitmentFactory(due_on=due_on)

    with pytest.raises(CannotCarry, match=reason):
        carry(made, due_on=to)

    made.refresh_from_db()
    assert (made.due_on, made.times_carried) == (due_on, 0)


def test_settled_promise_is_not_carried():
    made = CommitmentFactory()
    keep(made)

    with pytest.raises(CannotCarry, match="settled"):
        carry(made, due_on=date(2026, 6, 1))
