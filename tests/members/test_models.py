from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
import rules
from django.contrib.auth.models import AnonymousUser, Permission
from django.db import IntegrityError, transaction
from django.utils import timezone

from members.models import Member, Role, RoleGrant
from tests.factories import (
    MeetingFactory,
    MembershipFactory,
    PersonFactory,
    RoleGrantFactory,
    UnitFactory,
    hr_analyst,
    organiser,
)

pytestmark = pytest.mark.django_db


def today(days=0):
    return timezone.localdate() + timedelta(days=days)


def test_current_people_are_those_whose_last_day_is_to_come():
    staying, leaving = PersonFactory(), PersonFactory(left_on=today(1))
    gone = PersonFactory(left_on=today())

    assert set(Member.objects.current()) == {staying, leaving}
    assert set(Member.objects.who_left()) == {gone}


@pytest.mark.parametrize(
    ("fields", "may"),
    [
        ({}, True),
        ({"left_on": 1}, True),
        ({"left_on": 0}, False),
        ({"left_on": -1}, False),
        ({"is_active": False}, False),
    ],
)
def test_who_may_sign_in(fields, may):
    if "left_on" in fields:
        fields = {"left_on": today(fields["left_on"])}

    assert PersonFactory.build(**fields).may_sign_in is may


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("berg", ["Anna Berg", "Berg, Otto"]),
        ("BERG otto", ["Berg, Otto"]),
        ("an", ["Anna Berg"]),
        ("be", ["Anna Berg", "Berg, Otto"]),
        ("e00042", ["Joon Park"]),
        ("e0004", []),
        ("park@", ["Joon Park"]),
        ("jo", ["Joon Park"]),
        ("oo", []),
        ("%", []),
        ("_nna", []),
        ("   ", ["Anna Berg", "Berg, Otto", "Joon Park"]),
        ("a b c d e f g h", []),
    ],
)
def test_matching_finds_people_by_every_word(words, found):
    PersonFactory(name="Anna Berg", email="a@example.test", employee_number="E00001")
    PersonFactory(name="Berg, Otto", email=None, employee_number=None)
    PersonFactory(name="Joon Park", email="j.park@example.test", employee_number="E00042")

    assert [person.name for person in Member.objects.matching(words)] == found


def test_within_finds_people_of_the_unit_and_below_it():
    top = UnitFactory(name="Retail")
    below = UnitFactory(name="Loans", parent=top)
    UnitFactory(name="Retail banking")
    boss, clerk = PersonFactory(unit=top), PersonFactory(unit=below)
    PersonFactory(unit=UnitFactory(name="Retailers"))

    assert set(Member.objects.within(top)) == {boss, clerk}


def test_with_role_finds_current_holders():
    holder = organiser()
    hr_analyst()
    RoleGrantFactory(revoked_at=timezone.now())

    assert list(Member.objects.with_role(Role.ORGANISER)) == [holder]


def test_role_is_held_once_at_a_time():
    grant = RoleGrantFactory()
    RoleGrant.objects.filter(pk=grant.pk).update(revoked_at=timezone.now())
    RoleGrantFactory(person=grant.person)

    with pytest.raises(IntegrityError), transaction.atomic():
        RoleGrantFactory(person=grant.person)


@pytest.mark.parametrize("fields", [{"email": "Anna@example.test"}, {"email": ""}])
def test_address_is_lower_case_or_none(fields):
    with pytest.raises(IntegrityError), transaction.atomic():
        PersonFactory(**fields)


@pytest.mark.parametrize(
    ("name", "initials"),
    [("Anna Maria Berg", "AB"), ("Plato", "P"), ("李 小龍", "李小"), ("", "?"), ("ßeta", "SS")],
)
def test_initials_are_those_of_the_first_and_last_word(name, initials):
    assert Member(name=name).initials == initials


@pytest.mark.parametrize(
    ("name", "zone"),
    [
        ("Europe/Berlin", "Europe/Berlin"),
        ("Mars/Olympus", "UTC"),
        ("../etc/passwd", "UTC"),
        ("", "UTC"),
    ],
)
def test_zone_is_utc_where_the_name_is_unknown(name, zone):
    assert Member(time_zone=name).zone == ZoneInfo(zone)


def test_superuser_has_the_rights_of_the_admin_site():
    person = PersonFactory(is_superuser=True)

    assert person.has_perm("members.change_member")
    assert person.has_perm("auth.add_group")


def test_superuser_has_no_more_of_what_rules_decide_than_anybody():
    """Every rule of every room, asked about objects that mean nothing to either of them."""
    superuser, stranger = PersonFactory(is_superuser=True), PersonFactory()
    circle, meeting = MembershipFactory().circle, MeetingFactory()
    subjects = [None, circle, meeting, superuser]

    def answers(person):
        return {
            (name, number): allowed_or_broken(person, name, subject)
            for name in rules.permissions.permissions
            for number, subject in enumerate(subjects)
        }

    assert len(answers(stranger)) > 20
    assert answers(superuser) == answers(stranger)


def allowed_or_broken(person, name, subject):
    try:
        return person.has_perm(name, subject)
    except (AttributeError, TypeError, ValueError) as wrong_subject:
        return type(wrong_subject)


def test_superuser_has_no_right_to_an_object_without_a_rule():
    superuser = PersonFactory(is_superuser=True)
    circle = MembershipFactory().circle

    assert not superuser.has_perm("circles.view_circle", circle)
    assert not superuser.has_perm("circles.no_such_rule", circle)


def test_rule_decides_even_where_a_permission_of_that_name_was_granted():
    person = PersonFactory(is_staff=True)
    permission = Permission.objects.get(codename="view_member")
    permission.pk, permission.codename = None, "manage_people"
    permission.save()
    person.user_permissions.add(permission)

    assert not person.has_perm("members.manage_people")


def test_visitor_may_do_nothing():
    assert not AnonymousUser().has_perm("members.manage_people")
    assert not AnonymousUser().has_perm("members.grant_roles")


def test_deactivated_organiser_may_do_nothing():
    person = organiser(is_active=False)

    assert not person.has_perm("members.manage_people")


def test_created_person_gets_a_lower_case_address_and_no_password():
    person = Member.objects.create_user(" Anna@Example.TEST ", name="Anna")

    assert person.email == "anna@example.test"
    assert not person.has_usable_password()
    assert Member.objects.get_by_natural_key("ANNA@example.test") == person
