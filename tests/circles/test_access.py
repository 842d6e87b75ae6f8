"""Who reaches what. The fixed order of personas: see PERSONAS."""

import pytest
from django.urls import reverse

from circles import urls
from circles.models import Circle
from members.models import Role
from tests.factories import (
    CircleFactory,
    FacilitationFactory,
    MembershipFactory,
    PersonFactory,
    RoleGrantFactory,
)
from tests.walking import signed_in, walk

PERSONAS = ("visitor", "stranger", "member", "facilitator", "hr", "organiser")

# To a listed circle that looks for members. A visitor's 302 leads to signing in.
ANYWHERE = {
    "get list": (302, 200, 200, 200, 200, 200),
    "get create": (302, 403, 403, 403, 403, 200),
    "get programmes": (302, 403, 403, 403, 403, 200),
    "get programme_create": (302, 403, 403, 403, 403, 200),
    "get programme": (302, 403, 403, 403, 403, 200),
    "get programme_edit": (302, 403, 403, 403, 403, 200),
    "get programme_archive": (302, 403, 403, 403, 403, 200),
    "post programme_archive": (302, 403, 403, 403, 403, 302),
    "post programme_restore": (302, 403, 403, 403, 403, 302),
    "get create_in_programme": (302, 403, 403, 403, 403, 200),
    "get formats": (302, 200, 200, 200, 200, 200),
    "get format": (302, 200, 200, 200, 200, 200),
}
LISTED = {
    "post join": (302, 302, 302, 403, 302, 302),
    "get leave": (302, 403, 200, 403, 403, 403),
    "post leave": (302, 403, 302, 403, 403, 403),
    "get edit": (302, 403, 403, 200, 403, 200),
    "post stage": (302, 403, 403, 403, 403, 302),
    "get close": (302, 403, 403, 403, 403, 200),
    "post close": (302, 403, 403, 403, 403, 302),
    "post reopen": (302, 403, 403, 403, 403, 302),
    "get appoint": (302, 403, 403, 403, 403, 200),
    "post appoint": (302, 403, 403, 403, 403, 302),
    "get end_facilitation": (302, 403, 403, 403, 403, 200),
    "post end_facilitation": (302, 403, 403, 403, 403, 302),
}
# A hidden circle does not exist for outsiders; an organiser knows it, and cannot join it.
UNLISTED = {
    "post join": (302, 404, 302, 403, 404, 403),
    "get leave": (302, 404, 200, 403, 404, 403),
    "post leave": (302, 404, 302, 403, 404, 403),
    "get edit": (302, 404, 403, 200, 404, 200),
    "post stage": (302, 404, 403, 403, 404, 302),
    "get close": (302, 404, 403, 403, 404, 200),
    "post close": (302, 404, 403, 403, 404, 302),
    "post reopen": (302, 404, 403, 403, 404, 302),
    "get appoint": (302, 404, 403, 403, 404, 200),
    "post appoint": (302, 404, 403, 403, 404, 302),
    "get end_facilitation": (302, 404, 403, 403, 404, 200),
    "post end_facilitation": (302, 404, 403, 403, 404, 302),
}
ACCESS = ANYWHERE | LISTED  # every route; tests/test_access.py sees to it
ONLY_POST = ["join", "stage", "reopen", "programme_restore"]


def sign_in(client, persona, circle):
    people = {
        "stranger": PersonFactory,
        "member": lambda: MembershipFactory(circle=circle).person,
        "facilitator": lambda: FacilitationFactory(circle=circle).person,
        "hr": lambda: RoleGrantFactory(role=Role.HR_ANALYST).person,
        "organiser": lambda: RoleGrantFactory(role=Role.ORGANISER).person,
    }
    if persona in people:
        client.force_login(people[persona]())


def address(name, circle):
    if name == "end_facilitation":
        return reverse(
            "circles:end_facilitation", args=[circle.pk, FacilitationFactory(circle=circle).pk]
        )
    if name == "format":
        return reverse("circles:format", args=["career_circle"])
    pattern = next(pattern for pattern in urls.urlpatterns if pattern.name == name)
    owner = circle.programme_id if "programme" in name else circle.pk
    return reverse(f"circles:{name}", args=[owner] if pattern.pattern.converters else [])


def row(statuses):
    """A row of a table, by persona."""
    return dict(zip(PERSONAS, statuses, strict=True))


def everybody_of(circle):
    """The circle, and a browser for each persona."""
    people = {
        "visitor": None,
        "stranger": PersonFactory(),
        "member": MembershipFactory(circle=circle).person,
        "facilitator": FacilitationFactory(circle=circle).person,
        "hr": RoleGrantFactory(role=Role.HR_ANALYST).person,
        "organiser": RoleGrantFactory(role=Role.ORGANISER).person,
    }
    return circle, signed_in(people)


@pytest.fixture(scope="module")
def listed(lasting_rows):
    return lasting_rows(lambda: everybody_of(CircleFactory()))


@pytest.fixture(scope="module")
def hidden(lasting_rows):
    return lasting_rows(lambda: everybody_of(CircleFactory(visibility="hidden")))


@pytest.mark.django_db
@pytest.mark.parametrize("route", ACCESS)
def test_access_to_a_listed_circle(listed, route):
    circle, browsers = listed
    method, name = route.split()

    assert walk(browsers, method, address(name, circle)) == row(ACCESS[route])


@pytest.mark.django_db
@pytest.mark.parametrize("route", UNLISTED)
def test_access_to_a_hidden_circle(hidden, route):
    circle, browsers = hidden
    method, name = route.split()

    assert walk(browsers, method, address(name, circle)) == row(UNLISTED[route])


@pytest.mark.django_db
@pytest.mark.parametrize("name", ONLY_POST)
def test_what_changes_something_needs_a_post(client, name):
    circle = CircleFactory()
    sign_in(client, "organiser", circle)

    assert client.get(address(name, circle)).status_code == 405


@pytest.mark.django_db
def test_nothing_exists_at_other_numbers(client):
    circle = CircleFactory()
    sign_in(client, "organiser", circle)
    names = [route.split()[1] for route in LISTED] + ["programme", "programme_edit"]
    huge = 10**30

    for name in names:
        args = [huge, huge] if name == "end_facilitation" else [huge]
        response = client.post(reverse(f"circles:{name}", args=args))
        assert (name, response.status_code) == (name, 404)


@pytest.mark.django_db
def test_facilitation_of_another_circle_is_not_found(client):
    circle, other = CircleFactory(), FacilitationFactory()
    sign_in(client, "organiser", circle)

    response = client.post(
        reverse("circles:end_facilitation", args=[circle.pk, other.pk]), follow=True
    )

    assert response.status_code == 404


@pytest.mark.django_db
def test_who_just_left_a_hidden_circle_may_undo_it_and_an_outsider_may_not(client):
    circle = CircleFactory(visibility="hidden")
    seat = MembershipFactory(circle=circle)
    client.force_login(seat.person)

    client.post(reverse("circles:leave", args=[circle.pk]))
    client.post(reverse("circles:join", args=[circle.pk]))

    seat.refresh_from_db()
    assert seat.left_on is None
    assert not Circle.objects.visible_to(PersonFactory()).filter(pk=circle.pk).exists()


def test_both_tables_name_the_same_routes():
    assert UNLISTED.keys() == LISTED.keys()
