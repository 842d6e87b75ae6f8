"""Who reaches wishes and proposals. The order of personas: see test_access.PERSONAS."""

import pytest
from django.urls import reverse

from circles.models import Circle, Programme
from tests.circles.test_access import everybody_of, row, sign_in
from tests.factories import CircleFactory, PersonFactory
from tests.walking import walk

pytestmark = pytest.mark.django_db

ANYWHERE = {
    "get wishes": (302, 200, 200, 200, 200, 200),
    "post wishes": (302, 200, 200, 200, 200, 200),
    "get propose": (302, 200, 200, 200, 200, 200),
    "post propose": (302, 200, 200, 200, 200, 200),
}
# A proposal of somebody else; the sixth kind of person, who proposed it, is tested below.
PROPOSED = {
    "post support": (302, 302, 302, 403, 302, 302),
    "post unsupport": (302, 302, 302, 403, 302, 302),
    "get edit_proposal": (302, 403, 403, 403, 403, 403),
    "post edit_proposal": (302, 403, 403, 403, 403, 403),
    "get withdraw_proposal": (302, 403, 403, 403, 403, 403),
    "post withdraw_proposal": (302, 403, 403, 403, 403, 403),
    "get decline_proposal": (302, 403, 403, 403, 403, 200),
    "post decline_proposal": (302, 403, 403, 403, 403, 200),
    "post launch_proposal": (302, 403, 403, 403, 403, 302),
}
HIDDEN = {
    "post support": (302, 404, 403, 403, 404, 403),
    "get edit_proposal": (302, 404, 403, 403, 404, 403),
    "get withdraw_proposal": (302, 404, 403, 403, 404, 403),
    "get decline_proposal": (302, 404, 403, 403, 404, 200),
    "post launch_proposal": (302, 404, 403, 403, 404, 302),
    "post unsupport": (302, 404, 403, 403, 404, 403),
}
OWN = {
    "get edit_proposal": 200,
    "get withdraw_proposal": 200,
    "post withdraw_proposal": 302,
    "get decline_proposal": 403,
    "post launch_proposal": 403,
    "post unsupport": 302,
}
ACCESS = ANYWHERE | PROPOSED
ONLY_POST = ["support", "unsupport", "launch_proposal"]


def answer(client, route, circle=None):
    method, name = route.split()
    address = reverse(f"circles:{name}", args=[circle.pk] if circle else [])
    return getattr(client, method)(address).status_code


@pytest.fixture(scope="module")
def anywhere(lasting_rows):
    return lasting_rows(lambda: everybody_of(CircleFactory(programme__starters="everyone")))


@pytest.fixture(scope="module")
def proposed(lasting_rows):
    fields = {"stage": "proposed", "programme__starters": "everyone"}
    return lasting_rows(lambda: everybody_of(CircleFactory(**fields)))


@pytest.fixture(scope="module")
def hidden(lasting_rows):
    fields = {"stage": "proposed", "visibility": "hidden", "programme__starters": "everyone"}
    return lasting_rows(lambda: everybody_of(CircleFactory(**fields)))


@pytest.mark.parametrize("route", ANYWHERE)
def test_access_to_what_everyone_has(anywhere, route):
    method, name = route.split()

    assert walk(anywhere[1], method, reverse(f"circles:{name}")) == row(ANYWHERE[route])


@pytest.mark.parametrize("route", PROPOSED)
def test_access_to_a_proposal(proposed, route):
    circle, browsers = proposed
    method, name = route.split()

    found = walk(browsers, method, reverse(f"circles:{name}", args=[circle.pk]))

    assert found == row(PROPOSED[route])


@pytest.mark.parametrize("route", HIDDEN)
def test_access_to_a_hidden_proposal(hidden, route):
    circle, browsers = hidden
    method, name = route.split()

    found = walk(browsers, method, reverse(f"circles:{name}", args=[circle.pk]))

    assert found == row(HIDDEN[route])


@pytest.mark.parametrize(("route", "status"), OWN.items())
def test_access_to_ones_own_proposal(client, route, status):
    person = PersonFactory()
    circle = CircleFactory(stage="proposed", proposed_by=person)
    client.force_login(person)

    assert answer(client, route, circle) == status


@pytest.mark.parametrize(
    ("starters", "persona", "status"),
    [
        ("organisers", "stranger", 403),
        ("organisers", "facilitator", 403),
        ("facilitators", "stranger", 403),
        ("facilitators", "facilitator", 200),
        ("facilitators", "organiser", 403),
        ("everyone", "stranger", 200),
    ],
)
def test_proposing_is_for_whom_some_programme_lets(client, starters, persona, status):
    circle = CircleFactory()
    Programme.objects.update(starters=starters)
    sign_in(client, persona, circle)

    assert answer(client, "get propose") == status


@pytest.mark.parametrize("name", ONLY_POST)
def test_what_changes_a_proposal_needs_a_post(client, name):
    circle = CircleFactory(stage="proposed")
    sign_in(client, "organiser", circle)

    assert answer(client, f"get {name}", circle) == 405


def test_nothing_exists_at_other_numbers(client):
    sign_in(client, "organiser", CircleFactory())

    for route in PROPOSED:
        assert (route, answer(client, route, Circle(pk=10**30))) == (route, 404)
