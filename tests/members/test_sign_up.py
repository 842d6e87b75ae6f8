"""Signing up, changing the address, and passwords: who is let in, and what nobody learns."""

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.urls import reverse

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

SIGN_UP = reverse("account_signup")
CONFIRM = reverse("account_email_verification_sent")
OTHER_DOMAINS = [
    "anna@evil.test",
    "anna@listed.test.evil.test",
    "anna@evil-listed.test",
    "anna@sub.listed.test",
    "anna@listed.test@evil.test",
    '"anna@listed.test"@evil.test',
    "anna@ⅼisted.test",
    "anna@listed.test.",
]


@pytest.fixture
def listed(settings):
    settings.SIGNUP_DOMAINS = ["listed.test", "also.test"]


def sign_up(client, email="anna@listed.test", **extra):
    data = {"name": "Anna Berg", "email": email, "password1": PASSWORD, "password2": PASSWORD}
    return client.post(SIGN_UP, data | extra)


def with_address(email, **fields):
    person = PersonFactory(email=email, **fields)
    person.set_password(PASSWORD)
    person.save()
    EmailAddress.objects.create(user=person, email=email, verified=True, primary=True)
    return person


def test_sign_up_is_closed_unless_domains_are_listed(client):
    shown, sent = client.get(SIGN_UP), sign_up(client)

    assert shown.templates[0].name == sent.templates[0].name == "account/signup_closed.html"
    assert Member.objects.count() == 0


def test_sign_up_creates_a_person_once_the_address_is_confirmed(client, listed):
    response = sign_up(client, email="Anna@Listed.test", name="  Anna \n Berg ")
    assert response["Location"] == CONFIRM
    person = Member.objects.get()
    assert not is_signed_in(client, person)

    client.post(CONFIRM, {"code": mailed_code("confirm this address")})

    assert is_signed_in(client, person)
    assert (person.name, person.email, person.employee_number) == (
        "Anna Berg",
        "anna@listed.test",
        None,
    )


@pytest.mark.parametrize("email", OTHER_DOMAINS)
def test_sign_up_refuses_every_other_domain(client, listed, email):
    response = sign_up(client, email=email)

    assert list(response.context["form"].errors) == ["email"]
    assert Member.objects.count() == 0
    assert mail.outbox == []


@pytest.mark.parametrize(
    "name", ["", "  ", "\u200b", "— !", "a" * 161, "Anna\x00Berg"], ids=range(6)
)
def test_sign_up_refuses_what_is_no_name(client, listed, name):
    response = sign_up(client, name=name)

    assert list(response.context["form"].errors) == ["name"]
    assert response.context["form"]["email"].value() == "anna@listed.test"


@pytest.mark.parametrize("name", ["a" * 160, "李小龍", "\u202eannA", "Ólafur 🌱", "O’Brien-Łęcki"])
def test_sign_up_takes_every_real_name(client, listed, name):
    sign_up(client, name=name)

    assert Member.objects.get().name == name


@pytest.mark.parametrize(
    "password", ["short", "12345678", "password1", "annaberg", "a\x00bcdefgh1"]
)
def test_sign_up_refuses_a_password_that_is_easy_to_guess(client, listed, password):
    response = sign_up(client, email="annaberg@listed.test", password1=password, password2=password)

    assert "password1" in response.context["form"].errors
    assert Member.objects.count() == 0


def test_sign_up_with_the_address_of_an_imported_person_makes_no_second_one(client, listed):
    person = PersonFactory(email="anna@listed.test", name="Anna from HR")

    new = sign_up(client, email="new@listed.test")
    mail.outbox.clear()
    client.post(reverse("account_logout"))
    known = sign_up(client, email="anna@listed.test")

    assert (known.status_code, known["Location"]) == (new.status_code, new["Location"])
    assert client.get(CONFIRM).status_code == 200
    assert Member.objects.filter(email="anna@listed.test").get() == person
    (message,) = mail.outbox
    assert message.subject == "Peerloom: you have an account already"
    assert reverse("account_request_login_code") in message.body


