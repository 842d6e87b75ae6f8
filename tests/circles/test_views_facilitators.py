from datetime import timedelta

import pytest
from django.utils import timezone

from circles.models import Facilitation
from tests.circles.conftest import errors, told, url
from tests.factories import (
    CircleFactory,
    FacilitationFactory,
    MembershipFactory,
    PersonFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def signed_in(client, by):
    client.force_login(by)


def test_facilitator_search_finds_people_who_work_here(client):
    circle = CircleFactory()
    PersonFactory(name="Ruth Berg")
    PersonFactory(name="Ruth Gone", left_on=timezone.now().date() - timedelta(days=1))
    PersonFactory(name="Other", email="ruthless@example.test")

    response = client.get(url("appoint", circle), {"words": "ruth"})

    assert [person.name for person in response.context["people"]] == ["Other", "Ruth Berg"]


@pytest.mark.parametrize("words", ["", "r", "nul\x00", "x" * 161])
def test_facilitator_search_says_what_is_wrong(client, words):
    response = client.get(url("appoint", CircleFactory()), {"words": words})

    assert list(errors(response)) == ["words"]
    assert list(response.context["people"]) == []


def test_facilitator_search_shows_twenty_and_says_so(client):
    PersonFactory.create_batch(21, name="Ruth Berg")

    page = client.get(url("appoint", CircleFactory()), {"words": "ruth"}).content.decode()

    assert page.count('name="person"') == 20
    assert page.count("More people match.") == 1


def test_appoint_twice_appoints_once(client):
    circle, person = CircleFactory(name="Night owls"), PersonFactory(name="Ruth Berg")

    for _ in range(2):
        response = client.post(url("appoint", circle), {"person": person.pk})

    assert circle.facilitations.current().get().person == person
    assert told(response)[-1] == ("success", "Ruth Berg facilitates “Night owls”.")


@pytest.mark.parametrize("person", ["", "none", "0", "9" * 30, "\x00"])
def test_appoint_nobody_says_so(client, person):
    response = client.post(url("appoint", CircleFactory()), {"person": person})

    assert told(response) == [("error", "That person is no longer there. Search again.")]
    assert Facilitation.objects.count() == 0


def test_appoint_says_why_not(client):
    seat = MembershipFactory(person__name="Ruth Berg")

    response = client.post(url("appoint", seat.circle), {"person": seat.person_id})

    assert told(response)[0][0] == "error"
    assert seat.circle.facilitations.count() == 0


def test_end_facilitation_asks_and_ends(client):
    held = FacilitationFactory(person__name="Ruth Berg")
    address = url("end_facilitation", held.circle, held)

    assert client.get(address).content.decode().count("Ruth Berg no longer holds") == 1
    client.post(address)

    held.refresh_from_db()
    assert held.ended_on == timezone.now().date()
    assert client.get(address)["Location"] == url("appoint", held.circle)
