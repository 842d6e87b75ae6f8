"""What staff see and change: rights, units, skills and logs; never content, never a secret."""

import time

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from django.apps import apps
from django.contrib import admin
from django.urls import reverse

from members.actions import record
from members.models import AuditEntry, Role
from tests.factories import PersonFactory, RoleGrantFactory, SkillFactory, UnitFactory

pytestmark = pytest.mark.django_db

CONTENT = ("circles", "sessions_app", "notifications", "facilitation", "analytics")
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def enter(client, person):
    """As after signing in with the second step."""
    TOTP.activate(person, SECRET)
    client.force_login(person)
    session = client.session
    session["account_authentication_methods"] = [{"method": "mfa", "at": time.time()}]
    session["account_authentication_methods_user"] = str(person.pk)
    session.save()


@pytest.fixture
def superuser(client):
    person = PersonFactory(name="Zora", is_staff=True, is_superuser=True)
    enter(client, person)
    return person


def changelist(model):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")


def change(obj):
    return reverse(f"admin:{obj._meta.app_label}_{obj._meta.model_name}_change", args=[obj.pk])


def test_admin_registers_no_content():
    registered = {model._meta.app_label for model in admin.site._registry}

    assert registered.isdisjoint(CONTENT)
    assert {apps.get_app_config(label).label for label in CONTENT} == set(CONTENT)


def make_person(number):
    return PersonFactory(unit=UnitFactory(parent=UnitFactory()), manager=PersonFactory())


def make_grant(number):
    return RoleGrantFactory(
        role=Role.HR_ANALYST, granted_by=PersonFactory(), revoked_by=PersonFactory()
    )


MAKERS = {
    "members.Member": make_person,
    "members.Unit": lambda number: UnitFactory(parent=UnitFactory()),
    "members.Skill": lambda number: SkillFactory(),
    "members.RoleGrant": make_grant,
    "members.AuditEntry": lambda number: record(PersonFactory(), "did", "it"),
    "mfa.Authenticator": lambda number: TOTP.activate(PersonFactory(), SECRET),
}


@pytest.mark.parametrize("count", [1, 4])
@pytest.mark.parametrize("label", MAKERS)
def test_changelist_queries_do_not_grow(client, superuser, label, count, django_assert_num_queries):
    for number in range(count):
        MAKERS[label](number)

    # user, second step (asked at the door and for the header), count, rows,
    # then for the navigation: is a facilitator, roles
    with django_assert_num_queries(7):
        response = client.get(changelist(apps.get_model(label)))

    assert response.status_code == 200


@pytest.mark.parametrize("label", MAKERS)
def test_search_and_one_object_open(client, superuser, label):
    MAKERS[label](1)
    model = apps.get_model(label)

    assert client.get(changelist(model), {"q": "berg"}).status_code == 200
    assert client.get(change(model._default_manager.first())).status_code == 200


def test_superuser_makes_somebody_staff_and_it_is_recorded(client, superuser):
    person = PersonFactory(name="Anna")

    client.post(change(person), {"is_active": "on", "is_staff": "on"})

    person.refresh_from_db()
    entry = AuditEntry.objects.get()
    assert person.is_staff
    assert (entry.actor, entry.verb, entry.subject, entry.detail["is_staff"]) == (
        superuser,
        "changed rights",
        "Anna",
        "True",
    )


def test_address_and_facts_are_not_changed_in_the_admin_site(client, superuser):
    person = PersonFactory(email="anna@example.test", name="Anna", job_level=3)

    client.post(
        change(person),
        {"is_active": "on", "email": "zora@example.test", "name": "Zora", "job_level": "9"},
    )

    person.refresh_from_db()
    assert (person.email, person.name, person.job_level) == ("anna@example.test", "Anna", 3)


def test_staff_with_the_right_to_change_people_cannot_make_themselves_superusers(client):
    from django.contrib.auth.models import Permission

    person = PersonFactory(is_staff=True)
    person.user_permissions.add(Permission.objects.get(codename="change_member"))
    enter(client, person)
    everything = {"is_active": "on", "is_staff": "on", "is_superuser": "on"}

    response = client.post(change(person), everything)

    person.refresh_from_db()
    assert response.status_code == 302
    assert not person.is_superuser


def test_superuser_without_a_role_is_no_organiser(client, superuser):
    assert client.get(reverse("members:people")).status_code == 403


@pytest.mark.parametrize("label", ["members.RoleGrant", "members.AuditEntry", "members.Unit"])
def test_logs_are_only_read(client, superuser, label):
    MAKERS[label](1)
    entry = apps.get_model(label).objects.order_by("pk").first()

    assert client.post(change(entry), {"verb": "x"}).status_code == 403
    assert (
        client.post(change(entry).replace("change", "delete"), {"post": "yes"}).status_code == 403
    )
    assert client.get(f"{changelist(type(entry))}add/").status_code == 403


def test_second_step_of_somebody_can_be_taken_off_but_not_seen(client, superuser):
    person = PersonFactory()
    authenticator = TOTP.activate(person, SECRET).instance

    shown = client.get(change(authenticator)).content.decode()
    client.post(change(authenticator).replace("change", "delete"), {"post": "yes"})

    assert SECRET not in shown
    assert not Authenticator.objects.filter(user=person).exists()


def test_people_are_neither_added_nor_deleted_in_the_admin_site(client, superuser):
    person = PersonFactory()

    assert client.get(f"{changelist(type(person))}add/").status_code == 403
    assert client.post(change(person).replace("change", "delete")).status_code == 403


def test_verified_address_added_by_staff_signs_nobody_in_as_another(client, superuser):
    from tests.members.signing_in import ask_for_code

    person = PersonFactory(email="anna@example.test")
    EmailAddress.objects.create(user=person, email="evil@example.test", verified=True)
    browser = type(client)()

    ask_for_code(browser, "evil@example.test")

    assert browser.session["account_login"]["user_pk"] is None
