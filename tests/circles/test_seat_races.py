"""Seats are scarce: what happens when people reach for them at the same moment."""

import threading

import pytest
from django.db import connection

from circles.actions import appoint_facilitator, close_circle, join_circle, leave_circle
from tests.factories import CircleFactory, MembershipFactory, PersonFactory, organiser

pytestmark = pytest.mark.django_db(transaction=True)


def attempt(barrier, outcomes, action):
    """Run the action in a thread of its own, at the same moment as the others."""
    try:
        barrier.wait(timeout=10)
        action()
        outcomes.append("done")
    except Exception as refused:
        outcomes.append(str(refused))
    finally:
        connection.close()


def at_once(*actions):
    barrier, outcomes = threading.Barrier(len(actions)), []
    threads = [
        threading.Thread(target=attempt, args=(barrier, outcomes, action)) for action in actions
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    return sorted(outcomes)


def joining(circle, person):
    return lambda: join_circle(circle, person=person)


def test_last_seat_goes_to_exactly_one_of_eight():
    circle = CircleFactory(capacity=3)
    MembershipFactory.create_batch(2, circle=circle)
    people = PersonFactory.create_batch(8)

    outcomes = at_once(*(joining(circle, person) for person in people))

    assert outcomes == ["The last seat has just been taken."] * 7 + ["done"]
    assert circle.memberships.current().count() == 3


def test_same_person_clicking_eight_times_gets_one_seat():
    circle, person = CircleFactory(), PersonFactory()

    outcomes = at_once(*[joining(circle, person)] * 8)

    assert outcomes == ["done"] * 8
    assert circle.memberships.count() == 1


def test_joining_and_leaving_at_once_never_overfills():
    circle = CircleFactory(capacity=4)
    seats = MembershipFactory.create_batch(4, circle=circle)
    newcomers = PersonFactory.create_batch(4)
    leaving = [lambda person=seat.person: leave_circle(circle, person=person) for seat in seats[:2]]

    outcomes = at_once(*leaving, *(joining(circle, person) for person in newcomers))

    taken = circle.memberships.current().count()
    joined = outcomes.count("done") - len(leaving)
    assert taken == 2 + joined
    assert taken <= circle.capacity


def test_joining_and_being_appointed_at_once_gives_one_of_them():
    circle, person, by = CircleFactory(), PersonFactory(), organiser()

    outcomes = at_once(joining(circle, person), lambda: appoint_facilitator(circle, person, by=by))

    seats = circle.memberships.current().count()
    held = circle.facilitations.current().count()
    assert (outcomes.count("done"), seats + held) == (1, 1)


def test_joining_and_closing_at_once_leaves_nobody_seated():
    circle, person, by = CircleFactory(), PersonFactory(), organiser()

    at_once(joining(circle, person), lambda: close_circle(circle, by=by))

    assert circle.memberships.current().count() == 0
