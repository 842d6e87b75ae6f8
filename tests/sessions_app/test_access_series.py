"""Who may open what of a circle's series: one row a route, one column a persona."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from sessions_app.actions.series import plan_series
from tests.factories import (
    FacilitationFactory,
    MembershipFactory,
    PersonFactory,
    hr_analyst,
    organiser,
)

pytestmark = pytest.mark.django_db

# Of a hidden circle with a facilitator, so that its host runs nothing.
PERSONAS = ("visitor", "stranger", "member", "host", "facilitator", "hr analyst", "organiser")
RUN = (302, 404, 403, 403, 200, 404, 403)
RUN_POST = (302, 404, 403, 403, 302, 404, 403)
# Of a series an organiser reads nothing: for them it does not exist.
SERIES = (302, 404, 403, 403, 200, 404, 404)
SERIES_POST = (302, 404, 403, 403, 302, 404, 404)
ACCESS = {
    "get series_new": RUN,
    "post series_new": RUN_POST,
    "post series_dates": RUN,
    "get meeting_defaults": RUN,
    "post meeting_defaults": RUN_POST,
    "get series": (302, 404, 200, 200, 200, 404, 404),
    "get series_edit": SERIES,
    "post series_edit": SERIES,
    "get series_end": SERIES,
    "post series_end": SERIES_POST,
    "post series_undo": SERIES_POST,
}
OF_CIRCLE = {"series_new", "series_dates", "meeting_defaults"}


def typed(name):
    day = timezone.localdate() + timedelta(days=40)
    series = {"day": day, "time": "15:00", "minutes": 60, "rhythm": "weekly", "ends": "never"}
    series |= {"on_holiday": "meet"}
    return {"series_new": series, "series_dates": series, "series_edit": series}.get(name, {})


def test_access_to_the_series_of_a_hidden_circle(client):
    circle = MembershipFactory(circle__visibility="hidden", circle__stage="active").circle
    facilitator = FacilitationFactory(circle=circle).person
    starts = timezone.now().replace(tzinfo=None, microsecond=0) + timedelta(days=7)
    series = plan_series(
        circle, by=facilitator, rules=["FREQ=WEEKLY;COUNT=3"], starts=starts, minutes=60
    )
    people = {
        "stranger": PersonFactory(),
        "member": MembershipFactory(circle=circle).person,
        "host": MembershipFactory(circle=circle, role="host").person,
        "facilitator": facilitator,
        "hr analyst": hr_analyst(),
        "organiser": organiser(),
    }

    # Only the facilitator changes anything: the routes stand in the order in which that works.
    found = {route: [] for route in ACCESS}
    for persona in PERSONAS:
        if persona in people:
            client.force_login(people[persona])
        for route in ACCESS:
            method, name = route.split()
            subject = circle if name in OF_CIRCLE else series
            address = reverse(f"meetings:{name}", args=[subject.pk])
            response = getattr(client, method)(address, typed(name))
            found[route].append(response.status_code)

    assert {route: tuple(statuses) for route, statuses in found.items()} == ACCESS


def test_impossible_numbers_are_not_found(client):
    client.force_login(PersonFactory())
    addresses = [
        reverse(f"meetings:{route.split()[1]}", args=[number])
        for route in ACCESS
        for number in (0, 2**63)
    ]

    found = {client.post(address).status_code for address in addresses}

    assert found <= {404, 405}
