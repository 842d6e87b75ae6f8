from datetime import timedelta

import pytest
from django.utils import timezone

from circles.models import Circle, Membership
from tests.circles.conftest import told, url
from tests.factories import CircleFactory, FacilitationFactory, MembershipFactory, PersonFactory

HTMX = {"HX-Request": "true"}

pytestmark = pytest.mark.django_db


@pytest.fixture
def person(client):
    person = PersonFactory(name="Ama Mensah")
    client.force_login(person)
    return person


def test_join_takes_a_seat_and_shows_the_circle(client, person):
    circle = CircleFactory(name="Night owls")

    response = client.post(url("join", circle))

    assert (response.status_code, response["Location"]) == (302, circle.get_absolute_url())
    assert told(response) == [("success", "You have a seat in “Night owls”. Welcome.")]
    assert circle.memberships.current().get().person == person


def test_join_twice_takes_one_seat(client, person):
    circle = CircleFactory()

    answers = [client.post(url("join", circle)).status_code for _ in range(2)]

    assert answers == [302, 302]
    assert circle.memberships.count() == 1


def test_join_with_htmx_opens_the_page_anew(client, person):
    circle = CircleFactory()

    response = client.post(url("join", circle), headers=HTMX)

    assert (response.status_code, response["HX-Redirect"]) == (200, circle.get_absolute_url())
    assert response["Vary"].count("HX-Request") == 1


def full_circle():
    circle = CircleFactory(capacity=3)
    MembershipFactory.create_batch(3, circle=circle)
    return circle


def test_join_a_full_circle_says_why(client, person):
    circle = full_circle()

    response = client.post(url("join", circle))

    assert response["Location"] == circle.get_absolute_url()
    assert told(response) == [("error", "The last seat has just been taken.")]
    assert not Membership.objects.of(person).exists()


def test_join_a_full_circle_with_htmx_answers_with_fragments(client, person):
    response = client.post(url("join", full_circle()), headers=HTMX)

    page = response.content.decode()
    assert page.count("<html") == 0
    assert page.count('id="join-box"') == 1
    assert page.count('id="circle-ring" hx-swap-oob="true"') == 1
    assert page.count('hx-swap-oob="innerHTML"') == 1
    assert page.count("The last seat has just been taken.") == 1
    assert page.count("See circles with free seats") == 1


def test_leave_asks_first(client, person):
    seat = MembershipFactory(person=person)

    response = client.get(url("leave", seat.circle))

    assert response.templates[0].name == "circles/circle_leave.html"
    seat.refresh_from_db()
    assert seat.left_on is None


def test_leave_ends_the_seat(client, person):
    seat = MembershipFactory(person=person, circle__name="Night owls")

    response = client.post(url("leave", seat.circle))

    seat.refresh_from_db()
    assert seat.left_on == timezone.now().date()
    assert response["Location"] == seat.circle.get_absolute_url()
    assert told(response) == [
        ("success", "You have left “Night owls”. Today you can still undo it here.")
    ]


@pytest.mark.parametrize("method", ["get", "post"])
def test_leave_after_leaving_changes_nothing(client, person, method):
    today = timezone.now().date()
    seat = MembershipFactory(person=person, left_on=today)

    response = getattr(client, method)(url("leave", seat.circle))

    assert (response.status_code, told(response)) == (302, [])


def test_leave_sent_twice_with_one_key_answers_the_same(client, person):
    seat = MembershipFactory(person=person)
    form = {"form_key": "5b0bff5c-4c3c-4a5e-9a3c-6a3b3f3a8d11"}

    answers = [client.post(url("leave", seat.circle), form) for _ in range(2)]

    assert {answer["Location"] for answer in answers} == {seat.circle.get_absolute_url()}


def box(client, circle):
    """The join box of the circle's page."""
    page = client.get(circle.get_absolute_url()).content.decode()
    return " ".join(page.partition('id="join-box"')[2].partition("</section>")[0].split())


def test_box_offers_a_seat_to_an_outsider(client, person):
    circle = CircleFactory(capacity=6)
    MembershipFactory.create_batch(2, circle=circle)

    shown = box(client, circle)

    assert shown.count("Join this circle") == 1
    assert shown.count("4 seats left") == 1


def test_box_offers_to_leave_to_a_member(client, person):
    seat = MembershipFactory(person=person)

    shown = box(client, seat.circle)

    assert (shown.count("Leave this circle"), shown.count("Join this circle")) == (1, 0)


@pytest.mark.parametrize("visibility", ["public", "hidden"])
def test_box_offers_the_seat_back_after_leaving(client, person, visibility):
    seat = MembershipFactory(person=person, circle__visibility=visibility)
    client.post(url("leave", seat.circle))

    assert box(client, seat.circle).count("Take my seat back") == 1

    client.post(url("join", seat.circle))
    seat.refresh_from_db()
    assert seat.left_on is None


def test_box_offers_no_way_back_when_the_seat_is_gone(client, person):
    circle = full_circle()
    MembershipFactory(circle=circle, person=person, left_on=timezone.now().date())

    assert box(client, circle).count("Every seat is taken.") == 1


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"stage": "closed"}, "This circle is closed."),
        ({"stage": "paused"}, "This circle takes no new members now."),
    ],
)
def test_box_says_why_there_is_no_seat(client, person, fields, words):
    shown = box(client, CircleFactory(**fields))

    assert (shown.count(words), shown.count("<button")) == (1, 0)


def test_box_only_offers_a_facilitator_to_write_to_everyone(client, person):
    held = FacilitationFactory(person=person)

    shown = box(client, held.circle)

    assert (shown.count("You facilitate"), shown.count("<button")) == (0, 1)
    assert shown.count("Write to its people") == 1


def test_page_of_a_hidden_circle_is_gone_two_days_after_leaving(client, person):
    left_on = timezone.now().date() - timedelta(days=2)
    seat = MembershipFactory(person=person, circle__visibility="hidden", left_on=left_on)

    assert client.get(seat.circle.get_absolute_url()).status_code == 404


def test_page_says_that_the_facilitator_has_left(client, person):
    held = FacilitationFactory(
        person__name="Ruth Berg", person__left_on=timezone.now().date() - timedelta(days=9)
    )

    page = client.get(held.circle.get_absolute_url()).content.decode()

    assert page.count("Ruth Berg (has left the organisation)") == 1


def test_names_around_the_ring_are_for_its_own_people(client, person):
    circle = CircleFactory()
    MembershipFactory(circle=circle, person__name="Lena Maier")

    outside = client.get(circle.get_absolute_url()).content.decode()
    MembershipFactory(circle=circle, person=person)
    inside = client.get(circle.get_absolute_url()).content.decode()

    assert (outside.count("Lena"), inside.count("Lena") > 0) == (0, True)
    assert outside.count("see who has a seat") == 2


def test_circle_of_odd_name_stays_text(client, person):
    name = "<script>alert(1)</script> \u202e\U0001f9f6 é" + "x" * 80
    circle = CircleFactory(name=name, purpose="{{ 7|add:7 }} <b>")

    page = client.get(circle.get_absolute_url()).content.decode()

    assert page.count("<script>alert") == 0
    assert page.count("{{ 7|add:7 }} &lt;b&gt;") == 1
    assert Circle.objects.get(name=name) == circle
