import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from io import StringIO
from threading import Barrier

import pytest
from allauth.account.models import EmailAddress
from django.core.management import CommandError, call_command
from django.db import connection

from members.actions import (
    CannotGrant,
    CannotRevoke,
    appoint_organiser,
    grant_role,
    revoke_role,
    settle_address,
    sign_out_everywhere,
)
from members.models import AuditEntry, Member, Role, RoleGrant
from tests.factories import PersonFactory, RoleGrantFactory, organiser

pytestmark = pytest.mark.django_db

LONG_AGO = date(2020, 1, 1)


def trail():
    entries = AuditEntry.objects.order_by("pk")
    return [(entry.actor, entry.verb, entry.subject, entry.detail) for entry in entries]


def test_granted_role_is_held_and_recorded():
    person, by = PersonFactory(), organiser()

    grant = grant_role(person, Role.HR_ANALYST, by=by)

    assert (grant.person, grant.role, grant.granted_by) == (person, "hr_analyst", by)
    detail = {"role": "hr_analyst", "person": person.pk}
    assert trail() == [(by, "granted role", person.name, detail)]


def test_granting_a_role_twice_changes_nothing():
    person, by = PersonFactory(), organiser()

    first = grant_role(person, Role.HR_ANALYST, by=by)
    second = grant_role(person, Role.HR_ANALYST, by=PersonFactory())

    assert first == second
    assert len(trail()) == 1


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"left_on": LONG_AGO}, "Anna has left, or was deactivated, and cannot sign in."),
        ({"is_active": False}, "Anna has left, or was deactivated, and cannot sign in."),
        ({"email": None}, "Anna has no e-mail address to sign in with. Import one first."),
    ],
)
def test_role_is_not_granted_to_somebody_who_cannot_sign_in(fields, reason):
    with pytest.raises(CannotGrant) as refusal:
        grant_role(PersonFactory(name="Anna", **fields), Role.ORGANISER, by=None)

    assert str(refusal.value) == reason
    assert not RoleGrant.objects.exists()


def test_revoked_role_is_kept_as_history_and_recorded():
    person, by = organiser(), organiser()

    revoke_role(person, Role.ORGANISER, by=by)

    grant = RoleGrant.objects.get(person=person)
    assert grant.revoked_by == by
    assert grant.revoked_at is not None
    detail = {"role": "organiser", "person": person.pk}
    assert trail() == [(by, "revoked role", person.name, detail)]


def test_revoking_a_role_that_is_not_held_changes_nothing():
    by = organiser()

    revoke_role(PersonFactory(), Role.ORGANISER, by=by)

    assert trail() == []


@pytest.mark.parametrize("others", [[], [{"left_on": LONG_AGO}], [{"is_active": False}]])
def test_last_organiser_who_can_sign_in_remains(others):
    last = organiser()
    for fields in others:
        organiser(**fields)

    with pytest.raises(CannotRevoke):
        revoke_role(last, Role.ORGANISER, by=last)

    assert RoleGrant.objects.current().filter(person=last).exists()
    assert trail() == []


def test_last_hr_analyst_may_go():
    person = RoleGrantFactory(role=Role.HR_ANALYST).person

    revoke_role(person, Role.HR_ANALYST, by=organiser())

    assert not RoleGrant.objects.current().filter(role=Role.HR_ANALYST).exists()


@pytest.mark.django_db(transaction=True)
def test_two_organisers_cannot_revoke_each_other_at_once():
    one, two = organiser(), organiser()
    together = Barrier(2)

    def revoke(person, by):
        try:
            together.wait(10)
            revoke_role(person, Role.ORGANISER, by=by)
        except CannotRevoke:
            return "refused"
        finally:
            connection.close()
        return "revoked"

    with ThreadPoolExecutor(2) as threads:
        tasks = [threads.submit(revoke, two, one), threads.submit(revoke, one, two)]
        results = sorted(task.result(20) for task in tasks)

    assert results == ["refused", "revoked"]
    assert RoleGrant.objects.current().count() == 1


def test_appointing_an_organiser_takes_a_known_person():
    person = PersonFactory(email="anna@example.test")

    assert appoint_organiser(" Anna@example.test") == (person, False)
    assert RoleGrant.objects.get().granted_by is None


def test_appointing_an_organiser_creates_an_unknown_person_with_a_name():
    person, is_new = appoint_organiser("anna@example.test", name="Anna")

    assert (person.name, person.has_usable_password(), is_new) == ("Anna", False, True)


def test_appointing_somebody_unknown_without_a_name_is_refused():
    with pytest.raises(Member.DoesNotExist):
        appoint_organiser("anna@example.test")


def appoint(*arguments):
    output = StringIO()
    call_command("appoint_organiser", *arguments, stdout=output)
    return output.getvalue().strip()


def test_appoint_organiser_command_says_what_it_did():
    created = appoint("anna@example.test", "--name", "Anna Berg")
    again = appoint("ANNA@example.test")

    assert created == "Anna Berg created and is an organiser, and signs in with a code by e-mail."
    assert again == "Anna Berg is an organiser, and signs in with a code by e-mail."
    assert RoleGrant.objects.count() == 1


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["anna@example.test"], "Nobody has anna@example.test. Add --name to create them."),
        (["anna"], "anna is not an e-mail address."),
        (["left@example.test"], "Otto has left, or was deactivated, and cannot sign in."),
    ],
)
def test_appoint_organiser_command_refuses_in_words(arguments, reason):
    PersonFactory(email="left@example.test", name="Otto", left_on=LONG_AGO)

    with pytest.raises(CommandError) as refusal:
        appoint(*arguments)

    assert str(refusal.value) == reason


def test_signing_out_everywhere_ends_every_session(client):
    person = PersonFactory()
    client.force_login(person)

    sign_out_everywhere(person)

    assert client.get("/profile/").status_code == 302


def test_signing_out_everywhere_leaves_the_others_signed_in(client):
    person, other = PersonFactory(), PersonFactory()
    client.force_login(other)

    sign_out_everywhere(person)

    assert client.get("/profile/").status_code == 200


def test_settled_address_is_the_only_one_and_stays_verified():
    person, other = PersonFactory(email="now@example.test"), PersonFactory()
    EmailAddress.objects.create(user=person, email="now@example.test", verified=True)
    EmailAddress.objects.create(user=person, email="before@example.test", primary=True)
    EmailAddress.objects.create(user=other, email="now@example.test")

    settle_address(person)

    (row,) = EmailAddress.objects.all()
    assert (row.user, row.email, row.verified) == (person, "now@example.test", True)


def test_settling_the_address_of_somebody_without_one_does_nothing():
    settle_address(PersonFactory(email=None, employee_number=str(uuid.uuid4())))

    assert not EmailAddress.objects.exists()
