"""Who may import and who may read reports: one row a route, one column a persona."""

import pytest
from django.test import Client
from django.urls import reverse

from analytics.models import DataImport
from tests.factories import FacilitationFactory, PersonFactory, hr_analyst, organiser
from tests.walking import signed_in, walk

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


@pytest.fixture(scope="module")
def browsers(lasting_rows):
    return lasting_rows(
        lambda: signed_in({persona: PEOPLE[persona]() for persona in PERSONAS if persona in PEOPLE})
    )


@pytest.mark.parametrize("route", ACCESS)
def test_access_to_imports_and_reports(browsers, route):
    method, name = route.split()

    found = walk({"visitor": Client()} | browsers, method, address(name))

    assert found == dict(zip(PERSONAS, ACCESS[route], strict=True))
