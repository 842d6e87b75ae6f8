"""The second step of signing in, and the admin site behind it."""

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from django.core import mail
from django.urls import reverse
from django.utils import timezone

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

ADMIN = "/admin/"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def app_code(secret=SECRET, later=0):
    counter = int(timezone.now().timestamp()) // 30 + later
    return format_hotp_value(hotp_value(secret, counter))


def with_second_step(**fields):
    person = without_second_step(**fields)
    TOTP.activate(person, SECRET)
    RecoveryCodes.activate(person)
    return person


def without_second_step(**fields):
    person = PersonFactory(**fields)
    person.set_password(PASSWORD)
    person.save()
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    return person


def take_second_step(client, code):
    return client.post(reverse("mfa_authenticate"), {"code": code})


def test_second_step_is_asked_for_after_the_password(client):
    person = with_second_step()

    response = sign_in(client, person, next="/profile/")
    assert response["Location"] == reverse("mfa_authenticate")
    assert not is_signed_in(client, person)
    answered = take_second_step(client, app_code())

    assert answered["Location"] == "/profile/"
    assert is_signed_in(client, person)


def test_second_step_is_asked_for_after_a_code_by_mail(client):
    person = with_second_step()
    ask_for_code(client, person.email)

    response = type_code(client, mailed_code())

    assert response["Location"] == reverse("mfa_authenticate")
    assert not is_signed_in(client, person)


def test_second_step_is_asked_for_after_a_new_password(client):
    person = with_second_step()
    client.post(reverse("account_reset_password"), {"email": person.email})
    client.post(reverse("account_confirm_password_reset_code"), {"code": mailed_code()})

    response = client.post(
        reverse("account_complete_password_reset"), {"password1": PASSWORD, "password2": PASSWORD}
    )

    assert response["Location"] == reverse("mfa_authenticate")
    assert not is_signed_in(client, person)


def test_wrong_code_of_the_app_is_refused_and_the_sixth_not_even_looked_at(client):
    person = with_second_step()
    sign_in(client, person)

    wrong = [take_second_step(client, "000000") for _ in range(5)]
    sixth = take_second_step(client, app_code())

    assert wrong[0].context["form"].errors["code"] == [
        "This code is not right, or was used already. Wait for the next one."
    ]
    assert not is_signed_in(client, person)
    assert sixth.context["form"].errors["code"] == [
        "That did not work too many times in a row. Wait five minutes and try again."
    ]


def test_second_step_without_a_code_is_asked_again(client):
    person = with_second_step()
    sign_in(client, person)

    response = client.post(reverse("mfa_authenticate"), {})

    assert response.status_code == 200
    assert not is_signed_in(client, person)


def test_recovery_code_works_once(client):
    person = with_second_step()
    codes = Authenticator.objects.get(user=person, type="recovery_codes").wrap()
    code = codes.get_unused_codes()[0]
    sign_in(client, person)
    take_second_step(client, code)
    assert is_signed_in(client, person)
    client.post(reverse("account_logout"))

    sign_in(client, person)
    take_second_step(client, code)

    assert not is_signed_in(client, person)


@pytest.mark.django_db(transaction=True)
def test_second_step_is_set_up_from_the_profile(client):
    person = without_second_step()
    client.force_login(person)
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})

    shown = client.get(reverse("mfa_activate_totp"))
    secret = shown.context["form"].secret
    response = client.post(reverse("mfa_activate_totp"), {"code": app_code(secret)})

    assert response["Location"] == reverse("mfa_view_recovery_codes")
    assert len(client.get(response["Location"]).context["unused_codes"]) == 10
    assert mail.outbox[-1].subject == "Peerloom: a second step was set up"


def test_picture_for_the_app_needs_neither_data_address_nor_style(client):
    client.force_login(without_second_step())
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})

    html = client.get(reverse("mfa_activate_totp")).content.decode()

    assert html.count('<svg class="qr"') == 1
    assert "data:" not in html
    assert "style=" not in html


def test_second_step_can_be_switched_off(client):
    person = with_second_step()
    client.force_login(person)
    client.post(reverse("mfa_reauthenticate"), {"code": app_code()})

    client.post(reverse("mfa_deactivate_totp"))

    assert not Authenticator.objects.filter(user=person).exists()
    assert mail.outbox[-1].subject == "Peerloom: the second step was switched off"


