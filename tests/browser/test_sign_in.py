"""Getting in and out, as a person does it."""

import re

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from playwright.sync_api import expect

from tests.factories import PersonFactory
from tests.members.signing_in import PASSWORD, mailed_code

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def anna():
    person = PersonFactory(name="Anna Berg", email="anna@example.test", employee_number=None)
    person.set_password(PASSWORD)
    person.save()
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    return person


@pytest.fixture
def tab(page):
    """A page that fails its test when the console says an error, such as a policy's."""
    errors = []
    page.on("console", lambda message: message.type == "error" and errors.append(message.text))
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    assert errors == []


def sign_in(page, live_server, path="/profile/"):
    page.goto(live_server.url + path)
    page.get_by_label("E-mail address").fill("anna@example.test")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()


def sign_out(page):
    page.get_by_text("Anna, your menu").click()
    page.get_by_role("button", name="Sign out").click()


def test_signing_in_by_password_and_out_again(tab, live_server, anna):
    sign_in(tab, live_server)
    expect(tab.get_by_role("heading", level=1)).to_have_text("Your profile")

    sign_out(tab)

    expect(tab.get_by_text("You are signed out.")).to_be_visible()
    tab.goto(live_server.url + "/profile/")
    expect(tab).to_have_url(re.compile("/accounts/login/"))


def test_signing_in_by_a_code_from_the_mail(tab, live_server, anna):
    tab.goto(live_server.url + "/profile/")
    tab.get_by_label("E-mail address").fill("anna@example.test")

    tab.get_by_role("button", name="E-mail me a code instead").click()
    expect(tab.get_by_role("heading", level=1)).to_have_text("Look into your mail")
    assert [message.to for message in mail.outbox] == [["anna@example.test"]]
    tab.get_by_label("The code").fill(mailed_code())
    tab.get_by_role("button", name="Sign in").click()

    expect(tab.get_by_role("heading", level=1)).to_have_text("Your profile")


def test_what_was_typed_survives_an_expired_sign_in(tab, live_server, anna):
    sign_in(tab, live_server)
    tab.get_by_label("Your name").fill("Anna Maria Berg")
    tab.context.clear_cookies(name="sessionid")

    tab.get_by_role("button", name="Save").click()
    tab.get_by_label("E-mail address").fill("anna@example.test")
    tab.get_by_label("Password").fill(PASSWORD)
    tab.get_by_role("button", name="Sign in").click()

    expect(tab.get_by_role("heading", level=1)).to_have_text(
        "You were signed out before this was saved"
    )
    expect(tab.get_by_text("Anna Maria Berg")).to_be_visible()
    tab.get_by_role("button", name="Save it now").click()
    expect(tab.get_by_text("Saved.")).to_be_visible()
    anna.refresh_from_db()
    assert anna.name == "Anna Maria Berg"


def test_form_left_open_while_signing_in_anew_elsewhere_loses_nothing(tab, live_server, anna):
    sign_in(tab, live_server)
    tab.get_by_label("Your name").fill("Anna Maria Berg")
    other = tab.context.new_page()
    other.goto(live_server.url + "/profile/")
    sign_out(other)
    sign_in(other, live_server)

    with tab.expect_response("**/profile/"):
        tab.get_by_role("button", name="Save").click()

    expect(tab.get_by_role("heading", level=1)).to_have_text(
        "You signed in again before this was saved"
    )
    tab.get_by_role("button", name="Save it now").click()
    expect(tab.get_by_text("Saved.")).to_be_visible()


@pytest.mark.browser_context_args(java_script_enabled=False)
def test_signing_in_needs_no_script(page, live_server, anna):
    sign_in(page, live_server)

    expect(page.get_by_role("heading", level=1)).to_have_text("Your profile")
