from datetime import timedelta

import pytest
from django.utils import timezone

from circles.actions import (
    CannotChange,
    CannotJoin,
    change_circle,
    close_circle,
    join_circle,
    leave_circle,
)
from circles.actions.offers import (
    CannotAccept,
    CannotOffer,
    accept_offer,
    decline_offer,
    expire_offer,
    offer_seat,
    withdraw_offer,
)
from circles.actions.pauses import pause_circle, resume_circle
from circles.actions.seats import seat_freed
from circles.joining.unsettled import unsettled
from circles.models import Circle, Membership, Offer
from circles.tasks import joining as tasks
from members.models import Member
from tests.circles.conftest import trail
from tests.factories import (
    ApplicationFactory,
    CircleFactory,
    FacilitationFactory,
    MembershipFactory,
    OfferFactory,
    PersonFactory,
    WaitlistEntryFactory,
)

pytestmark = pytest.mark.django_db


def with_free(seats, **fields):
    """A circle of three with so many seats that nobody has."""
    circle = CircleFactory(capacity=3, **fields)
    MembershipFactory.create_batch(3 - seats, circle=circle)
    return circle


def late(offer):
    now = timezone.now()
    offer.made_at, offer.expires_at = now - timedelta(hours=2), now - timedelta(hours=1)
    offer.save()
    return offer


def held_for(circle):
    return list(circle.offers.open().values_list("person", flat=True))


def invited(circle, person, by, **fields):
    return offer_seat(circle, person, reason="invitation", by=by, **fields)


def test_offer_holds_the_seat_as_long_as_the_programme_says(frozen, by):
    circle = with_free(1, programme__offer_hours=10)

    offer = invited(circle, PersonFactory(), by, message="You know this")

    assert offer.expires_at == timezone.now() + timedelta(hours=10)
    assert (offer.message, offer.made_by) == ("You know this", by)
    assert Circle.objects.with_seats().get(pk=circle.pk).seats_left == 0
    assert trail() == [("offered seat", circle.name)]


def test_offering_twice_keeps_the_first_offer(by):
    circle, person = with_free(2), PersonFactory()

    assert invited(circle, person, by) == invited(circle, person, by)


def refusal_of(circle, person, by, **fields):
    with pytest.raises(CannotOffer) as refused:
        invited(circle, person, by, **fields)
    return str(refused.value)


def test_offer_is_refused_in_words(by):
    circle = with_free(1)
    seated = circle.memberships.first().person
    left = PersonFactory(name="Ada", left_on=timezone.localdate())
    mute = PersonFactory(name="Bo", email=None)
    held = FacilitationFactory(circle=circle, person__name="Cy").person
    yesterday = timezone.now() - timedelta(days=1)

    assert refusal_of(circle, seated, by) == f"{seated} has a seat in this circle already."
    assert refusal_of(circle, left, by).startswith("Ada cannot sign in")
    assert refusal_of(circle, mute, by).startswith("Bo cannot sign in")
    assert refusal_of(circle, held, by).startswith("Cy facilitates this circle")
    assert refusal_of(circle, PersonFactory(), by, expires_at=yesterday).startswith(
        "An offer needs"
    )
    assert refusal_of(with_free(0), PersonFactory(), by) == (
        "Every seat is taken or held for someone."
    )
    assert refusal_of(with_free(1, stage="paused"), PersonFactory(), by) == (
        "This circle takes no new members now."
    )


def test_held_seat_is_not_free_for_a_passer_by():
    circle = with_free(1)
    OfferFactory(circle=circle)

    with pytest.raises(CannotJoin) as refused:
        join_circle(circle, person=PersonFactory())

    assert str(refused.value) == "Every free seat is held for someone who was offered it."


def test_line_is_not_overtaken_by_a_passer_by():
    circle = with_free(1)
    waiting = WaitlistEntryFactory(circle=circle)

    with pytest.raises(CannotJoin):
        join_circle(circle, person=PersonFactory())
    seat_freed(circle)

    assert held_for(circle) == [waiting.person_id]


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        ("apply", "In this circle one asks for a seat first."),
        ("invite", "People get a seat in this circle by invitation."),
    ],
)
def test_where_one_asks_or_is_invited_nobody_walks_in(entry, words):
    circle = CircleFactory(programme__entry=entry)
    back = MembershipFactory(circle=circle)
    leave_circle(circle, person=back.person)

    with pytest.raises(CannotJoin) as refused:
        join_circle(circle, person=PersonFactory())

    assert str(refused.value) == words
    assert join_circle(circle, person=back.person) == back  # undoing it is not walking in


