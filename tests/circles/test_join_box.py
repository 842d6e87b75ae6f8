"""The join box of a circle's page: what each person finds there, and what its buttons do."""

from datetime import timedelta

import pytest
from django.utils import timezone

from circles.actions.leaves import go_on_leave
from circles.actions.seats import seat_freed
from circles.joining.needs import needs_of_joining
from circles.models import Circle, Membership, Offer
from circles.needs import needs_of
from tests.circles.conftest import told, url
from tests.circles.test_views_seats import HTMX, box
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


@pytest.fixture
def person(client):
    person = PersonFactory(name="Ama Mensah")
    client.force_login(person)
    return person


def full(**fields):
    circle = CircleFactory(capacity=3, **fields)
    MembershipFactory.create_batch(3, circle=circle)
    return circle


def state(client, circle):
    return client.get(circle.get_absolute_url()).context["join_state"]


def test_full_circle_offers_its_line_and_another_circle(client, person):
    circle = full()
    WaitlistEntryFactory.create_batch(2, circle=circle)
    other = CircleFactory(name="Early birds", format_version=circle.format_version)

    shown = box(client, circle)

    assert shown.count("You would be number 3 in line.") == 1
    assert shown.count("Join the waitlist") == 1
    assert shown.count(f'<a href="{other.get_absolute_url()}">Early birds</a>') == 1


def test_waiting_shows_ones_own_place_and_the_way_out(client, person):
    circle = full()
    WaitlistEntryFactory.create_batch(2, circle=circle)
    client.post(url("waitlist_join", circle))

    assert box(client, circle).count("You are number 3 in line") == 1

    client.post(url("waitlist_leave", circle))
    assert state(client, circle) == "full"


def test_free_seat_with_a_line_is_not_shown_as_free(client, person):
    circle = CircleFactory(capacity=3)
    WaitlistEntryFactory(circle=circle)

    assert state(client, circle) == "full"


@pytest.mark.parametrize("visibility", ["public", "hidden"])
def test_offered_seat_shows_its_deadline_and_both_answers(client, person, visibility):
    circle = CircleFactory(visibility=visibility)
    by = PersonFactory(name="Ruth Berg")
    OfferFactory(circle=circle, person=person, made_by=by, message="Come in")

    shown = box(client, circle)

    assert shown.count("Ruth Berg invites you to this circle.") == 1
    assert (shown.count("Come in"), shown.count("Take the seat")) == (1, 1)
    assert shown.count("No, thank you") == 1


def test_accepting_with_one_tap_opens_the_circle(client, person):
    offer = OfferFactory(person=person, circle__visibility="hidden")

    response = client.post(url("offer_accept", offer), headers=HTMX)

    assert response["HX-Redirect"] == offer.circle.get_absolute_url()
    assert Membership.objects.current().get().person == person


def test_declining_a_hidden_circle_leads_to_where_there_is_something(client, person):
    offer = OfferFactory(person=person, circle__visibility="hidden")

    response = client.post(url("offer_decline", offer))

    assert response["Location"] == url("list")
    assert told(response) == [("success", "You declined. The seat goes to someone else.")]


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_accepting_too_late_says_so(client, person, headers):
    now = timezone.now()
    offer = OfferFactory(
        person=person, made_at=now - timedelta(hours=2), expires_at=now - timedelta(hours=1)
    )

    response = client.post(url("offer_accept", offer), headers=headers)

    assert ("error", "This offer has expired, and the seat has gone on.") in told(response)
    assert response.status_code == (200 if headers else 302)


@pytest.mark.parametrize(
    ("ends", "heading"),
    [
        ("accepted", "You took this seat"),
        ("declined", "You declined this seat"),
        ("withdrawn", "This offer was withdrawn"),
        ("expired", "This offer has expired"),
    ],
)
def test_page_of_an_offer_that_is_over_says_how(client, person, ends, heading):
    offer = OfferFactory(person=person, state=ends, answered_at=timezone.now())

    assert client.get(url("offer", offer)).content.decode().count(heading) == 1


def test_opening_the_page_of_an_offer_never_accepts(client, person):
    offer = OfferFactory(person=person)

    page = client.get(url("offer", offer)).content.decode()

    assert page.count("Take the seat") == 1
    assert Offer.objects.get().is_open


@pytest.mark.parametrize("approval", ["facilitator", "vote"])
def test_where_one_asks_the_box_leads_there_and_then_waits(client, person, approval):
    circle = CircleFactory(programme__entry="apply", programme__approval=approval)
    MembershipFactory(circle=circle)
    assert box(client, circle).count("Ask for a seat") == 1

    client.post(url("apply", circle))

    shown = box(client, circle)
    assert shown.count("You asked for a seat") == 1
    assert shown.count("The circle votes until") == (approval == "vote")


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"programme__entry": "invite"}, "by_invitation"),
        ({"stage": "paused"}, "obstacle"),
        ({"visibility": "on_request"}, "must_apply"),
        ({}, "free"),
    ],
)
def test_box_knows_the_way_in(client, person, fields, expected):
    assert state(client, CircleFactory(**fields)) == expected


def test_place_in_line_is_kept_while_the_circle_rests(client, person):
    circle = full(stage="paused")
    WaitlistEntryFactory(circle=circle, person=person)

    assert box(client, circle).count("Your place is kept.") == 1


def test_being_on_leave_shows_until_when_and_the_way_back(client, person):
    seat = MembershipFactory(person=person)
    go_on_leave(seat, back_by=timezone.localdate() + timedelta(days=20))

    assert box(client, seat.circle).count("You are on leave until") == 1

    client.post(url("leave_end", seat.circle))
    assert state(client, seat.circle) == "seated"


def test_refused_wait_with_htmx_answers_with_the_box_as_it_is(client, person):
    response = client.post(url("waitlist_join", CircleFactory()), headers=HTMX)

    page = response.content.decode()
    assert page.count("There is a free seat: you do not have to wait.") == 1
    assert page.count("Join this circle") == 1


def test_members_see_who_is_away_and_what_they_vote_on(client, person):
    circle = CircleFactory(programme__entry="apply", programme__approval="vote")
    MembershipFactory(circle=circle, person=person)
    away = MembershipFactory(circle=circle, person__name="Lena Maier")
    go_on_leave(away, back_by=timezone.localdate() + timedelta(days=20))
    ApplicationFactory(circle=circle, person__name="Bo Lind")

    page = client.get(circle.get_absolute_url()).content.decode()

    assert page.count("on leave until") == 1
    assert page.count("Bo Lind asks for a seat") == 1


@pytest.mark.parametrize("count", [1, 4])
def test_needs_of_joining_ask_a_fixed_number_of_times(count, django_assert_num_queries):
    person = PersonFactory()
    voting = CircleFactory(programme__entry="apply", programme__approval="vote", capacity=30)
    MembershipFactory(circle=voting, person=person)
    held = FacilitationFactory(person=person, circle__programme__entry="apply")
    for _ in range(count):
        OfferFactory(person=person)
        ApplicationFactory(circle=voting)
        ApplicationFactory(circle=held.circle)

    with django_assert_num_queries(4):  # offers; to vote on; roles; to decide
        found = list(needs_of_joining(person))

    assert sorted(need.label for need in found) == sorted(["Answer", "Decide", "Vote"] * count)


def test_late_offer_is_no_longer_a_need():
    now = timezone.now()
    offer = OfferFactory(made_at=now - timedelta(hours=2), expires_at=now - timedelta(hours=1))

    assert needs_of(offer.person) == []
    seat_freed(offer.circle)
    assert Circle.objects.with_seats().get().offered == 0
