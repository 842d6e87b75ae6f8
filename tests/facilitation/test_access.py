import pytest
from django.urls import reverse

from facilitation import urls
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


@pytest.mark.parametrize(("persona", "status"), ACCESS.items())
def test_access_to_the_hub(client, persona, status):
    if persona in PERSONAS:
        client.force_login(PERSONAS[persona]())

    response = client.get(reverse("facilitation:hub"))

    assert response.status_code == status


def test_access_table_names_every_view():
    assert [entry.name for entry in urls.urlpatterns] == ["hub"]
