"""Who reaches what of a circle's life. The order of personas: see PERSONAS of test_access."""

from datetime import timedelta

import pytest
from django.urls import reverse

from circles.models import Circle
from tests.circles.test_access import PERSONAS, sign_in
from tests.factories import (
    CircleFactory,
    FacilitationFactory,
    MembershipFactory,
    MergeRequestFactory,
)

# To a listed circle that meets. A visitor's 302 leads to signing in; a form without its fields
# answers 200.
ACCESS = {
    "get pause": (302, 403, 403, 200, 403, 200),
    "post pause": (302, 403, 403, 302, 403, 302),
    "post resume": (302, 403, 403, 302, 403, 302),
    "get renewal": (302, 403, 200, 200, 403, 200),
    "post renewal": (302, 403, 200, 403, 403, 403),
    "get renewal_open": (302, 403, 403, 200, 403, 200),
    "post renewal_open": (302, 403, 403, 302, 403, 302),
    "get renew": (302, 403, 403, 200, 403, 200),
    "post renew": (302, 403, 403, 302, 403, 302),
    "get split": (302, 403, 403, 200, 403, 200),
    "post split": (302, 403, 403, 200, 403, 200),
    "get merge": (302, 403, 403, 200, 403, 200),
    "get merge_into": (302, 403, 403, 200, 403, 200),
    "post merge_into": (302, 403, 403, 302, 403, 302),
    "get merge_request": (302, 403, 403, 200, 403, 200),
    "post merge_request": (302, 403, 403, 302, 403, 302),
    "get closing_round": (302, 403, 403, 200, 403, 200),
    "post closing_round": (302, 403, 403, 200, 403, 200),
    "get closing_cancel": (302, 403, 403, 200, 403, 200),
    "post closing_cancel": (302, 403, 403, 302, 403, 302),
    "get closing_word": (302, 403, 200, 403, 403, 403),
    "post closing_word": (302, 403, 200, 403, 403, 403),
    "get parent": (302, 403, 403, 403, 403, 200),
    "post parent": (302, 403, 403, 403, 403, 302),
    "post parent_clear": (302, 403, 403, 403, 403, 302),
}
ONLY_POST = ["resume", "parent_clear"]


def address(name, circle):
    if name == "closing_cancel":
        Circle.objects.filter(pk=circle.pk).update(closes_on=circle.today + timedelta(days=9))
    other = {"programme": circle.programme, "visibility": circle.visibility, "stage": "active"}
    if name == "merge_request":
        asked = circle.merge_requests.first()
        request = asked or MergeRequestFactory(circle=circle, into=CircleFactory(**other))
        return reverse("circles:merge_request", args=[request.pk])
    if name == "merge_into":
        listed = CircleFactory(**other | {"visibility": "public"})
        return reverse("circles:merge_into", args=[circle.pk, listed.pk])
    return reverse(f"circles:{name}", args=[circle.pk])


def answer(client, route, circle):
    method, name = route.split()
    return getattr(client, method)(address(name, circle))


@pytest.mark.django_db
@pytest.mark.parametrize("persona", PERSONAS)
def test_access_to_the_life_of_a_listed_circle(client, persona):
    first = CircleFactory(stage="active")
    sign_in(client, persona, first)
    statuses = {}
    for route in ACCESS:
        # Whoever is refused changes nothing that the next route would meet.
        circle = same_again(first) if persona in ("facilitator", "organiser") else first
        response = answer(client, route, circle)
        statuses[route] = response.status_code
        asks = response.headers.get("Location", "").startswith(reverse("account_login"))
        assert (route, asks) == (route, persona == "visitor")

    assert statuses == {route: row[PERSONAS.index(persona)] for route, row in ACCESS.items()}


def same_again(first):
    """Another circle with the same people: what one route changed does not meet the next."""
    circle = CircleFactory(
        stage="active", programme=first.programme, format_version=first.format_version
    )
    for seat in first.memberships.all():
        MembershipFactory(circle=circle, person=seat.person)
    for held in first.facilitations.all():
        FacilitationFactory(circle=circle, person=held.person)
    return circle


@pytest.mark.django_db
@pytest.mark.parametrize("persona", ["stranger", "hr"])
def test_hidden_circle_does_not_exist_for_outsiders(client, persona):
    circle = CircleFactory(visibility="hidden", stage="active")
    sign_in(client, persona, circle)

    statuses = {route: answer(client, route, circle).status_code for route in ACCESS}

    assert statuses == dict.fromkeys(ACCESS, 404)


@pytest.mark.django_db
def test_what_changes_a_circle_at_once_needs_a_post(client):
    circle = CircleFactory()
    sign_in(client, "organiser", circle)

    assert {client.get(address(name, circle)).status_code for name in ONLY_POST} == {405}


@pytest.mark.django_db
def test_nothing_of_a_circles_life_exists_at_other_numbers(client):
    circle = CircleFactory()
    sign_in(client, "organiser", circle)

    for route in ACCESS:
        name = route.split()[1]
        args = [10**30] * (2 if name == "merge_into" else 1)
        response = client.post(reverse(f"circles:{name}", args=args))
        # Looking is all that the list of circles to join allows.
        assert (name, response.status_code) == (name, 405 if name == "merge" else 404)
