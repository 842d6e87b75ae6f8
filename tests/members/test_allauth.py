"""Signing in, by password and by code: also people an import brought, and those who left."""

from datetime import date, timedelta

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from config import settings as production
from members.models import Member
from tests.factories import PersonFactory
from tests.members.signing_in import (
    PASSWORD,
    ask_for_code,
    is_signed_in,
    mailed_code,
    sign_in,
    type_code,
)

pytestmark = pytest.mark.django_db

HOME = reverse("meetings:home")


def imported(**fields) -> Member:
    """As an import leaves them: an address on the row, and nothing of allauth's."""
    person = PersonFactory(**fields)
    person.set_unusable_password()
    person.save()
    return person


def settled(**fields) -> Member:
    """With a password, and an address that was confirmed."""
    person = PersonFactory(**fields)
    person.set_password(PASSWORD)
    person.save()
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    return person


def test_password_signs_in_and_leads_home(client):
    person = settled()

    response = sign_in(client, person)

    assert response.status_code == 302
    assert response["Location"] == HOME
    assert is_signed_in(client, person)


def test_session_lasts_two_weeks(client):
    response = sign_in(client, settled())

    assert response.cookies["sessionid"]["max-age"] == 14 * 24 * 3600
    assert client.session.get_expiry_age() == 14 * 24 * 3600


def test_password_is_kept_as_argon2(settings):
    settings.PASSWORD_HASHERS = production.PASSWORD_HASHERS

    assert settled().password.startswith("argon2$argon2id$")


def test_sign_in_leads_where_one_wanted_to_go(client):
    person = settled()

    response = sign_in(client, person, next="/profile/?a=1")

    assert response["Location"] == "/profile/?a=1"


@pytest.mark.parametrize("elsewhere", ["https://evil.test/", "//evil.test/", "javascript:alert(1)"])
def test_sign_in_never_leads_to_another_site(client, elsewhere):
    person = settled()

    response = sign_in(client, person, next=elsewhere)

    assert response["Location"] == HOME


def test_address_is_understood_in_any_case(client):
    person = settled(email="anna@example.test")

    client.post(reverse("account_login"), {"login": " ANNA@Example.test", "password": PASSWORD})

    assert is_signed_in(client, person)


def test_wrong_password_says_the_same_as_an_unknown_address(client):
    person = settled()

    wrong = sign_in(client, person, password="not this one")
    unknown = client.post(
        reverse("account_login"), {"login": "nobody@example.test", "password": PASSWORD}
    )

    assert wrong.context["form"].errors == unknown.context["form"].errors
    assert not is_signed_in(client, person)


def test_code_signs_in_a_person_an_import_brought(client):
    person = imported()

    asked = ask_for_code(client, person.email)
    answered = type_code(client, mailed_code("your code to sign in"))

    assert asked["Location"] == reverse("account_confirm_login_code")
    assert answered["Location"] == HOME
    assert is_signed_in(client, person)
    assert len(mail.outbox) == 1
    address = EmailAddress.objects.get(user=person)
    assert (address.email, address.verified, address.primary) == (person.email, True, True)


def test_code_may_be_typed_in_small_letters_and_without_the_dash(client):
    person = imported()
    ask_for_code(client, person.email)

    type_code(client, mailed_code().lower().replace("-", " "))

    assert is_signed_in(client, person)


def test_password_form_can_ask_for_a_code_instead(client):
    person = imported()

    client.post(
        reverse("account_request_login_code"),
        {"login": person.email, "password": "", "next": "/x/"},
    )
    response = type_code(client, mailed_code(), next="/x/")

    assert response["Location"] == "/x/"
    assert is_signed_in(client, person)


def test_code_works_once(client):
    person = imported()
    ask_for_code(client, person.email)
    code = mailed_code()
    type_code(client, code)
    client.post(reverse("account_logout"))

    ask_for_code(client, person.email)
    type_code(client, code)

    assert not is_signed_in(client, person)


def test_code_of_one_browser_is_of_no_use_in_another(client):
    person = imported()
    ask_for_code(client, person.email)
    other = Client()

    response = type_code(other, mailed_code())

    assert response["Location"] == reverse("account_request_login_code")
    assert not is_signed_in(other, person)


def test_code_expires_after_fifteen_minutes(client, time_machine):
    person = imported()
    time_machine.move_to(timezone.now(), tick=False)
    ask_for_code(client, person.email)
    code = mailed_code()

    time_machine.shift(timedelta(minutes=15, seconds=1))
    response = type_code(client, code)

    assert response["Location"] == reverse("account_request_login_code")
    assert not is_signed_in(client, person)


def test_third_wrong_code_ends_the_attempt(client):
    person = imported()
    ask_for_code(client, person.email)
    code = mailed_code()

    answers = [type_code(client, "WRONG-ONE").status_code for _ in range(3)]
    type_code(client, code)

    assert answers == [200, 200, 302]
    assert not is_signed_in(client, person)


def test_another_code_can_be_asked_for_and_replaces_the_first(client):
    person = imported()
    ask_for_code(client, person.email)
    first = mailed_code()

    client.post(reverse("account_confirm_login_code"), {"action": "resend"})
    second = mailed_code()
    type_code(client, first)
    assert not is_signed_in(client, person)
    type_code(client, second)

    assert is_signed_in(client, person)


