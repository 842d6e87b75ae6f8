"""Who forms circles: organisers, and nobody else."""

import pytest
from django.urls import reverse

from circles.models import Formation
from members.models import Role
from tests.circles.test_access import PERSONAS
from tests.factories import (
    FacilitationFactory,
    FormationFactory,
    MembershipFactory,
    PairRuleFactory,
    PersonFactory,
    RoleGrantFactory,
    StagedCircleFactory,
    StagedSeatFactory,
)

OPENS, SENDS_ON = (302, 403, 403, 403, 403, 200), (302, 403, 403, 403, 403, 302)
ACCESS = {
    "get formations": OPENS,
    "get formation_new": OPENS,
    "get pair_rules": OPENS,
    "post pair_rules": SENDS_ON,
    "post pair_rule_remove": SENDS_ON,
    "get formation": OPENS,
    "get formation_set_up": OPENS,
    "post formation_start": SENDS_ON,
    "post formation_stop": SENDS_ON,
    "get formation_discard": OPENS,
    "post formation_discard": SENDS_ON,
    "get formation_publish": OPENS,
    "post formation_publish": SENDS_ON,
    "post formation_undo": SENDS_ON,
    "get formation_move": OPENS,
    "post formation_move": SENDS_ON,
    "post staged_lock": SENDS_ON,
    "get staged_facilitators": SENDS_ON,
    "post staged_facilitators": SENDS_ON,
    "post staged_new": SENDS_ON,
    "post staged_newcomers": SENDS_ON,
    "get staged_circle": OPENS,
    "get staged_dissolve": OPENS,
    "post staged_dissolve": SENDS_ON,
}
ONLY_POST = [
    "pair_rule_remove",
    "formation_start",
    "formation_stop",
    "formation_undo",
    "staged_lock",
    "staged_new",
    "staged_newcomers",
]
OF_A_PROGRAMME = ("formations", "formation_new", "pair_rules")


def address(name, seat):
    formation = seat.formation
    if name in OF_A_PROGRAMME:
        args = [formation.programme_id]
    elif name == "pair_rule_remove":
        rule = PairRuleFactory(programme=formation.programme)
        args = [formation.programme_id, rule.pk]
    elif name == "formation_move":
        args = [formation.pk, seat.pk]
    elif name in ("staged_circle", "staged_dissolve"):
        args = [formation.pk, seat.staged_circle_id]
    else:
        args = [formation.pk]
    return reverse(f"circles:{name}", args=args)


def sign_in(client, persona):
    people = {
        "stranger": PersonFactory,
        "member": lambda: MembershipFactory().person,
        "facilitator": lambda: FacilitationFactory().person,
        "hr": lambda: RoleGrantFactory(role=Role.HR_ANALYST).person,
        "organiser": lambda: RoleGrantFactory(role=Role.ORGANISER).person,
    }
    if persona in people:
        client.force_login(people[persona]())


@pytest.fixture
def seat(db):
    formation = FormationFactory(state=Formation.State.SOLVED)
    circle = StagedCircleFactory(formation=formation)
    return StagedSeatFactory(formation=formation, staged_circle=circle)


@pytest.mark.parametrize("persona", PERSONAS)
def test_access_to_formation(client, seat, persona):
    """Every route in one test: discarding comes last, and each row has a circle of its own."""
    sign_in(client, persona)
    column = PERSONAS.index(persona)

    found = {}
    for number, route in enumerate(sorted(ACCESS, key="post formation_discard".__eq__)):
        seat.staged_circle = StagedCircleFactory(formation=seat.formation, number=1000 - number)
        method, name = route.split()
        found[route] = getattr(client, method)(address(name, seat)).status_code

    assert found == {route: row[column] for route, row in ACCESS.items()}


@pytest.mark.parametrize("name", ONLY_POST)
def test_what_changes_a_formation_needs_a_post(client, seat, name):
    sign_in(client, "organiser")

    assert client.get(address(name, seat)).status_code == 405


def test_nothing_of_another_formation_is_reached(client, seat):
    other = StagedSeatFactory(formation=FormationFactory(state=Formation.State.SOLVED))
    sign_in(client, "organiser")
    wrong = [
        reverse("circles:formation_move", args=[other.formation_id, seat.pk]),
        reverse("circles:staged_circle", args=[other.formation_id, seat.staged_circle_id]),
        reverse("circles:staged_dissolve", args=[other.formation_id, seat.staged_circle_id]),
        reverse("circles:formation", args=[10**30]),
    ]

    assert [client.get(url).status_code for url in wrong] == [404] * 4
