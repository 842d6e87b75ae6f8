"""Who shapes a meeting's agenda and gives out its roles: one row a route, one column a persona."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from sessions_app.urls import agenda as urls
from tests.factories import (
    FacilitationFactory,
    MeetingFactory,
    MembershipFactory,
    PersonFactory,
    RoleSwapFactory,
    RoleTurnFactory,
    hr_analyst,
    organiser,
)

pytestmark = pytest.mark.django_db

# Of a hidden circle. The holder has a role and asks the one who is asked; the host has a
# facilitator beside them.
PERSONAS = (
    "visitor",
    "stranger",
    "holder",
    "asked",
    "member",
    "host",
    "facilitator",
    "former member",
    "hr analyst",
    "organiser",
)
SHAPE_GET = (302, 404, 403, 403, 403, 200, 200, 404, 404, 404)
SHAPE_POST = (302, 404, 403, 403, 403, 302, 302, 404, 404, 404)
HOLD_GET = (302, 404, 200, 403, 403, 403, 403, 404, 404, 404)
HOLD_POST = (302, 404, 302, 403, 403, 403, 403, 404, 404, 404)
ACCESS = {
    "get agenda": SHAPE_GET,
    "post agenda": SHAPE_POST,
    "get agenda_reset": SHAPE_GET,
    "post agenda_reset": SHAPE_POST,
    "get role_give": SHAPE_GET,
    "post role_give": SHAPE_POST,
    "get role_prepare": HOLD_GET,
    "post role_prepare": HOLD_POST,
    "get role_swap_ask": HOLD_GET,
    "post role_swap_ask": HOLD_POST,
    "post role_swap_withdraw": HOLD_POST,
    "post role_swap_answer": (302, 404, 403, 302, 403, 403, 403, 404, 404, 404),
}


@pytest.fixture
def world():
    """A meeting to come with one role, about which a question is open; and everybody."""
    day = timezone.now() + timedelta(days=3)
    meeting = MeetingFactory(
        circle__visibility="hidden", starts_at=day, circle__format_version__definition=DEFINITION
    )
    circle = meeting.circle
    holder, asked = (MembershipFactory(circle=circle).person for _ in range(2))
    week_ago = timezone.localdate() - timedelta(days=7)
    people = {
        "stranger": PersonFactory(),
        "holder": holder,
        "asked": asked,
        "member": MembershipFactory(circle=circle).person,
        "host": MembershipFactory(circle=circle, role="host").person,
        "facilitator": FacilitationFactory(circle=circle).person,
        "former member": MembershipFactory(circle=circle, left_on=week_ago).person,
        "hr analyst": hr_analyst(),
        "organiser": organiser(),
    }
    turn = RoleTurnFactory(meeting=meeting, person=holder, role="spotlight")
    return people, meeting, turn, RoleSwapFactory(turn=turn, asked=asked)


DEFINITION = {
    "agenda": [{"name": "Spotlight", "minutes": 60, "mode": "presenter", "times": 1}],
    "rotating_roles": ["spotlight"],
}


TYPED = {
    "agenda": {
        "based_on": "0",
        "row-TOTAL_FORMS": "1",
        "row-INITIAL_FORMS": "0",
        "row-0-name": "Talk",
        "row-0-minutes": "60",
        "row-0-mode": "circle",
    },
    "role_prepare": {"words": "A case"},
    "role_swap_answer": {"accepted": "no"},
}


def test_access_to_agenda_and_roles_of_a_hidden_circle(client, world):
    people, meeting, turn, swap = world
    about = {"role_swap_answer": swap, "role_swap_withdraw": swap}
    about |= {"role_prepare": turn, "role_swap_ask": turn}
    typed = TYPED | {
        "role_give": {"spotlight-1": str(turn.person_id)},
        "role_swap_ask": {"asked": str(swap.asked_id)},
    }
    answers = {route: [] for route in ACCESS}

    for persona in PERSONAS:
        client.logout()
        if persona in people:
            client.force_login(people[persona])
        for route in ACCESS:
            method, name = route.split()
            url = reverse(f"meetings:{name}", args=[about.get(name, meeting).pk])
            with transaction.atomic():
                response = getattr(client, method)(url, typed.get(name, {}))
                transaction.set_rollback(True)  # everybody finds the same
            answers[route].append(response.status_code)

    assert {route: tuple(said) for route, said in answers.items()} == ACCESS


def test_access_table_names_every_view():
    assert {route.split()[1] for route in ACCESS} == {entry.name for entry in urls.urlpatterns}


def test_impossible_numbers_are_not_found(client):
    client.force_login(PersonFactory())

    found = {
        getattr(client, method)(reverse(f"meetings:{name}", args=[number])).status_code
        for method, name in map(str.split, ACCESS)
        for number in (0, 2**63)
    }

    assert found == {404}