def test_imported_person_takes_their_row_over_with_a_code(client, listed):
    person = PersonFactory(email="anna@listed.test")
    sign_up(client, email="anna@listed.test")

    client.get(reverse("account_login"))
    client.post(reverse("account_logout"))
    ask_for_code(client, "anna@listed.test")
    type_code(client, mailed_code("code to sign in"))

    assert is_signed_in(client, person)


def test_no_code_confirms_a_sign_up_with_somebody_elses_address(client, listed):
    PersonFactory(email="anna@listed.test")
    sign_up(client, email="anna@listed.test")

    response = client.post(CONFIRM, {"code": ""})
    wrong = client.post(CONFIRM, {"code": "ABCD-EFGH"})

    assert response.context["verify_form"].errors
    assert wrong.context["verify_form"].errors
    assert "_auth_user_id" not in client.session


def test_address_is_changed_by_a_code_sent_to_the_new_one(client, listed):
    person = with_address("anna@listed.test")
    client.force_login(person)
    reauthenticate(client)

    client.post(reverse("account_email"), {"action_add": "", "email": "Anna.New@listed.test"})
    person.refresh_from_db()
    assert person.email == "anna@listed.test"
    assert mail.outbox[-1].to == ["anna.new@listed.test"]
    client.post(CONFIRM, {"code": mailed_code("confirm this address")})

    person.refresh_from_db()
    assert person.email == "anna.new@listed.test"
    assert list(EmailAddress.objects.values_list("email", "verified", "primary")) == [
        ("anna.new@listed.test", True, True)
    ]
    assert (mail.outbox[-1].to, mail.outbox[-1].subject) == (
        ["anna@listed.test"],
        "Peerloom: your e-mail address was changed",
    )


def reauthenticate(client):
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD, "next": "/profile/"})


@pytest.mark.parametrize("email", OTHER_DOMAINS)
def test_address_is_not_changed_to_another_domain(client, listed, email):
    client.force_login(with_address("anna@listed.test"))
    reauthenticate(client)

    response = client.post(reverse("account_email"), {"action_add": "", "email": email})

    assert list(response.context["form"].errors) == ["email"]
    assert mail.outbox == []


def test_address_may_change_within_its_domain_where_none_is_listed(client):
    client.force_login(with_address("anna@example.test"))
    reauthenticate(client)

    within = client.post(
        reverse("account_email"), {"action_add": "", "email": "anna.new@example.test"}
    )
    outside = client.post(reverse("account_email"), {"action_add": "", "email": "a@listed.test"})

    assert within["Location"] == CONFIRM
    assert outside.context["form"].errors["email"] == [
        "We cannot accept this one. Use an address that ends in @example.test."
    ]


def test_address_of_somebody_else_cannot_be_taken_even_with_its_code(client, listed):
    with_address("boss@listed.test")
    person = with_address("anna@listed.test")
    client.force_login(person)
    reauthenticate(client)

    client.post(reverse("account_email"), {"action_add": "", "email": "boss@listed.test"})
    response = client.post(CONFIRM, {"code": mailed_code()})

    person.refresh_from_db()
    assert response.context["verify_form"].errors["code"] == [
        "This address already belongs to an account. Use another one."
    ]
    assert person.email == "anna@listed.test"


def test_address_change_asks_for_the_password_first_and_then_goes_on(client, listed):
    client.force_login(with_address("anna@listed.test"))

    asked = client.post(reverse("account_email"), {"action_add": "", "email": "new@listed.test"})
    assert asked["Location"].startswith(reverse("account_reauthenticate"))
    assert mail.outbox == []
    client.post(asked["Location"], {"password": PASSWORD, "next": reverse("account_email")})

    assert mail.outbox[-1].to == ["new@listed.test"]


def test_password_hashed_anew_when_it_is_asked_for_keeps_the_session(client, settings):
    person = with_address("anna@example.test")
    client.force_login(person)
    settings.PASSWORD_HASHERS = [
        "django.contrib.auth.hashers.PBKDF2PasswordHasher",
        *settings.PASSWORD_HASHERS,
    ]

    reauthenticate(client)

    person.refresh_from_db()
    assert person.password.startswith("pbkdf2")
    assert client.get("/profile/").status_code == 200


