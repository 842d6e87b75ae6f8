"""Every page and mail of allauth is in our words and our look, with nothing inline."""

import re
from pathlib import Path

import allauth
import pytest
from allauth import urls as allauth_urls
from allauth.account.models import EmailAddress
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from django.conf import settings as project
from django.urls import URLResolver, reverse

from members.account_mail import MAILS
from tests.factories import PersonFactory
from tests.members.signing_in import PASSWORD, ask_for_code, mailed_code, sign_in

pytestmark = pytest.mark.django_db

THEIRS = Path(allauth.__file__).parent / "templates"
INLINE = re.compile(
    r"""<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=["']|javascript:""", re.IGNORECASE
)


def names(patterns):
    for entry in patterns:
        if isinstance(entry, URLResolver):
            yield from names(entry.url_patterns)
        else:
            yield entry.name


@pytest.fixture
def anna():
    person = PersonFactory(email="anna@example.test")
    person.set_password(PASSWORD)
    person.save()
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    return person


def visitor(client, person):
    pass


def with_login_code(client, person):
    ask_for_code(client, person.email)


def with_reset_code(client, person):
    client.post(reverse("account_reset_password"), {"email": person.email})


def with_confirmed_reset_code(client, person):
    with_reset_code(client, person)
    client.post(reverse("account_confirm_password_reset_code"), {"code": mailed_code()})


def with_address_to_confirm(client, person):
    EmailAddress.objects.update(verified=False)
    sign_in(client, person)


def with_second_step_to_take(client, person):
    TOTP.activate(person, "JBSWY3DPEHPK3PXP")
    sign_in(client, person)


def signed_in(client, person):
    client.force_login(person)


def without_password(client, person):
    person.set_unusable_password()
    person.save()
    client.force_login(person)


def sure(client, person):
    client.force_login(person)
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})


def sure_with_second_step(client, person):
    TOTP.activate(person, "JBSWY3DPEHPK3PXP")
    RecoveryCodes.activate(person)
    sure(client, person)


PAGES = {
    "account_login": visitor,
    "account_logout": signed_in,
    "account_inactive": visitor,
    "account_signup": visitor,
    "account_reauthenticate": signed_in,
    "account_email": signed_in,
    "account_email_verification_sent": with_address_to_confirm,
    "account_change_password": signed_in,
    "account_set_password": without_password,
    "account_reset_password": visitor,
    "account_confirm_password_reset_code": with_reset_code,
    "account_complete_password_reset": with_confirmed_reset_code,
    "account_password_reset_completed": visitor,
    "account_request_login_code": visitor,
    "account_confirm_login_code": with_login_code,
    "mfa_index": sure_with_second_step,
    "mfa_authenticate": with_second_step_to_take,
    "mfa_reauthenticate": sure_with_second_step,
    "mfa_activate_totp": sure,
    "mfa_deactivate_totp": sure_with_second_step,
    "mfa_view_recovery_codes": sure_with_second_step,
    "mfa_generate_recovery_codes": sure_with_second_step,
    "mfa_download_recovery_codes": sure_with_second_step,
}
PLAIN_TEXT = {"mfa_download_recovery_codes"}


def test_pages_are_all_there_are():
    assert set(PAGES) == set(names(allauth_urls.urlpatterns))


@pytest.mark.parametrize("name", PAGES)
def test_page_is_ours(client, anna, name):
    PAGES[name](client, anna)

    response = client.get(reverse(name))

    used = [template for template in response.templates if template.name]
    assert response.status_code == 200
    assert [t.name for t in used if Path(t.origin.name).is_relative_to(THEIRS)] == []
    if name not in PLAIN_TEXT:
        assert "base.html" in [template.name for template in used]
        assert INLINE.findall(response.content.decode()) == []


def test_open_sign_up_page_is_ours(client, settings):
    settings.SIGNUP_DOMAINS = ["listed.test"]

    response = client.get(reverse("account_signup"))

    assert response.templates[0].name == "account/signup.html"
    assert Path(response.templates[0].origin.name).is_relative_to(project.BASE_DIR / "templates")


def test_sign_in_page_offers_sign_up_only_where_it_is_open(client, settings):
    closed = client.get(reverse("account_login")).content.decode()
    settings.SIGNUP_DOMAINS = ["listed.test"]
    opened = client.get(reverse("account_login")).content.decode()

    assert ("Sign up</a>" in closed, "Sign up</a>" in opened) == (False, True)


@pytest.mark.parametrize(
    ("name", "field"),
    [
        ("account_login", "login"),
        ("account_request_login_code", "email"),
        ("account_reset_password", "email"),
    ],
)
@pytest.mark.parametrize(
    "typed",
    ["a\x00@example.test", "a" * 100_000, "😀@example.test", "\u202e@x", "a@b\r\nBcc: c@d.e"],
)
def test_impossible_address_is_refused_in_words(client, name, field, typed):
    response = client.post(reverse(name), {field: typed, "password": "x"})

    assert response.status_code == 200
    assert response.context["form"].errors[field]


@pytest.mark.parametrize("typed", ["a" * 100_000, "\x00", "😀" * 1000, "\u202e"])
def test_impossible_password_and_code_are_refused_in_words(client, anna, typed):
    wrong = sign_in(client, anna, password=typed)
    ask_for_code(client, anna.email)
    refused = client.post(reverse("account_confirm_login_code"), {"code": typed})

    assert wrong.status_code == refused.status_code == 200
    assert wrong.context["form"].errors
    assert refused.context["verify_form"].errors


def test_every_mail_that_can_be_sent_has_our_words():
    subjects = THEIRS.glob("*/email/*_subject.txt")
    theirs = {str(path.relative_to(THEIRS)).removesuffix("_subject.txt") for path in subjects}
    never_sent = {
        # Links, where we send codes; and passkeys and other sites, which we do not use.
        "account/email/password_reset_key",
        "mfa/email/webauthn_added",
        "mfa/email/webauthn_removed",
        "socialaccount/email/account_connected",
        "socialaccount/email/account_disconnected",
    }

    assert set(MAILS) == theirs - never_sent


def test_mail_with_a_code_says_the_same_as_text_and_as_html(client, anna, mailoutbox):
    ask_for_code(client, anna.email)

    (message,) = mailoutbox
    ((html, mime),) = message.alternatives
    code = mailed_code()
    assert mime == "text/html"
    for body in (message.body, html):
        assert body.count(code) == 1
        assert "It works once, within the next 15 minutes." in " ".join(body.split())
        assert "Somebody asked for a sign-in code for anna@example.test." in body
    assert message.from_email == project.DEFAULT_FROM_EMAIL


def test_mail_about_a_change_says_when_and_from_where(client, anna, mailoutbox):
    client.force_login(anna)
    data = {"oldpassword": PASSWORD, "password1": "walnut ferry 7", "password2": "walnut ferry 7"}

    client.post(
        reverse("account_change_password"), data, headers={"User-Agent": "<b>Browser</b> & co"}
    )

    (message,) = mailoutbox
    assert "Browser: <b>Browser</b> & co\n" in message.body
    assert "&lt;b&gt;Browser&lt;/b&gt; &amp; co" in message.alternatives[0][0]
    assert "Network address: 127.0.0.1\n" in message.body


def test_address_behind_a_proxy_is_the_visitors(rf, settings):
    from allauth.core.internal.httpkit import get_client_ip

    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    request = rf.get("/", headers={"X-Forwarded-For": "6.6.6.6, 203.0.113.7"})

    assert get_client_ip(request) == "203.0.113.7"
