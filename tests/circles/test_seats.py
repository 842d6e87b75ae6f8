from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.utils import timezone

from circles.actions import (
    CannotJoin,
    join_circle,
    leave_circle,
)
from circles.models import Circle, Membership
from tests.circles.conftest import NOON
from tests.factories import (
    CircleFactory,
    FacilitationFactory,
    MembershipFactory,
    PersonFactory,
)

TODAY = NOON.date()
YESTERDAY = TODAY - timedelta(days=1)

pytestmark = pytest.mark.django_db


def days(circle, person):
    seats = circle.memberships.filter(person=person).order_by("pk")
    return list(seats.values_list("joined_on", "left_on"))


@time_machine.travel(NOON)
def test_joining_takes_a_seat_from_today():
    circle, person = CircleFactory(), PersonFactory()

    seat = join_circle(circle, person=person)

    assert (seat.circle, seat.person, seat.joined_on, seat.left_on) == (
        circle,
        person,
        TODAY,
        None,
    )


@time_machine.travel(datetime(2026, 3, 10, 22, tzinfo=UTC))
def test_joining_counts_the_day_in_the_circle_zone():
    circle = CircleFactory(time_zone="Pacific/Auckland")

    seat = join_circle(circle, person=PersonFactory(time_zone="America/Los_Angeles"))

    assert seat.joined_on == date(2026, 3, 11)


def test_joining_twice_changes_nothing():
    circle, person = CircleFactory(), PersonFactory()
    seat = join_circle(circle, person=person)

    again = join_circle(circle, person=person)

    assert again == seat
    assert circle.memberships.count() == 1


def refusal(circle, person):
    with pytest.raises(CannotJoin) as reason:
        join_circle(circle, person=person)
    assert not circle.memberships.current().filter(person=person).exists()
    return str(reason.value)


def test_full_circle_takes_nobody():
    circle = CircleFactory(capacity=3)
    MembershipFactory.create_batch(3, circle=circle)

    assert refusal(circle, PersonFactory()) == "The last seat has just been taken."


def test_someone_with_a_seat_in_a_full_circle_keeps_it():
    circle = CircleFactory(capacity=3)
    seats = MembershipFactory.create_batch(3, circle=circle)

    assert join_circle(circle, person=seats[0].person) == seats[0]


def test_seats_that_were_left_are_free():
    circle = CircleFactory(capacity=3)
    MembershipFactory.create_batch(3, circle=circle, left_on=date(2021, 1, 1))

    join_circle(circle, person=PersonFactory())

    assert circle.memberships.current().count() == 1


def test_closed_circle_takes_nobody():
    circle = CircleFactory(stage=Circle.Stage.CLOSED)

    assert refusal(circle, PersonFactory()) == "This circle is closed."


@pytest.mark.parametrize("stage", ["proposed", "paused", "renewal"])
def test_circle_that_rests_takes_nobody(stage):
    circle = CircleFactory(stage=stage)

    assert refusal(circle, PersonFactory()) == "This circle takes no new members now."


@pytest.mark.parametrize("stage", ["recruiting", "forming", "active"])
def test_open_circle_takes_members(stage):
    circle = CircleFactory(stage=stage)

    assert join_circle(circle, person=PersonFactory()).left_on is None


def test_facilitator_takes_no_seat():
    held = FacilitationFactory()

    words = "You facilitate this circle, so you cannot also have a seat in it."
    assert refusal(held.circle, held.person) == words


def test_former_facilitator_may_take_a_seat():
    held = FacilitationFactory(ended_on=date(2021, 1, 1))

    assert join_circle(held.circle, person=held.person).person == held.person


@time_machine.travel(NOON)
def test_who_left_the_organisation_takes_no_seat():
    words = "Only people who work here can join."
    assert refusal(CircleFactory(), PersonFactory(left_on=TODAY)) == words


@time_machine.travel(NOON)
def test_who_leaves_the_organisation_later_may_still_join():
    person = PersonFactory(left_on=TODAY + timedelta(days=1))

    assert join_circle(CircleFactory(), person=person).joined_on == TODAY


def test_stage_is_read_under_the_lock_and_not_from_the_caller():
    circle = CircleFactory()
    Circle.objects.filter(pk=circle.pk).update(stage=Circle.Stage.CLOSED)

    assert refusal(circle, PersonFactory()) == "This circle is closed."


@time_machine.travel(NOON)
def test_leaving_ends_the_seat_today():
    seat = MembershipFactory(joined_on=YESTERDAY)

    left = leave_circle(seat.circle, person=seat.person)

    assert left == seat
    assert days(seat.circle, seat.person) == [(YESTERDAY, TODAY)]


