"""Who may open what: one row a route, one column a persona."""

import pytest
from django.urls import reverse

from members import urls
from tests.factories import PersonFactory, hr_analyst, organiser

pytestmark = pytest.mark.django_db

PERSONAS = ("visitor", "member", "hr analyst", "organiser")
ACCESS = {
    "get people": (302, 403, 403, 200),
    "get person": (302, 403, 403, 200),
    "get grant_role": (302, 403, 403, 200),
    "post grant_role": (302, 403, 403, 302),
    "get revoke_role": (302, 403, 403, 200),
    "post revoke_role": (302, 403, 403, 302),
    "get profile": (302, 200, 200, 200),
    "post profile": (302, 302, 302, 302),
    "get sign_out_everywhere": (302, 200, 200, 200),
    "post sign_out_everywhere": (302, 302, 302, 302),
    "get resume": (302, 302, 302, 302),
    "post resume_discard": (302, 302, 302, 302),
}
CELLS = [
    (route, persona, status)
    for route, row in ACCESS.items()
    for persona, status in zip(PERSONAS, row, strict=True)
]
ARGUMENTS = {"person": 1, "grant_role": 2, "revoke_role": 2}


def address(name, pk):
    return reverse(f"members:{name}", args=[pk, "hr_analyst"][: ARGUMENTS.get(name, 0)])


@pytest.mark.parametrize(("route", "persona", "status"), CELLS)
def test_access_to_people(client, route, persona, status):
    other = PersonFactory()
    people = {"member": PersonFactory, "hr analyst": hr_analyst, "organiser": organiser}
    if persona in people:
        client.force_login(people[persona]())
    method, name = route.split()

    response = getattr(client, method)(address(name, other.pk), {"time_zone": "UTC"})

    assert response.status_code == status


@pytest.mark.parametrize("name", ["people", "person", "grant_role", "profile", "resume"])
def test_visitor_is_led_to_signing_in(client, name):
    url = address(name, PersonFactory().pk)

    response = client.get(url)

    assert response["Location"] == f"{reverse('account_login')}?next={url}"


def test_nobody_learns_from_a_403_whether_a_person_exists(client):
    client.force_login(PersonFactory())
    nobody = 2**31

    assert client.get(address("person", nobody)).status_code == 403
    assert client.get(address("grant_role", nobody)).status_code == 403


@pytest.mark.parametrize("number", ["0", "99999999999999999999999"])
def test_person_with_an_impossible_number_is_not_found(client, number):
    client.force_login(organiser())

    response = client.get(f"/people/{number}/")

    assert response.status_code == 404


@pytest.mark.parametrize("role", ["member", "superuser", "organiserr"])
def test_role_that_does_not_exist_is_not_found(client, role):
    client.force_login(organiser())
    other = PersonFactory()

    response = client.post(f"/people/{other.pk}/roles/{role}/grant/")

    assert response.status_code == 404


def test_access_table_names_every_view():
    assert {route.split()[1] for route in ACCESS} == {entry.name for entry in urls.urlpatterns}