def test_new_recovery_codes_replace_the_earlier_ones(client):
    person = with_second_step()
    before = Authenticator.objects.get(user=person, type="recovery_codes").wrap()
    client.force_login(person)
    client.post(reverse("mfa_reauthenticate"), {"code": app_code()})

    client.post(reverse("mfa_generate_recovery_codes"))
    listed = client.get(reverse("mfa_download_recovery_codes")).content.decode().split()[-10:]

    assert set(listed).isdisjoint(before.get_unused_codes())
    assert len(set(listed)) == 10


def test_recovery_codes_ask_who_one_is_first(client):
    client.force_login(with_second_step())

    response = client.get(reverse("mfa_view_recovery_codes"))

    assert response["Location"].startswith(reverse("account_reauthenticate"))


def test_admin_leads_a_visitor_to_signing_in(client):
    response = client.get(ADMIN, follow=True)

    assert response.redirect_chain[-1][0] == f"{reverse('account_login')}?next=/admin/"
    assert response.templates[0].name == "account/login.html"


def test_admin_is_not_for_people_who_are_not_staff(client):
    client.force_login(with_second_step())

    response = client.get(ADMIN, follow=True)

    assert response.status_code == 403


@pytest.mark.parametrize("is_superuser", [False, True])
def test_admin_leads_staff_without_a_second_step_to_setting_it_up(client, is_superuser):
    client.force_login(without_second_step(is_staff=True, is_superuser=is_superuser))

    response = client.get(ADMIN, follow=True)

    ways = [url for url, _ in response.redirect_chain]
    assert reverse("mfa_activate_totp") in ways
    assert ways[-1].startswith(reverse("account_reauthenticate"))


def test_admin_asks_staff_who_signed_in_without_the_second_step_for_it(client):
    client.force_login(with_second_step(is_staff=True))

    asked = client.get(ADMIN, follow=True)
    assert asked.redirect_chain[-1][0] == f"{reverse('mfa_reauthenticate')}?next=/admin/"
    client.post(reverse("mfa_reauthenticate"), {"code": app_code(), "next": ADMIN})

    assert client.get(ADMIN).status_code == 200


def test_admin_asks_staff_who_set_the_second_step_up_after_signing_in(client):
    person = without_second_step(is_staff=True)
    sign_in(client, person)
    TOTP.activate(person, SECRET)

    response = client.get(ADMIN, follow=True)

    assert response.redirect_chain[-1][0] == f"{reverse('mfa_reauthenticate')}?next=/admin/"


def test_admin_opens_after_signing_in_with_the_second_step(client):
    person = with_second_step(is_staff=True)
    sign_in(client, person, next=ADMIN)

    response = take_second_step(client, app_code())

    assert response["Location"] == ADMIN
    assert client.get(ADMIN).status_code == 200
    assert client.get(reverse("admin:login"))["Location"] == ADMIN


def test_admin_closes_when_the_second_step_is_switched_off(client):
    person = with_second_step(is_staff=True)
    sign_in(client, person)
    take_second_step(client, app_code())

    Authenticator.objects.filter(user=person).delete()

    assert client.get(ADMIN).status_code == 302


def test_admin_asks_again_after_twelve_hours(client, time_machine):
    person = with_second_step(is_staff=True)
    sign_in(client, person)
    take_second_step(client, app_code())
    assert client.get(ADMIN).status_code == 200

    time_machine.move_to(timezone.now() + timedelta(hours=12, minutes=1))
    response = client.get(ADMIN, follow=True)

    assert response.redirect_chain[-1][0] == f"{reverse('mfa_reauthenticate')}?next=/admin/"


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [("account_change_password", "admin:password_change"), ("account_logout", "admin:logout")],
)
def test_admin_has_no_pages_of_its_own_for_signing_in(client, ours, theirs):
    person = with_second_step(is_staff=True)
    sign_in(client, person)
    take_second_step(client, app_code())

    response = client.get(reverse(theirs))

    assert response["Location"] == reverse(ours)
