"""Held seats are as scarce as free ones: people who answer, sweep and join at the same moment."""

from datetime import timedelta

import pytest
from django.utils import timezone

from circles.actions import leave_circle
from circles.actions.demand import meet_demand
from circles.actions.offers import accept_offer, expire_offer, offer_seat
from circles.actions.transfer import ask_to_move
from circles.models import Circle, FormatVersion, Membership, Offer
from tests.circles.test_seat_races import at_once, joining
from tests.factories import (
    CircleFactory,
    MembershipFactory,
    OfferFactory,
    PersonFactory,
    ProgrammeFactory,
    WaitlistEntryFactory,
    organiser,
)

pytestmark = pytest.mark.django_db(transaction=True)


def almost_full():
    """A circle with one seat that nobody has."""
    circle = CircleFactory(capacity=3)
    MembershipFactory.create_batch(2, circle=circle)
    return circle


def late(offer):
    now = timezone.now()
    past = {"made_at": now - timedelta(hours=2), "expires_at": now - timedelta(hours=1)}
    Offer.objects.filter(pk=offer.pk).update(**past)
    return offer


def sold(circle):
    """How many seats are taken, and how many held."""
    circle = Circle.objects.with_seats().get(pk=circle.pk)
    assert circle.taken + circle.offered <= circle.capacity
    return circle.taken, circle.offered


def test_joining_and_accepting_at_once_seats_who_was_offered():
    circle = almost_full()
    offer = OfferFactory(circle=circle)

    outcomes = at_once(
        joining(circle, PersonFactory()),
        joining(circle, PersonFactory()),
        lambda: accept_offer(offer),
    )

    assert outcomes.count("done") == 1
    assert sold(circle) == (3, 0)
    assert circle.memberships.current().of(offer.person).exists()


def test_accepting_twice_at_once_takes_one_seat():
    offer = OfferFactory(circle=almost_full())

    outcomes = at_once(*[lambda: accept_offer(offer)] * 4)

    assert outcomes == ["done"] * 4
    assert sold(offer.circle) == (3, 0)


def test_accepting_and_expiring_at_once_passes_a_late_seat_on_once():
    circle = almost_full()
    offer = late(OfferFactory(circle=circle))
    waiting = WaitlistEntryFactory.create_batch(2, circle=circle)

    outcomes = at_once(
        lambda: accept_offer(offer), *[lambda: expire_offer(offer)] * 2, lambda: accept_offer(offer)
    )

    assert outcomes.count("This offer has expired, and the seat has gone on.") == 2
    assert sold(circle) == (2, 1)
    assert circle.offers.open().get().person == waiting[0].person


def test_two_people_leaving_at_once_offer_two_seats_to_two_people():
    circle = CircleFactory(capacity=3)
    seats = MembershipFactory.create_batch(3, circle=circle)
    waiting = WaitlistEntryFactory.create_batch(3, circle=circle)

    at_once(
        *(lambda seat=seat: leave_circle(circle, person=seat.person) for seat in seats[:2]),
        *(joining(circle, PersonFactory()) for _ in range(2)),
    )

    assert sold(circle) == (1, 2)
    offered = set(circle.offers.open().values_list("person", flat=True))
    assert offered == {entry.person_id for entry in waiting[:2]}


def test_inviting_two_people_to_the_last_seat_at_once_holds_it_once():
    circle, by = almost_full(), organiser()

    outcomes = at_once(
        *(
            lambda person=person: offer_seat(circle, person, reason="invitation", by=by)
            for person in PersonFactory.create_batch(3)
        )
    )

    assert outcomes == ["Every seat is taken or held for someone."] * 2 + ["done"]
    assert sold(circle) == (2, 1)


def test_two_people_changing_places_at_once_both_keep_a_seat():
    programme = ProgrammeFactory()
    circles = CircleFactory.create_batch(2, programme=programme, capacity=3)
    seats = [MembershipFactory(circle=circle) for circle in circles]

    outcomes = at_once(
        lambda: ask_to_move(seats[0], circles[1]), lambda: ask_to_move(seats[1], circles[0])
    )

    assert outcomes == ["done", "done"]
    now = Membership.objects.current().order_by("person")
    assert [(seat.person, seat.circle, seat.moved_from) for seat in now] == [
        (seats[0].person, circles[1], seats[0]),
        (seats[1].person, circles[0], seats[1]),
    ]


def test_two_organisers_meeting_one_demand_at_once_set_up_one_circle():
    version = FormatVersion.objects.get(format__key="group_of_five")
    programme = ProgrammeFactory()
    programme.formats.set([version.format])
    full = CircleFactory(programme=programme, format_version=version, capacity=5)
    MembershipFactory.create_batch(5, circle=full)
    WaitlistEntryFactory.create_batch(5, circle=full)
    by = organiser()

    outcomes = at_once(*[lambda: meet_demand(programme, version.format, by=by)] * 2)

    assert outcomes == ["Not enough people wait for this any more.", "done"]
    assert Circle.objects.count() == 2
    assert Offer.objects.open().count() == 5
