"""Who may open and press what in a live meeting of a hidden circle."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from sessions_app.actions import live as actions
from tests.factories import (
    FacilitationFactory,
    MembershipFactory,
    PersonFactory,
    RoleTurnFactory,
    hr_analyst,
    organiser,
)
from tests.sessions_app.live_world import at, world

pytestmark = pytest.mark.django_db

# The timekeeper is a member with a leading role in this very meeting.
PERSONAS = (
    *("visitor", "stranger", "member", "timekeeper", "host", "facilitator"),
    *("former member", "hr analyst", "organiser"),
)
READ = (302, 404, 200, 200, 200, 200, 404, 404, 404)
TAKE_PART = (302, 404, 302, 302, 302, 302, 404, 404, 404)
DRIVE = (302, 404, 403, 302, 302, 302, 404, 404, 404)
ACCESS = {
    "get live": READ,
    "get live_state": READ,
    "post live_begin": DRIVE,
    "post live_move": DRIVE,
    "post live_turns": DRIVE,
    "post live_here": TAKE_PART,
    "post live_airtime": DRIVE,
    "get live_capture": READ,
    "post live_capture": TAKE_PART,
    "get live_close": READ,
    "post live_close": TAKE_PART,
    "post live_end": DRIVE,
    "post live_reopen": DRIVE,
    # From here on they would lead it.
    "post live_lead": TAKE_PART,
}
MORE = {"live_capture": ["decision"], "live_close": ["plus_delta"]}
TYPED = {
    "live_here": {"here": "yes"},
    "live_capture": {"text": "We meet at nine"},
    "live_close": {"plus": "On time"},
}


@pytest.fixture
def meeting():
    meeting, _ = world(1, visibility="hidden")
    return meeting


def everybody(meeting):
    circle = meeting.circle
    seats = {name: MembershipFactory(circle=circle).person for name in ("member", "timekeeper")}
    RoleTurnFactory(meeting=meeting, role="timekeeper", person=seats["timekeeper"])
    gone = MembershipFactory(circle=circle, left_on=timezone.localdate() - timedelta(days=7))
    return seats | {
        "stranger": PersonFactory(),
        "host": circle.memberships.get(role="host").person,
        "facilitator": FacilitationFactory(circle=circle).person,
        "former member": gone.person,
        "hr analyst": hr_analyst(),
        "organiser": organiser(),
    }


@pytest.mark.parametrize(("column", "persona"), list(enumerate(PERSONAS)))
def test_access_to_a_live_meeting(client, meeting, column, persona):
    if persona != "visitor":
        client.force_login(everybody(meeting)[persona])

    statuses = {}
    for route in ACCESS:
        method, name = route.split()
        address = at(name, meeting, *MORE.get(name, []))
        statuses[route] = getattr(client, method)(address, TYPED.get(name, {})).status_code

    assert statuses == {route: row[column] for route, row in ACCESS.items()}


@pytest.mark.parametrize("number", [0, 2**63])
def test_impossible_numbers_are_not_found(client, number):
    client.force_login(PersonFactory())

    statuses = {
        getattr(client, route.split()[0])(
            reverse(f"meetings:{name}", args=[number, *MORE.get(name, [])])
        ).status_code
        for route in ACCESS
        for name in [route.split()[1]]
    }

    assert statuses == {404}


def test_only_who_drives_marks_somebody_else_as_here(client, meeting):
    people = everybody(meeting)
    asked = {"person": people["host"].pk, "here": "no"}

    statuses = []
    for persona in ("member", "timekeeper"):
        client.force_login(people[persona])
        statuses.append(client.post(at("live_here", meeting), asked).status_code)

    assert statuses == [403, 302]


def test_nothing_is_captured_before_or_after_the_meeting_runs(client, meeting):
    people = everybody(meeting)
    actions.end(meeting, by=people["host"])
    client.force_login(people["member"])
    address = at("live_capture", meeting, "decision")

    response = client.post(address, {"text": "We meet at nine"})

    assert response.status_code == 422
    assert "We meet at nine" in response.content.decode()
    assert meeting.decisions.count() == 0
    assert client.get(address)["Location"] == meeting.get_absolute_url()
