import pytest
from django.urls import reverse

from tests.factories import (
    FacilitationFactory,
    MembershipFactory,
    PersonFactory,
    hr_analyst,
    organiser,
)

pytestmark = pytest.mark.django_db

PERSONAS = {
    "stranger": PersonFactory,
    "member": lambda: MembershipFactory().person,
    "host": lambda: MembershipFactory(role="host").person,
    "facilitator": lambda: FacilitationFactory().person,
    "former facilitator": lambda: FacilitationFactory(ended_on="2026-01-01").person,
    "hr analyst": hr_analyst,
    "organiser": organiser,
    "superuser": lambda: PersonFactory(is_staff=True, is_superuser=True),
}
ACCESS = {
    "get hub": {
        "visitor": 302,
        "stranger": 403,
        "member": 403,
        "host": 403,
        "facilitator": 200,
        "former facilitator": 403,
        "hr analyst": 403,
        "organiser": 403,
        "superuser": 403,
    }
}
CELLS = [
    (route, persona, status) for route, row in ACCESS.items() for persona, status in row.items()
]


@pytest.mark.parametrize(("route", "persona", "status"), CELLS)
def test_access_to_facilitation(client, route, persona, status):
    if persona in PERSONAS:
        client.force_login(PERSONAS[persona]())
    method, name = route.split()

    response = getattr(client, method)(reverse(f"facilitation:{name}"))

    assert response.status_code == status
