"""Who reaches a follow-up: whoever is asked, and nobody else. The personas: see test_access."""

from datetime import date

import pytest
from django.urls import reverse

from tests.circles.test_access import PERSONAS, everybody_of, row
from tests.factories import CircleFactory, MembershipFactory
from tests.walking import walk

# Of the member. A visitor's 302 leads to signing in; a form without its fields answers 200.
ACCESS = {
    "get follow_ups": (302, 200, 200, 200, 200, 200),
    "get follow_up": (302, 404, 200, 404, 404, 404),
    "post follow_up": (302, 404, 200, 404, 404, 404),
    "get follow_up_thanks": (302, 404, 200, 404, 404, 404),
    "post follow_up_skip": (302, 404, 302, 404, 404, 404),
    "post follow_up_stop": (302, 404, 302, 404, 404, 404),
    "post follow_up_resume": (302, 404, 302, 404, 404, 404),
}


@pytest.fixture(scope="module")
def everybody(lasting_rows):
    def make():
        circle = CircleFactory(started_on=date(2020, 1, 6))
        _, browsers = everybody_of(circle)
        seat = circle.memberships.get()
        MembershipFactory(circle=circle)
        return seat, browsers

    return lasting_rows(make)


@pytest.mark.django_db
@pytest.mark.parametrize("route", ACCESS)
def test_access_to_a_follow_up(everybody, route):
    seat, browsers = everybody
    method, name = route.split()
    address = reverse(f"circles:{name}", args=[] if name == "follow_ups" else [seat.pk])

    assert PERSONAS[2] == "member"
    assert walk(browsers, method, address) == row(ACCESS[route])


@pytest.mark.django_db
def test_what_changes_something_needs_a_post_and_a_seat(client):
    seat = MembershipFactory()
    client.force_login(seat.person)

    for name in ("follow_up_skip", "follow_up_stop", "follow_up_resume"):
        assert client.get(reverse(f"circles:{name}", args=[seat.pk])).status_code == 405
        assert client.post(reverse(f"circles:{name}", args=[10**30])).status_code == 404
