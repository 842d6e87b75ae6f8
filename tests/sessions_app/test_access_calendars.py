"""Who reaches the addresses of calendars and answers: route, method, status by persona."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from sessions_app import answer_links
from sessions_app.actions.feeds import open_feed, secret_of
from tests.factories import (
    FacilitationFactory,
    MeetingFactory,
    MembershipFactory,
    PersonFactory,
    hr_analyst,
    organiser,
)

PERSONAS = (
    "visitor",
    "stranger",
    "owner",
    "member",
    "facilitator",
    "former member",
    "hr analyst",
    "organiser",
    "superuser",
)
# The address is the key: whoever holds it, holds it.
BY_ADDRESS = (200,) * 9
EVERYBODY = (302, 200, 200, 200, 200, 200, 200, 200, 200)
OWN_GET = (302, 404, 200, 404, 404, 404, 404, 404, 404)
OWN_POST = (302, 404, 302, 404, 404, 404, 404, 404, 404)
ACCESS = {  # to the feed of one member of a hidden circle, and the link of that member's mail
    "get answer_link": BY_ADDRESS,
    "post answer_link": (302, *(200,) * 8),  # the first one answers; the others find it used
    "get feed": BY_ADDRESS,
    "get calendars": EVERYBODY,
    # For that circle. An organiser knows that it exists, and is told why not.
    "post feed_open": (302, 404, 302, 302, 302, 404, 404, 302, 404),
    "get feed_replace": OWN_GET,
    "get feed_revoke": OWN_GET,
    "post feed_replace": OWN_POST,
    "post feed_revoke": OWN_POST,
}


@pytest.mark.django_db
@pytest.mark.parametrize("route", ACCESS)
def test_access_to_calendars(client, route):
    owner = MembershipFactory(circle__visibility="hidden")
    circle = owner.circle
    week_ago = timezone.localdate() - timedelta(days=7)
    people = {
        "stranger": PersonFactory(),
        "owner": owner.person,
        "member": MembershipFactory(circle=circle).person,
        "facilitator": FacilitationFactory(circle=circle).person,
        "former member": MembershipFactory(circle=circle, left_on=week_ago).person,
        "hr analyst": hr_analyst(),
        "organiser": organiser(),
        "superuser": PersonFactory(is_staff=True, is_superuser=True),
    }
    meeting = MeetingFactory(circle=circle, starts_at=timezone.now() + timedelta(days=3))
    feed = open_feed(owner.person, circle=circle)
    method, name = route.split()
    args = {
        "answer_link": [answer_links.write(meeting, owner.person, coming=True)],
        "feed": [secret_of(feed)],
        "feed_replace": [feed.pk],
        "feed_revoke": [feed.pk],
    }.get(name, [])
    address = reverse(f"meetings:{name}", args=args)

    answered = []
    for persona in PERSONAS:
        client.logout()
        if persona in people:
            client.force_login(people[persona])
        answered.append(getattr(client, method)(address, {"circle": circle.pk}).status_code)

    assert tuple(answered) == ACCESS[route]
