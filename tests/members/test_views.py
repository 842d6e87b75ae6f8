from datetime import UTC, date, datetime

import pytest
from django.template import Context, Template
from django.urls import reverse
from django.utils import timezone

from members.models import Role, RoleGrant
from members.paging import MOST
from tests.factories import (
    CareerEventFactory,
    PersonFactory,
    RoleGrantFactory,
    UnitFactory,
    hr_analyst,
    organiser,
)

pytestmark = pytest.mark.django_db

PEOPLE = reverse("members:people")
PROFILE = reverse("members:profile")


@pytest.fixture
def by(client):
    person = organiser(name="Zora Organiser")
    client.force_login(person)
    return person


def names(response):
    return [person.name for person in response.context["page"].object_list]


def said(response):
    return [str(message) for message in response.context["messages"]]


@pytest.mark.parametrize("count", [1, 4])
def test_people_list_queries_do_not_grow(client, by, count, django_assert_num_queries):
    for _ in range(count):
        RoleGrantFactory(person=PersonFactory(unit=UnitFactory()), role=Role.HR_ANALYST)

    # user, roles, count, is a facilitator, units to choose from, people, their roles
    with django_assert_num_queries(7):
        response = client.get(PEOPLE)

    assert len(names(response)) == count + 1


def test_people_are_found_by_name_unit_role_and_whether_they_left(client, by):
    unit = UnitFactory(name="Retail")
    below = UnitFactory(name="Loans", parent=unit)
    PersonFactory(name="Anna", unit=below)
    hr_analyst(name="Hanna", unit=unit)
    PersonFactory(name="Otto")
    PersonFactory(name="Left", left_on=date(2020, 1, 1))

    def found(**filters):
        return names(client.get(PEOPLE, filters))

    assert found() == ["Anna", "Hanna", "Otto", "Zora Organiser"]
    assert found(q="anna") == ["Anna", "Hanna"]
    assert found(unit=unit.pk) == ["Anna", "Hanna"]
    assert found(unit=below.pk) == ["Anna"]
    assert found(role="hr_analyst") == ["Hanna"]
    assert found(show="left") == ["Left"]
    assert found(show="all", q="le") == ["Left"]
    assert found(q="nobody") == []


@pytest.mark.parametrize(
    "filters",
    [
        {"unit": "999999999999999999999"},
        {"unit": "x"},
        {"role": "emperor"},
        {"show": "x"},
        {"q": "a\x00"},
        {"q": "a" * 201},
    ],
)
def test_impossible_filter_is_said_and_not_obeyed(client, by, filters):
    response = client.get(PEOPLE, filters)

    assert list(response.context["form"].errors) == list(filters)
    assert names(response) == ["Zora Organiser"]


@pytest.mark.parametrize("page", ["0", "-1", "x", "99", "99999999999999999999"])
def test_impossible_page_is_the_nearest_one(client, by, page):
    assert names(client.get(PEOPLE, {"page": page})) == ["Zora Organiser"]


def test_people_are_paged_and_the_count_stops_at_a_thousand(client, by):
    PersonFactory.create_batch(MOST)

    first, last = client.get(PEOPLE), client.get(PEOPLE, {"page": "20"})

    assert (len(names(first)), len(names(last))) == (50, 50)
    assert first.context["page"].paginator.num_pages == 20
    assert first.context["page"].paginator.is_capped
    assert "More than 1,000 people" in first.content.decode()


def test_nobody_found_offers_everyone_again(client, by):
    html = client.get(PEOPLE, {"q": "nobody at all"}).content.decode()

    assert "Nobody matches" in html


def test_person_page_shows_what_the_organisation_says(client, by):
    person = PersonFactory(
        name="Anna Berg",
        manager=PersonFactory(name="Boss"),
        unit=UnitFactory(name="Retail"),
        hired_on=date(2021, 3, 4),
        job_level=3,
        attributes={"Cost centre": "4711"},
    )
    CareerEventFactory(person=person, on=date(2023, 5, 6))

    response = client.get(person.get_absolute_url())
    html = response.content.decode()

    for fact in ("Boss", "Retail", "4 March 2021", "Cost centre", "4711", "6 May 2023"):
        assert fact in html


def test_person_page_queries_do_not_grow(client, by, django_assert_num_queries):
    person = PersonFactory(manager=PersonFactory(), unit=UnitFactory())
    RoleGrantFactory(person=person, granted_by=by)
    for role in Role:
        RoleGrantFactory(
            person=person, role=role, granted_by=by, revoked_by=by, revoked_at=timezone.now()
        )
        CareerEventFactory(person=person, on=date(2020, 1, len(role)))

    # user, roles, person, history of roles, is a facilitator, career
    with django_assert_num_queries(6):
        client.get(person.get_absolute_url())


def test_organiser_gives_a_role_after_being_asked(client, by):
    person = PersonFactory(name="Anna")
    url = reverse("members:grant_role", args=[person.pk, "hr_analyst"])

    asked = client.get(url)
    assert not RoleGrant.objects.filter(person=person).exists()
    response = client.post(url, follow=True)

    assert "Make Anna an HR analyst?" in asked.content.decode()
    assert said(response) == ["Anna is now an HR analyst."]
    assert RoleGrant.objects.get(person=person).granted_by == by