def test_accepting_seats_the_person_and_ends_their_waiting_and_asking():
    circle = with_free(1)
    entry = WaitlistEntryFactory(circle=circle)
    application = ApplicationFactory(circle=circle, person=entry.person)
    seat_freed(circle)

    seat = accept_offer(Offer.objects.get())

    entry.refresh_from_db()
    application.refresh_from_db()
    assert (seat.person, seat.joined_on) == (entry.person, circle.today)
    assert (entry.end, application.state, Offer.objects.get().state) == (
        "seated",
        "accepted",
        "accepted",
    )


def test_joining_with_an_offer_takes_that_seat():
    offer = OfferFactory(circle=with_free(1))

    seat = join_circle(offer.circle, person=offer.person)

    offer.refresh_from_db()
    assert (seat.person, offer.state) == (offer.person, "accepted")


def test_joining_with_a_late_offer_is_refused_in_its_words():
    offer = late(OfferFactory(circle=with_free(1)))

    with pytest.raises(CannotJoin) as refused:
        join_circle(offer.circle, person=offer.person)

    assert str(refused.value) == "This offer has expired, and the seat has gone on."


def test_accepting_too_late_passes_the_seat_on_before_any_sweep():
    circle = with_free(1)
    offer = late(OfferFactory(circle=circle))
    waiting = WaitlistEntryFactory(circle=circle)

    with pytest.raises(CannotAccept) as refused:
        accept_offer(offer)

    offer.refresh_from_db()
    assert str(refused.value) == "This offer has expired, and the seat has gone on."
    assert (offer.state, held_for(circle)) == ("expired", [waiting.person_id])
    assert not Membership.objects.of(offer.person).exists()


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ("declined", "You declined this seat."),
        ("withdrawn", "This offer was withdrawn."),
        ("expired", "This offer has expired, and the seat has gone on."),
        ("accepted", "You took this seat, and left it since. Ask for a new one."),
    ],
)
def test_accepting_what_is_over_says_why_not(state, words):
    offer = OfferFactory(circle=with_free(1), state=state, answered_at=timezone.now())

    with pytest.raises(CannotAccept) as refused:
        accept_offer(offer)

    assert str(refused.value) == words


def test_accepting_while_the_circle_rests_is_refused():
    offer = OfferFactory(circle=with_free(1, stage="paused"))

    with pytest.raises(CannotAccept) as refused:
        accept_offer(offer)

    assert str(refused.value) == "This circle takes no new members now."


def test_accepting_a_seat_that_an_import_took_is_refused_and_settled():
    offer = OfferFactory(circle=with_free(1))
    MembershipFactory(circle=offer.circle)

    with pytest.raises(CannotAccept) as refused:
        accept_offer(offer)

    offer.refresh_from_db()
    assert str(refused.value) == "The seat is no longer there: the circle is full."
    assert offer.state == "withdrawn"


def test_declining_and_expiry_move_on_by_themselves():
    circle = with_free(1)
    line = WaitlistEntryFactory.create_batch(3, circle=circle)
    seat_freed(circle)

    decline_offer(circle.offers.open().get())
    assert held_for(circle) == [line[1].person_id]
    assert expire_offer(late(circle.offers.open().get()))
    assert held_for(circle) == [line[2].person_id]

    ends = list(circle.waitlist.order_by("pk").values_list("end", flat=True))
    assert ends == ["declined", "expired", ""]


def test_declining_twice_and_expiring_what_is_not_due_change_nothing():
    offer = OfferFactory(circle=with_free(1))

    assert not expire_offer(offer)
    decline_offer(offer)
    decline_offer(offer)

    assert Offer.objects.get().state == "declined"


def test_withdrawing_passes_the_seat_on(by):
    circle = with_free(1)
    offer = OfferFactory(circle=circle)
    waiting = WaitlistEntryFactory(circle=circle)

    withdraw_offer(offer, by=by)
    withdraw_offer(offer, by=by)

    assert held_for(circle) == [waiting.person_id]
    assert trail() == [("withdrew offer of a seat", circle.name)]
    with pytest.raises(CannotOffer, match="This seat goes by the waitlist"):
        withdraw_offer(circle.offers.open().get(), by=by)


def test_leaving_offers_the_seat_to_the_next_and_hands_on_hosting():
    circle = CircleFactory(capacity=3)
    host = MembershipFactory(circle=circle, role="host")
    heir, _ = MembershipFactory.create_batch(2, circle=circle)
    waiting = WaitlistEntryFactory(circle=circle)

    leave_circle(circle, person=host.person)

    heir.refresh_from_db()
    assert (heir.role, held_for(circle)) == ("host", [waiting.person_id])