def test_last_address_cannot_be_removed(client):
    person = with_address("anna@example.test")
    client.force_login(person)
    reauthenticate(client)

    client.post(reverse("account_email"), {"action_remove": "", "email": person.email})

    person.refresh_from_db()
    assert person.email == "anna@example.test"


def test_new_password_by_code_signs_in_and_is_told_by_mail(client):
    person = PersonFactory()

    client.post(reverse("account_reset_password"), {"email": person.email.upper()})
    code = mailed_code("code for a new password")
    client.post(reverse("account_confirm_password_reset_code"), {"code": code})
    client.post(
        reverse("account_complete_password_reset"),
        {"password1": PASSWORD, "password2": PASSWORD},
    )

    person.refresh_from_db()
    assert person.check_password(PASSWORD)
    assert is_signed_in(client, person)
    assert mail.outbox[-1].subject == "Peerloom: your password was changed"


def test_new_password_of_an_unknown_address_looks_the_same(client):
    person = PersonFactory()

    known = client.post(reverse("account_reset_password"), {"email": person.email})
    unknown = client.post(reverse("account_reset_password"), {"email": "nobody@example.test"})

    assert known["Location"] == unknown["Location"]
    assert client.get(unknown["Location"]).status_code == 200


def test_password_change_keeps_this_session_and_ends_the_others(client):
    person = with_address("anna@example.test")
    other = type(client)()
    client.force_login(person)
    other.force_login(person)

    client.post(
        reverse("account_change_password"),
        {"oldpassword": PASSWORD, "password1": "walnut ferry 7", "password2": "walnut ferry 7"},
    )

    assert client.get("/profile/").status_code == 200
    assert other.get("/profile/").status_code == 302
    assert mail.outbox[-1].subject == "Peerloom: your password was changed"


def test_person_without_a_password_may_choose_one(client):
    person = PersonFactory()
    person.set_unusable_password()
    person.save()
    client.force_login(person)

    led = client.get(reverse("account_change_password"))
    client.post(led["Location"], {"password1": PASSWORD, "password2": PASSWORD})

    person.refresh_from_db()
    assert led["Location"] == reverse("account_set_password")
    assert person.check_password(PASSWORD)


def test_sixth_wrong_password_within_five_minutes_is_refused(client):
    person = with_address("anna@example.test")
    for _ in range(5):
        sign_in(client, person, password="not this one")

    sixth = sign_in(client, person)

    assert not is_signed_in(client, person)
    assert sixth.context["form"].non_field_errors() == [
        "That did not work too many times in a row. Wait five minutes and try again."
    ]


def test_fourth_code_within_a_minute_is_refused(client):
    person = PersonFactory()
    for _ in range(3):
        ask_for_code(client, person.email)
        client.post(reverse("account_logout"))

    fourth = ask_for_code(client, person.email)

    assert fourth.context["form"].errors["email"] == [
        "That did not work too many times in a row. Wait five minutes and try again."
    ]
    assert len(mail.outbox) == 3


def test_too_many_requests_get_a_page_of_ours(client):
    data = {"email": "anna@example.test"}
    answers = [client.post(reverse("account_reset_password"), data) for _ in range(6)]

    assert [answer.status_code for answer in answers] == [302] * 5 + [429]
    assert "429.html" in [template.name for template in answers[-1].templates]


def test_mail_that_cannot_be_sent_is_said_and_loses_nothing(client, monkeypatch):
    person = PersonFactory()

    def refuse(*args, **kwargs):
        raise ConnectionRefusedError

    monkeypatch.setattr("django.core.mail.message.EmailMessage.send", refuse)
    response = client.post(
        reverse("account_request_login_code"), {"email": person.email}, follow=True
    )

    assert [str(message) for message in response.context["messages"]] == [
        "We could not send you a mail just now. Please try again in a minute."
    ]
