import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import RequestFactory

from config.context import navigation
from members.models import Role
from tests.factories import (
    FacilitationFactory,
    PersonFactory,
    RoleGrantFactory,
    hr_analyst,
    organiser,
)

pytestmark = pytest.mark.django_db

MEMBER = ["Home", "Circles", "Goals"]


def labels(person, path="/"):
    request = RequestFactory().get(path)
    request.user = person
    return [entry.label for entry in navigation(request)]


def test_a_visitor_sees_no_navigation():
    assert labels(AnonymousUser()) == []


def test_a_member_sees_what_members_do():
    assert labels(PersonFactory()) == MEMBER


def test_a_facilitator_also_sees_the_hub():
    assert labels(FacilitationFactory().person) == [*MEMBER, "Hub"]


def test_an_organiser_also_sees_programmes_people_and_imports():
    assert labels(organiser()) == [*MEMBER, "Programmes", "People", "Imports"]


def test_an_hr_analyst_also_sees_reports():
    assert labels(hr_analyst()) == [*MEMBER, "Promotions", "Skills"]


def test_roles_add_up():
    person = FacilitationFactory().person
    RoleGrantFactory(person=person, role=Role.HR_ANALYST)

    assert labels(person) == [*MEMBER, "Hub", "Promotions", "Skills"]


@pytest.mark.parametrize(
    ("path", "current"), [("/", "Home"), ("/circles/7/", "Circles"), ("/goals/", "Goals")]
)
def test_navigation_marks_where_one_is(path, current):
    request = RequestFactory().get(path)
    request.user = PersonFactory()

    marked = [entry.label for entry in navigation(request) if entry.is_current]

    assert marked == [current]
