"""Who reaches what of joining. The person asked is the one an offer or application is about."""

import pytest
from django.urls import reverse

from circles.models import Circle
from tests.circles.test_access import sign_in
from tests.factories import (
    ApplicationFactory,
    CircleFactory,
    FacilitationFactory,
    OfferFactory,
    WaitlistEntryFactory,
)

pytestmark = pytest.mark.django_db

PERSONAS = ("visitor", "stranger", "member", "facilitator", "hr", "organiser", "asked")

OWN_OFFER = (302, 404, 404, 404, 404, 404)
# In a circle that anyone finds, where one asks for a seat and its facilitator decides.
ACCESS = {
    "post waitlist_join": (302, 302, 302, 403, 302, 302, 302),
    "post waitlist_leave": (302, 302, 302, 302, 302, 302, 302),
    "get apply": (302, 200, 200, 403, 200, 200, 200),
    "post apply": (302, 302, 200, 403, 302, 302, 200),
    "get people": (302, 403, 403, 200, 403, 200, 403),
    "post invite": (302, 403, 403, 422, 403, 422, 403),
    "get leave_take": (302, 403, 200, 403, 403, 403, 403),
    "post leave_take": (302, 403, 422, 403, 403, 403, 403),
    "post leave_end": (302, 403, 302, 403, 403, 403, 403),
    "get move": (302, 403, 200, 403, 403, 403, 403),
    "post move_to": (302, 403, 302, 403, 403, 403, 403),
    "get offer": (*OWN_OFFER, 200),
    "post offer_accept": (*OWN_OFFER, 302),
    "post offer_decline": (*OWN_OFFER, 302),
    "post offer_withdraw": (302, 403, 403, 302, 403, 302, 403),
    # What someone wrote is for the facilitator who decides, and for no organiser.
    "get application": (302, 404, 404, 200, 404, 404, 200),
    "post application_vote": (302, 404, 404, 302, 404, 404, 302),
    "post application_decide": (302, 404, 404, 422, 404, 404, 422),
    "post application_withdraw": (302, 404, 404, 404, 404, 404, 302),
    "post demand_meet": (302, 403, 403, 403, 403, 302, 403),
}
# A hidden circle exists for who is offered a seat in it, until they have answered.
HIDDEN = {
    "post waitlist_join": (302, 404, 302, 403, 404, 403, 403),
    "post invite": (302, 404, 403, 422, 404, 422, 403),
    "post offer_accept": (*OWN_OFFER, 302),
}


def people_of(circle, name):
    """The row that the address names, and the person it is about."""
    FacilitationFactory(circle=circle)  # so that nothing falls to organisers
    if name.startswith("offer"):
        offer = OfferFactory(circle=circle)
        return offer.person, [offer.pk]
    if name.startswith("application"):
        application = ApplicationFactory(circle=circle)
        return application.person, [application.pk]
    if name == "demand_meet":
        asked = WaitlistEntryFactory(circle=circle).person
        return asked, [circle.programme_id, circle.format_version.format.key]
    if name == "move_to":
        other = CircleFactory(programme=circle.programme)
        return WaitlistEntryFactory(circle=circle).person, [circle.pk, other.pk]
    offered = OfferFactory(circle=circle).person if circle.is_hidden else None
    return offered or WaitlistEntryFactory(circle=circle).person, [circle.pk]


def statuses(client, route, visibility):
    method, name = route.split()
    found = []
    for persona in PERSONAS:
        circle = CircleFactory(visibility=visibility, programme__entry="apply")
        asked, args = people_of(circle, name)
        client.logout()
        if persona == "asked":
            client.force_login(asked)
        else:
            sign_in(client, persona, circle)
        response = getattr(client, method)(reverse(f"circles:{name}", args=args))
        signs_in = response.headers.get("Location", "").startswith(reverse("account_login"))
        assert signs_in == (persona == "visitor")
        found.append(response.status_code)
    return tuple(found)


@pytest.mark.parametrize("route", ACCESS)
def test_access_to_joining(client, route):
    assert statuses(client, route, Circle.Visibility.PUBLIC) == ACCESS[route]


@pytest.mark.parametrize("route", HIDDEN)
def test_access_to_joining_a_hidden_circle(client, route):
    assert statuses(client, route, Circle.Visibility.HIDDEN) == HIDDEN[route]


def test_what_joining_changes_needs_a_post(client):
    circle = CircleFactory()
    sign_in(client, "organiser", circle)
    only_get = {"get apply", "get people", "get leave_take", "get move", "get offer"}
    posted = {r.split()[1] for r in ACCESS} - {r.split()[1] for r in only_get} - {"application"}

    for name in posted:
        _, args = people_of(circle, name)
        assert (name, client.get(reverse(f"circles:{name}", args=args)).status_code) == (name, 405)
        circle = CircleFactory()