@time_machine.travel(NOON)
def test_leaving_twice_changes_nothing():
    seat = MembershipFactory(joined_on=YESTERDAY)
    leave_circle(seat.circle, person=seat.person)

    assert leave_circle(seat.circle, person=seat.person) is None
    assert days(seat.circle, seat.person) == [(YESTERDAY, TODAY)]


@time_machine.travel(NOON)
def test_leaving_on_the_day_of_joining():
    circle, person = CircleFactory(), PersonFactory()
    join_circle(circle, person=person)

    leave_circle(circle, person=person)

    assert days(circle, person) == [(TODAY, TODAY)]


@time_machine.travel(NOON)
def test_leaving_before_an_imported_first_day():
    seat = MembershipFactory(joined_on=TODAY + timedelta(days=7))

    leave_circle(seat.circle, person=seat.person)

    assert days(seat.circle, seat.person) == [(seat.joined_on, seat.joined_on)]


@time_machine.travel(NOON)
@pytest.mark.parametrize("joined_on", [YESTERDAY, TODAY])
def test_coming_back_on_the_day_of_leaving_gives_the_same_seat(joined_on):
    seat = MembershipFactory(joined_on=joined_on, role=Membership.Role.HOST)
    leave_circle(seat.circle, person=seat.person)

    back = join_circle(seat.circle, person=seat.person)

    assert (back.pk, back.role) == (seat.pk, Membership.Role.HOST)
    assert days(seat.circle, seat.person) == [(joined_on, None)]


@time_machine.travel(NOON)
def test_coming_back_a_day_later_is_a_new_seat():
    seat = MembershipFactory(joined_on=date(2026, 1, 1), left_on=YESTERDAY)

    join_circle(seat.circle, person=seat.person)

    assert days(seat.circle, seat.person) == [(date(2026, 1, 1), YESTERDAY), (TODAY, None)]


@time_machine.travel(NOON)
def test_coming_back_needs_a_free_seat():
    circle = CircleFactory(capacity=3)
    seats = MembershipFactory.create_batch(3, circle=circle)
    leave_circle(circle, person=seats[0].person)
    join_circle(circle, person=PersonFactory())

    assert refusal(circle, seats[0].person) == "The last seat has just been taken."


@time_machine.travel(NOON)
def test_coming_and_going_all_day_keeps_the_rows_apart():
    circle, person = CircleFactory(), PersonFactory()
    MembershipFactory(
        circle=circle, person=person, joined_on=date(2026, 1, 1), left_on=date(2026, 2, 1)
    )
    for _ in range(3):
        join_circle(circle, person=person)
        leave_circle(circle, person=person)

    join_circle(circle, person=person)

    assert days(circle, person) == [(date(2026, 1, 1), date(2026, 2, 1)), (TODAY, None)]


@time_machine.travel(NOON)
def test_coming_back_before_an_imported_last_day_prolongs_the_latest_seat():
    circle, person = CircleFactory(), PersonFactory()
    later = TODAY + timedelta(days=30)
    MembershipFactory(circle=circle, person=person, joined_on=date(2026, 1, 1), left_on=TODAY)
    MembershipFactory(circle=circle, person=person, joined_on=TODAY, left_on=later)

    join_circle(circle, person=person)

    assert days(circle, person) == [(date(2026, 1, 1), TODAY), (TODAY, None)]


@time_machine.travel(NOON)
def test_coming_back_after_the_zone_moved_the_day():
    circle = CircleFactory(time_zone="Pacific/Auckland")
    person = PersonFactory()
    with time_machine.travel(datetime(2026, 3, 10, 12, tzinfo=UTC)):
        join_circle(circle, person=person)
        leave_circle(circle, person=person)
    Circle.objects.filter(pk=circle.pk).update(time_zone="Pacific/Honolulu")

    join_circle(circle, person=person)

    assert circle.memberships.current().count() == 1


@time_machine.travel(NOON)
def test_just_left_reaches_back_a_day_for_every_time_zone():
    for left_on in (None, TODAY, YESTERDAY, YESTERDAY - timedelta(days=1)):
        MembershipFactory(left_on=left_on)

    recent = Membership.objects.current_or_just_left().order_by("pk")

    assert list(recent.values_list("left_on", flat=True)) == [None, TODAY, YESTERDAY]


def test_today_is_the_date_where_the_circle_is():
    with time_machine.travel(datetime(2026, 3, 10, 23, 30, tzinfo=UTC)):
        assert CircleFactory.build(time_zone="Europe/Berlin").today == date(2026, 3, 11)
        assert CircleFactory.build(time_zone="no/where").today == timezone.now().date()
