"""Who may import and who may read reports: one row a route, one column a persona."""

import pytest
from django.urls import reverse

from analytics.models import DataImport
from tests.factories import FacilitationFactory, PersonFactory, hr_analyst, organiser

pytestmark = pytest.mark.django_db

PERSONAS = ("visitor", "member", "facilitator", "hr analyst", "organiser")
ACCESS = {
    "get imports": (302, 403, 403, 403, 200),
    "get import_new": (302, 403, 403, 403, 200),
    "post import_new": (302, 403, 403, 403, 200),
    "get import_sample": (302, 403, 403, 403, 200),
    "get import": (302, 403, 403, 403, 200),
    "post import_apply": (302, 403, 403, 403, 302),
    "post import_discard": (302, 403, 403, 403, 302),
    "post import_recheck": (302, 403, 403, 403, 302),
    "get import_refusals": (302, 403, 403, 403, 404),
    "get promotions": (302, 403, 403, 200, 403),
    "get promotions_csv": (302, 403, 403, 200, 403),
    "get skills": (302, 403, 403, 200, 403),
    "get skills_csv": (302, 403, 403, 200, 403),
}
CELLS = [
    (route, persona, status)
    for route, row in ACCESS.items()
    for persona, status in zip(PERSONAS, row, strict=True)
]
OF_A_KIND = ("import_new", "import_sample")
OF_AN_IMPORT = ("import", "import_apply", "import_discard", "import_recheck", "import_refusals")
PEOPLE = {
    "member": PersonFactory,
    "facilitator": lambda: FacilitationFactory().person,
    "hr analyst": hr_analyst,
    "organiser": organiser,
}


def address(name):
    if name in OF_A_KIND:
        return reverse(f"analytics:{name}", args=["people"])
    if name not in OF_AN_IMPORT:
        return reverse(f"analytics:{name}")
    uploaded = DataImport.objects.create(
        kind="people", file_name="people.csv", state="ready", uploaded_by=PersonFactory()
    )
    return reverse(f"analytics:{name}", args=[uploaded.pk])


@pytest.mark.parametrize(("route", "persona", "status"), CELLS)
def test_access_to_imports_and_reports(client, route, persona, status):
    if persona in PEOPLE:
        client.force_login(PEOPLE[persona]())
    method, name = route.split()

    response = getattr(client, method)(address(name))

    assert response.status_code == status
