"""Who reaches a circle's charter and gates: nobody but its own people, whoever else they are."""

import pytest
from django.urls import reverse

from circles.models import Format
from members.models import Role
from tests.factories import (
    CharterFactory,
    CircleFactory,
    FacilitationFactory,
    MembershipFactory,
    PersonFactory,
    RoleGrantFactory,
)

PERSONAS = ("visitor", "stranger", "member", "facilitator", "hr", "organiser")
CONTENT = (302, 404, 200, 200, 404, 404)

# A visitor's 302 leads to signing in. The signatures are always one's own.
ACCESS = {
    "get charter": CONTENT,
    "get charter_version": CONTENT,
    "get charter_write": (302, 404, 403, 200, 404, 404),
    "post charter_write": (302, 404, 403, 422, 404, 404),
    "get charter_sign": CONTENT,
    "post charter_sign": (302, 404, 422, 422, 404, 404),
    "get gates": CONTENT,
    "post gate_record": (302, 404, 403, 302, 404, 404),
    "get recognition_test": (302, 404, 200, 403, 404, 404),
    "post recognition_test": (302, 404, 200, 403, 404, 404),
    "get signatures": (302, 200, 200, 200, 200, 200),
    "post activate": (302, 403, 403, 302, 403, 302),
}
HIDDEN = ACCESS | {"post activate": (302, 404, 403, 302, 404, 302)}
ONLY_POST = ["gate_record", "activate"]


def a_circle(**fields):
    version = Format.objects.get(key="group_of_five").versions.first()
    return CharterFactory(circle=CircleFactory(format_version=version, **fields)).circle


def sign_in(client, persona, circle):
    people = {
        "stranger": PersonFactory,
        "member": lambda: MembershipFactory(circle=circle).person,
        "facilitator": lambda: FacilitationFactory(circle=circle).person,
        "hr": lambda: RoleGrantFactory(role=Role.HR_ANALYST).person,
        "organiser": lambda: RoleGrantFactory(role=Role.ORGANISER).person,
    }
    if persona in people:
        client.force_login(people[persona]())


def address(name, circle):
    args = {"signatures": [], "charter_version": [circle.pk, 1]}.get(name, [circle.pk])
    return reverse(f"circles:{name}", args=args)


def answers(client, circle, persona):
    """What each route answers to this persona."""
    sign_in(client, persona, circle)
    found = {}
    for route in ACCESS:
        method, name = route.split()
        response = getattr(client, method)(address(name, circle))
        asked = response.headers.get("Location", "").startswith(reverse("account_login"))
        assert asked == (persona == "visitor")
        found[route] = response.status_code
    return found


# Its own people reach a hidden circle's charter as they do a public one's.
OUTSIDERS = ("stranger", "hr", "organiser")
RUNS = [("public", persona, ACCESS) for persona in PERSONAS]
RUNS += [("hidden", persona, HIDDEN) for persona in OUTSIDERS]


@pytest.mark.django_db
@pytest.mark.parametrize(("visibility", "persona", "table"), RUNS)
def test_access_to_a_charter(client, visibility, persona, table):
    place = PERSONAS.index(persona)

    found = answers(client, a_circle(visibility=visibility), persona)

    assert found == {route: row[place] for route, row in table.items()}


@pytest.mark.django_db
@pytest.mark.parametrize("name", ONLY_POST)
def test_what_changes_something_needs_a_post(client, name):
    circle = a_circle()
    sign_in(client, "facilitator", circle)

    assert client.get(address(name, circle)).status_code == 405


@pytest.mark.django_db
def test_no_version_exists_at_other_numbers(client):
    circle = a_circle()
    sign_in(client, "facilitator", circle)

    statuses = [
        client.get(reverse("circles:charter_version", args=[circle.pk, number])).status_code
        for number in (2, 10**30)
    ]

    assert statuses == [404, 404]