def test_unknown_address_gets_the_same_page_and_a_mail_that_explains(client):
    person = imported()

    known = ask_for_code(client, person.email)
    client.post(reverse("account_logout"))
    unknown = ask_for_code(client, "nobody@example.test")

    assert (unknown.status_code, unknown["Location"]) == (known.status_code, known["Location"])
    assert client.get(unknown["Location"]).status_code == 200
    assert mail.outbox[-1].to == ["nobody@example.test"]
    assert mail.outbox[-1].subject == "Peerloom: nobody can sign in with this address"


def test_imported_password_still_takes_a_code_once_to_confirm_the_address(client):
    person = PersonFactory()
    person.set_password(PASSWORD)
    person.save()

    response = sign_in(client, person)
    assert response["Location"] == reverse("account_email_verification_sent")
    assert not is_signed_in(client, person)
    code = mailed_code("confirm this address")
    client.post(reverse("account_email_verification_sent"), {"code": code})

    assert is_signed_in(client, person)


@pytest.fixture(params=["deactivated", "left"])
def gone(request):
    return {"deactivated": {"is_active": False}, "left": {"left_on": date(2020, 1, 1)}}[
        request.param
    ]


def test_whoever_is_gone_is_told_so_after_the_right_password(client, gone):
    person = settled(**gone)

    response = sign_in(client, person)

    assert response["Location"] == reverse("account_inactive")
    assert not is_signed_in(client, person)


def test_whoever_is_gone_is_told_nothing_after_a_wrong_password(client, gone):
    person = settled(**gone)

    wrong = sign_in(client, person, password="not this one")
    unknown = client.post(
        reverse("account_login"), {"login": "nobody@example.test", "password": PASSWORD}
    )

    assert wrong.context["form"].errors == unknown.context["form"].errors


def test_whoever_is_gone_gets_no_code_but_the_mail_of_an_unknown_address(client, gone):
    person = settled(**gone)

    response = ask_for_code(client, person.email)

    assert response["Location"] == reverse("account_confirm_login_code")
    assert mail.outbox[-1].subject == "Peerloom: nobody can sign in with this address"


def test_whoever_is_gone_gets_no_code_for_a_new_password(client, gone):
    person = settled(**gone)

    client.post(reverse("account_reset_password"), {"email": person.email})

    assert mail.outbox[-1].subject == "Peerloom: nobody can sign in with this address"


def test_whoever_is_gone_is_out_at_the_next_click(client, gone):
    person = settled()
    client.force_login(person)
    Member.objects.filter(pk=person.pk).update(**gone)

    response = client.get("/profile/")

    assert response["Location"] == f"{reverse('account_login')}?next=/profile/"


def test_whoever_is_gone_does_not_get_in_with_a_code_sent_before(client, gone):
    person = imported()
    ask_for_code(client, person.email)
    Member.objects.filter(pk=person.pk).update(**gone)

    response = type_code(client, mailed_code())

    assert response["Location"] == reverse("account_inactive")
    assert not is_signed_in(client, person)


def test_person_signs_in_on_their_last_day_but_one(client):
    person = settled(left_on=timezone.localdate() + timedelta(days=1))

    sign_in(client, person)

    assert is_signed_in(client, person)


def test_address_that_an_import_gave_to_another_signs_in_the_new_holder(client):
    former = settled(email="sales@example.test")
    Member.objects.filter(pk=former.pk).update(email="former@example.test")
    holder = imported(email="sales@example.test")

    ask_for_code(client, "sales@example.test")
    type_code(client, mailed_code())

    assert is_signed_in(client, holder)
    assert EmailAddress.objects.get(email="sales@example.test").user == holder


def test_address_that_was_anothers_can_be_confirmed_after_the_password(client):
    former = settled(email="sales@example.test")
    Member.objects.filter(pk=former.pk).update(email="former@example.test")
    holder = PersonFactory(email="sales@example.test")
    holder.set_password(PASSWORD)
    holder.save()

    sign_in(client, holder)
    client.post(reverse("account_email_verification_sent"), {"code": mailed_code()})

    assert is_signed_in(client, holder)
    assert list(EmailAddress.objects.values_list("user", "email", "verified")) == [
        (holder.pk, "sales@example.test", True)
    ]


def test_password_with_an_address_one_no_longer_has_is_refused(client):
    person = settled(email="before@example.test")
    Member.objects.filter(pk=person.pk).update(email="now@example.test")

    client.post(reverse("account_login"), {"login": "before@example.test", "password": PASSWORD})

    assert not is_signed_in(client, person)


def test_sign_out_ends_the_session_and_says_so(client):
    person = settled()
    client.force_login(person)

    response = client.post(reverse("account_logout"), follow=True)

    assert not is_signed_in(client, person)
    assert [str(message) for message in response.context["messages"]] == ["You are signed out."]


def test_sign_out_asks_first_when_one_only_follows_a_link(client):
    person = settled()
    client.force_login(person)

    response = client.get(reverse("account_logout"))

    assert response.status_code == 200
    assert is_signed_in(client, person)


def test_signing_in_changes_the_session_key(client):
    person = settled()
    client.get(reverse("account_login"))
    client.post(reverse("account_request_login_code"), {"email": person.email})
    before = client.session.session_key

    type_code(client, mailed_code())

    assert client.session.session_key != before
