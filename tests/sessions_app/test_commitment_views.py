from datetime import timedelta

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse
from django.utils import timezone

from sessions_app.models import Commitment
from tests.factories import CommitmentFactory, MeetingFactory, MembershipFactory, PersonFactory

pytestmark = pytest.mark.django_db

KEY = "5f0c1a1e-3d5c-4c55-9f0e-6f1c2f1f9b10"
HTMX = {"HX-Request": "true"}
LIST = reverse("meetings:commitments")
NEW = reverse("meetings:promise_new")


@pytest.fixture
def seat(client):
    seat = MembershipFactory()
    client.force_login(seat.person)
    return seat


@pytest.fixture
def promised(seat):
    return CommitmentFactory(owner=seat.person, circle=seat.circle)


def at(name, commitment):
    return reverse(f"meetings:commitment_{name}", args=[commitment.pk])


def said(response):
    return [str(message) for message in get_messages(response.wsgi_request)]


def in_days(days):
    return timezone.localdate() + timedelta(days=days)


@pytest.mark.parametrize("count", [1, 4])
def test_promise_list_queries_do_not_grow(client, seat, count, django_assert_num_queries):
    CommitmentFactory.create_batch(count, owner=seat.person, circle=seat.circle)

    # User, promises counted and read, whether there is a seat, circles held, roles.
    with django_assert_num_queries(6):
        response = client.get(LIST)

    assert len(response.context["page"]) == count


def test_lists_show_ones_own_promises_by_state(client, seat, promised):
    settled_at = timezone.now() - timedelta(days=5)
    kept = CommitmentFactory(owner=seat.person, state="done", settled_at=settled_at)
    CommitmentFactory(circle=seat.circle)

    assert list(client.get(LIST).context["page"]) == [promised]
    assert list(client.get(LIST, {"show": "settled"}).context["page"]) == [kept]


@pytest.mark.parametrize(
    ("signed_in", "label"),
    [(PersonFactory, "Find a circle"), (lambda: MembershipFactory().person, "Promise something")],
)
def test_empty_list_offers_the_first_step(client, signed_in, label):
    client.force_login(signed_in())

    words = client.get(LIST).content.decode()

    assert "Nothing is open" in words
    assert words.count(f"<span>{label}</span>") == 1


def test_promise_is_made_once_by_a_double_click(client, seat):
    typed = {"text": "Ask Dana", "circle": seat.circle.pk, "due_on": in_days(7), "form_key": KEY}

    client.post(NEW, typed)
    response = client.post(NEW, typed)

    made = Commitment.objects.get()
    assert response["Location"] == LIST
    assert (made.owner, made.circle, made.promise) == (seat.person, seat.circle, "Ask Dana")
    assert (made.due_on, made.meeting) == (in_days(7), None)


def test_promise_made_in_a_meeting_leads_back_to_it(client, seat):
    meeting = MeetingFactory(circle=seat.circle)
    address = f"{NEW}?meeting={meeting.pk}"

    form = client.get(address).context["form"]
    response = client.post(address, {"text": "Ask Dana", "circle": seat.circle.pk})

    assert form["circle"].value() == seat.circle.pk
    assert response["Location"] == meeting.get_absolute_url()
    assert Commitment.objects.get().meeting == meeting


def test_promise_in_a_meeting_for_another_circle_is_refused_at_the_field(client, seat):
    other = MembershipFactory(person=seat.person).circle
    address = f"{NEW}?meeting={MeetingFactory(circle=seat.circle).pk}"

    response = client.post(address, {"text": "Ask Dana", "circle": other.pk})

    assert response.context["form"].errors["circle"] == ["That meeting is another circle’s."]


def test_promise_in_a_meeting_one_cannot_read_is_not_found(client, seat):
    assert client.get(f"{NEW}?meeting={MeetingFactory().pk}").status_code == 404


@pytest.mark.parametrize("asked", ["x", "-1", ""])
def test_nonsense_in_the_address_is_ignored(client, seat, asked):
    assert client.get(f"{NEW}?meeting={asked}&circle={asked}").status_code == 200


