from datetime import date, timedelta

import pytest
from django.utils import timezone

from circles.actions import leave_circle
from circles.actions.applications import CannotApply, decide_application
from circles.actions.leaves import CannotTakeLeave, come_back, go_on_leave
from circles.actions.offers import accept_offer
from circles.actions.transfer import CannotMove, ask_to_move
from circles.actions.waitlist import CannotWait, join_waitlist, leave_waitlist
from circles.models import Application, Leave, Membership, Offer
from circles.tasks import joining as tasks
from notifications.models import Reminder
from tests.factories import (
    CircleFactory,
    FacilitationFactory,
    MembershipFactory,
    OfferFactory,
    PersonFactory,
    ProgrammeFactory,
    WaitlistEntryFactory,
)

pytestmark = pytest.mark.django_db


def two_circles(**programme):
    """A seat, and another circle of the same programme."""
    programme = ProgrammeFactory(**programme)
    seat = MembershipFactory(circle__programme=programme)
    return seat, CircleFactory(programme=programme, capacity=3)


def seats_of(person):
    seats = Membership.objects.of(person).order_by("pk")
    return [(seat.circle, seat.left_on, seat.moved_from) for seat in seats]


def test_moving_ends_the_old_seat_and_begins_the_new_one_the_same_day(frozen):
    seat, to = two_circles()
    waiting = WaitlistEntryFactory(circle=seat.circle)
    MembershipFactory.create_batch(5, circle=seat.circle)

    new = ask_to_move(seat, to)

    today = date(2026, 3, 10)
    assert seats_of(seat.person) == [(seat.circle, today, None), (to, None, seat)]
    assert new.joined_on == today
    assert Offer.objects.get().person == waiting.person  # the seat left behind goes on
    assert ask_to_move(seat, to) == new


def test_moving_to_a_full_circle_waits_there_and_keeps_the_seat():
    seat, to = two_circles()
    there = MembershipFactory.create_batch(3, circle=to)

    entry = ask_to_move(seat, to)

    assert (entry.moves_from, seats_of(seat.person)) == (seat, [(seat.circle, None, None)])
    leave_circle(to, person=there[0].person)
    accept_offer(Offer.objects.select_related("moves_from").get())
    assert seats_of(seat.person) == [(seat.circle, timezone.localdate(), None), (to, None, seat)]


def test_moving_where_one_asks_moves_on_acceptance():
    seat, to = two_circles(entry="apply")
    held = FacilitationFactory(circle=to)

    application = ask_to_move(seat, to, answers=[])
    decide_application(application, accepted=True, by=held.person)

    assert isinstance(application, Application)
    assert seats_of(seat.person) == [(seat.circle, timezone.localdate(), None), (to, None, seat)]


def test_moving_after_the_old_seat_ended_is_joining():
    seat, to = two_circles()
    offer = OfferFactory(circle=to, person=seat.person, moves_from=seat, reason="transfer")
    Membership.objects.filter(pk=seat.pk).update(left_on=timezone.localdate())

    assert accept_offer(offer).moved_from is None


def test_moving_is_refused_in_words():
    seat, to = two_circles()
    elsewhere = CircleFactory()
    hidden = CircleFactory(programme=seat.circle.programme, visibility="hidden")
    resting = CircleFactory(programme=seat.circle.programme, stage="paused")
    asked = {seat.circle: "already", elsewhere: "same programme", hidden: "by invitation"}

    for circle, words in (asked | {resting: "no new members"}).items():
        with pytest.raises(CannotMove, match=words):
            ask_to_move(seat, circle)
    Membership.objects.filter(pk=seat.pk).update(left_on=timezone.localdate())
    with pytest.raises(CannotMove, match="no longer have the seat"):
        ask_to_move(seat, to)


def test_moving_where_one_has_a_seat_already_is_refused():
    seat, to = two_circles(entry="apply")
    MembershipFactory(circle=to, person=seat.person)

    with pytest.raises(CannotApply, match="You have a seat"):
        ask_to_move(seat, to)


def test_waiting_twice_keeps_the_place_and_leaving_the_line_passes_the_seat_on():
    circle = CircleFactory(capacity=3)
    seats = MembershipFactory.create_batch(3, circle=circle)
    first, second = PersonFactory.create_batch(2)
    entries = [join_waitlist(circle, person=person) for person in (first, second, first)]
    leave_circle(circle, person=seats[0].person)

    assert entries[0] == entries[2]
    assert leave_waitlist(circle, person=first)
    assert not leave_waitlist(circle, person=first)
    assert Offer.objects.open().get().person == second


def test_waiting_is_refused_in_words():
    full = CircleFactory(capacity=3)
    seats = MembershipFactory.create_batch(3, circle=full)
    held = OfferFactory(circle=CircleFactory())
    cases = [
        (full, seats[0].person, "You have a seat"),
        (held.circle, held.person, "A seat is held"),
        (CircleFactory(stage="closed"), PersonFactory(), "closed"),
        (CircleFactory(programme__entry="apply"), PersonFactory(), "one asks for a seat first"),
        (CircleFactory(programme__entry="invite"), PersonFactory(), "by invitation"),
        (CircleFactory(), PersonFactory(), "There is a free seat"),
    ]

    for circle, person, words in cases:
        with pytest.raises(CannotWait, match=words):
            join_waitlist(circle, person=person)


def test_leave_keeps_the_seat_and_can_be_prolonged_and_ended(frozen):
    seat = MembershipFactory()

    leave = go_on_leave(seat, back_by=date(2026, 4, 1))
    again = go_on_leave(seat, back_by=date(2026, 5, 1))

    assert (leave.pk, again.back_by) == (again.pk, date(2026, 5, 1))
    assert list(Membership.objects.on_leave()) == [seat]
    assert list(Membership.objects.here()) == []
    assert come_back(seat)
    assert not come_back(seat)
    assert Leave.objects.get().ended_on == date(2026, 3, 10)
    assert list(Membership.objects.here()) == [seat]


def test_leave_is_refused_in_words(frozen):
    seat = MembershipFactory()
    gone = MembershipFactory(left_on=date(2026, 3, 1))

    with pytest.raises(CannotTakeLeave, match="Choose a day after today"):
        go_on_leave(seat, back_by=date(2026, 3, 10))
    with pytest.raises(CannotTakeLeave, match="three months at most"):
        go_on_leave(seat, back_by=date(2026, 6, 11))
    with pytest.raises(CannotTakeLeave, match="no longer have this seat"):
        go_on_leave(gone, back_by=date(2026, 3, 20))


def test_leave_ends_on_its_day_and_says_so_once(frozen):
    seat = MembershipFactory()
    due = Leave.objects.create(
        membership=seat, began_on=date(2026, 2, 1), back_by=date(2026, 3, 10)
    )
    not_due = Leave.objects.create(
        membership=MembershipFactory(), began_on=date(2026, 2, 1), back_by=date(2026, 3, 11)
    )

    tasks.end_due_leaves()
    tasks.end_due_leaves()

    due.refresh_from_db()
    not_due.refresh_from_db()
    assert (due.ended_on, not_due.ended_on) == (date(2026, 3, 10), None)
    assert [owed.recipient for owed in Reminder.objects.all()] == [seat.person]


def test_leaving_for_good_ends_the_leave(frozen):
    seat = MembershipFactory()
    go_on_leave(seat, back_by=date(2026, 3, 10) + timedelta(days=9))

    leave_circle(seat.circle, person=seat.person)

    assert Leave.objects.get().ended_on == date(2026, 3, 10)