def test_host_who_comes_back_finds_that_someone_took_over():
    host = MembershipFactory(role="host")
    heir = MembershipFactory(circle=host.circle)
    leave_circle(host.circle, person=host.person)

    back = join_circle(host.circle, person=host.person)

    heir.refresh_from_db()
    assert (back.pk, back.role, heir.role) == (host.pk, "member", "host")


def test_more_seats_are_offered_to_as_many_as_wait(by):
    circle = with_free(0)
    line = WaitlistEntryFactory.create_batch(3, circle=circle)

    change_circle(circle, by=by, capacity=5)

    assert held_for(circle) == [entry.person_id for entry in line[:2]]


def test_fewer_seats_than_are_taken_and_held_are_refused(by):
    circle = CircleFactory(capacity=5)
    MembershipFactory.create_batch(3, circle=circle)
    OfferFactory(circle=circle)

    with pytest.raises(CannotChange) as refused:
        change_circle(circle, by=by, capacity=3)

    assert str(refused.value) == (
        "3 people have a seat and 1 more are offered one, so there cannot be fewer than 4 seats "
        "now."
    )


def test_pausing_takes_offers_back_and_keeps_the_line(by):
    circle = with_free(1, stage="active")
    entry = WaitlistEntryFactory(circle=circle)
    seat_freed(circle)

    pause_circle(circle, by=by)
    assert held_for(circle) == []
    resume_circle(circle, by=by)

    entry.refresh_from_db()
    assert (entry.ended_at, held_for(circle)) == (None, [entry.person_id])


def test_closing_ends_offers_line_and_applications(by):
    circle = with_free(1)
    entries = WaitlistEntryFactory.create_batch(2, circle=circle)
    application = ApplicationFactory(circle=circle)
    seat_freed(circle)

    close_circle(circle, by=by)

    application.refresh_from_db()
    assert [entry.end for entry in circle.waitlist.all()] == ["closed"] * len(entries)
    assert (Offer.objects.get().state, application.state) == ("withdrawn", "declined")


def test_people_who_cannot_join_lose_their_place_and_offer():
    circle = with_free(0)
    gone, holds, seated, stays = WaitlistEntryFactory.create_batch(4, circle=circle)
    Member.objects.filter(pk=gone.person_id).update(is_active=False)
    FacilitationFactory(circle=circle, person=holds.person)
    Circle.objects.filter(pk=circle.pk).update(capacity=5)
    MembershipFactory(circle=circle, person=seated.person)

    seat_freed(circle)

    ends = list(circle.waitlist.order_by("pk").values_list("end", flat=True))
    assert ends == ["left", "left", "seated", ""]
    assert held_for(circle) == [stays.person_id]


def test_sweeps_repeat_without_effect():
    circle = with_free(1)
    late(OfferFactory(circle=circle))
    waiting = WaitlistEntryFactory.create_batch(2, circle=circle)

    for _ in range(2):
        tasks.expire_offers()
        tasks.offer_free_seats()

    assert held_for(circle) == [waiting[0].person_id]


def test_seat_of_who_leaves_the_organisation_goes_to_the_line():
    circle = with_free(0)
    seat = circle.memberships.first()
    gone_on = timezone.localdate() - timedelta(days=3)
    Member.objects.filter(pk=seat.person_id).update(left_on=gone_on)
    waiting = WaitlistEntryFactory(circle=circle)

    tasks.end_seats_of_leavers()
    tasks.end_seats_of_leavers()

    seat.refresh_from_db()
    assert (seat.left_on, held_for(circle)) == (gone_on, [waiting.person_id])


def test_tasks_about_what_is_gone_return_quietly():
    for task in (
        *(tasks.expire_offer, tasks.settle_circle, tasks.end_seat_of_leaver),
        *(tasks.count_votes, tasks.end_leave),
    ):
        task(0)

    seat = MembershipFactory()
    tasks.end_seat_of_leaver(seat.pk)
    assert Membership.objects.current().get() == seat


def test_unsettled_circles_are_those_that_a_sweep_would_change():
    fine, resting, crowded = with_free(1), with_free(1, stage="paused"), with_free(0)
    OfferFactory(circle=fine)
    WaitlistEntryFactory(circle=resting)
    OfferFactory(circle=crowded)
    waiting = WaitlistEntryFactory(circle=with_free(2)).circle

    assert list(unsettled(Circle.objects.all())) == [crowded, waiting]