def test_organiser_takes_a_role_back_after_being_asked(client, by):
    person = hr_analyst(name="Anna")
    url = reverse("members:revoke_role", args=[person.pk, "hr_analyst"])

    asked = client.get(url)
    response = client.post(url, follow=True)

    assert "Is Anna no longer an HR analyst?" in asked.content.decode()
    assert said(response) == ["Anna is no longer an HR analyst."]
    assert RoleGrant.objects.get(person=person).revoked_by == by


def test_role_that_cannot_be_given_says_why(client, by):
    person = PersonFactory(name="Anna", email=None)

    response = client.post(
        reverse("members:grant_role", args=[person.pk, "organiser"]), follow=True
    )

    assert said(response) == ["Anna has no e-mail address to sign in with. Import one first."]


def test_last_organiser_cannot_give_the_role_up(client, by):
    url = reverse("members:revoke_role", args=[by.pk, "organiser"])

    response = client.post(url, follow=True)

    assert said(response) == ["Someone must remain organiser. Appoint another one first."]
    assert response.redirect_chain[-1][0] == by.get_absolute_url()


def test_organiser_who_gives_the_role_up_lands_on_their_profile(client, by):
    organiser()

    response = client.post(reverse("members:revoke_role", args=[by.pk, "organiser"]))

    assert response["Location"] == PROFILE
    assert client.get(PEOPLE).status_code == 403


def test_profile_saves_name_and_time_zone_of_somebody_who_signed_up(client):
    person = PersonFactory(employee_number=None)
    client.force_login(person)

    response = client.post(PROFILE, {"name": " Anna  Berg ", "time_zone": "new york"}, follow=True)

    person.refresh_from_db()
    assert (person.name, person.time_zone) == ("Anna Berg", "America/New_York")
    assert said(response) == ["Saved."]


def test_profile_leaves_the_name_of_an_imported_person_to_the_organisation(client):
    person = PersonFactory(name="From HR")
    client.force_login(person)

    client.post(PROFILE, {"name": "Nick", "time_zone": "Berlin"})

    person.refresh_from_db()
    assert (person.name, person.time_zone) == ("From HR", "Europe/Berlin")


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("name", ""),
        ("name", "\u200b\u200d"),
        ("name", "a" * 161),
        ("name", "An\x00na"),
        ("time_zone", ""),
        ("time_zone", "Mars/Olympus"),
        ("time_zone", "../../etc/passwd"),
        ("time_zone", "😀"),
        ("time_zone", "a" * 100_000),
        ("time_zone", "Europe/Berlin\x00"),
    ],
)
def test_profile_says_what_is_wrong_and_keeps_what_was_typed(client, field, typed):
    person = PersonFactory(employee_number=None, name="Anna")
    client.force_login(person)

    response = client.post(PROFILE, {"name": "Maria", "time_zone": "UTC"} | {field: typed})

    person.refresh_from_db()
    assert list(response.context["form"].errors) == [field]
    assert response.context["form"][field].value() == typed
    assert response.context["person"].name == person.name == "Anna"


def test_profile_names_the_roles_one_holds(client):
    client.force_login(hr_analyst())

    response = client.get(PROFILE)

    assert [grant.get_role_display() for grant in response.context["grants"]] == ["HR analyst"]


def test_signing_out_everywhere_asks_and_then_says_so(client, by):
    url = reverse("members:sign_out_everywhere")
    elsewhere = type(client)()
    elsewhere.force_login(by)

    client.get(url)
    assert elsewhere.get(PROFILE).status_code == 200
    response = client.post(url, follow=True)

    assert said(response) == ["You are signed out everywhere."]
    assert response.templates[0].name == "account/login.html"
    assert elsewhere.get(PROFILE).status_code == 302


def test_moments_are_shown_in_the_zone_of_the_person(client):
    person = PersonFactory(time_zone="Asia/Kolkata", employee_number=None)
    client.force_login(person)
    granted_at = datetime(2024, 1, 1, 20, 0, tzinfo=UTC)
    RoleGrantFactory(person=person, granted_at=granted_at)

    html = client.get(PROFILE).content.decode()

    assert "since 2 January 2024" in html
    assert timezone.get_current_timezone_name() == "UTC"


def test_suggestions_of_the_time_zone_field_belong_to_it(client):
    client.force_login(PersonFactory())

    html = client.get(PROFILE).content.decode()

    assert 'list="id_time_zone_suggestions"' in html
    assert '<datalist id="id_time_zone_suggestions">' in html
    assert '<option value="Europe/Berlin">' in html


def test_has_perm_tag_agrees_with_the_view(client):
    shown = Template("{% load rules %}{% has_perm 'members.grant_roles' person as may %}{{ may }}")

    assert shown.render(Context({"person": organiser()})) == "True"
    assert shown.render(Context({"person": PersonFactory(is_superuser=True)})) == "False"