def test_person_without_a_circle_is_led_to_one(client):
    client.force_login(PersonFactory())

    words = client.get(NEW).content.decode()

    assert "You are not in a circle yet" in words
    assert 'name="text"' not in words


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"text": ""}, "text"),
        ({"text": "x" * 301}, "text"),
        ({"text": "a\x00b"}, "text"),
        ({"due_on": "2020-01-01"}, "due_on"),
        ({"due_on": "soon"}, "due_on"),
        ({"circle": ""}, "circle"),
        ({"circle": "0"}, "circle"),
    ],
)
def test_promise_form_keeps_what_was_typed(client, seat, typed, field):
    typed = {"text": "Ask Dana", "circle": str(seat.circle.pk)} | typed

    response = client.post(NEW, typed)

    form = response.context["form"]
    assert response.status_code == 422
    assert list(form.errors) == [field]
    assert {name: form[name].value() for name in typed} == typed
    assert not Commitment.objects.exists()


@pytest.mark.parametrize(("name", "state"), [("keep", "done"), ("partly", "partly")])
def test_promise_is_settled_in_one_tap_and_taken_back(client, promised, name, state):
    response = client.post(at(name, promised), {"next": "/"})

    promised.refresh_from_db()
    assert response["Location"] == "/"
    assert promised.state == state

    assert client.post(at("undo", promised))["Location"] == LIST
    promised.refresh_from_db()
    assert promised.state == Commitment.State.OPEN


@pytest.mark.parametrize(("shows", "beside"), [("owner", "You"), ("circle", "Circle")])
def test_tap_with_htmx_gets_the_line_as_its_page_shows_it(client, promised, shows, beside):
    response = client.post(at("keep", promised), {"shows": shows}, headers=HTMX)

    words = response.content.decode()
    name = "You" if beside == "You" else promised.circle.name
    assert response["Vary"].count("HX-Request") == 1
    assert words.count("<html") == 0
    assert words.count(f'id="promise-{promised.pk}"') == 1
    assert f"<small>{name} · kept" in words
    assert 'aria-pressed="true"' in words
    assert at("undo", promised) in words


def test_promise_is_carried_once_by_a_double_click(client, promised):
    typed = {"due_on": in_days(9), "form_key": KEY}

    client.post(at("carry", promised), typed)
    response = client.post(at("carry", promised), typed)

    promised.refresh_from_db()
    assert response["Location"] == LIST
    assert (promised.due_on, promised.times_carried) == (in_days(9), 1)


@pytest.mark.parametrize(
    ("due_on", "error"),
    [
        ("", "This field is required."),
        ("soon", "Enter a valid date."),
        ("2020-01-01", "That day has passed. Choose a later one."),
    ],
)
def test_carrying_keeps_what_was_typed(client, promised, due_on, error):
    response = client.post(at("carry", promised), {"due_on": due_on})

    assert response.status_code == 422
    assert response.context["form"].errors["due_on"] == [error]
    assert response.context["form"]["due_on"].value() == due_on


def test_dropping_asks_for_the_reason_and_shows_it(client, promised):
    refused = client.post(at("drop", promised), {"reason": "  "})
    promised.refresh_from_db()
    assert refused.status_code == 422
    assert promised.is_open

    response = client.post(at("drop", promised), {"reason": "The team was dissolved"})

    promised.refresh_from_db()
    assert said(response) == ["Dropped. Your circle reads the reason."]
    assert (promised.state, promised.reason) == ("dropped", "The team was dissolved")
    words = client.get(LIST, {"show": "settled"}).content.decode()
    assert "The team was dissolved" in words


@pytest.mark.parametrize("name", ["carry", "drop"])
def test_settled_promise_shows_no_form(client, promised, name):
    client.post(at("keep", promised))

    words = client.get(at(name, promised)).content.decode()

    assert "This promise is settled already." in words
    assert 'name="due_on"' not in words
    assert 'name="reason"' not in words


def test_carrying_a_settled_promise_says_why_not(client, promised):
    client.post(at("keep", promised))

    response = client.post(at("carry", promised), {"due_on": in_days(9)})

    assert response.context["form"].errors["due_on"] == [
        "This promise is settled already. Take that back to carry it on."
    ]


def test_asked_how_it_goes_one_says_still_on_it_and_takes_it_back(client, seat, promised):
    asked = f"{LIST}?show=asked"
    before = client.get(asked).content.decode()

    said_so = client.post(at("on_it", promised), {"shows": "asked"}, headers=HTMX).content.decode()
    plain = client.post(at("on_it_undo", promised), {"next": asked})

    for name in ("keep", "partly", "on_it"):
        assert f'action="{at(name, promised)}"' in before
    assert "· still on it, said " in said_so
    assert f'formaction="{at("on_it_undo", promised)}"' in said_so
    assert plain.url == asked
    promised.refresh_from_db()
    assert promised.on_it_at is None
