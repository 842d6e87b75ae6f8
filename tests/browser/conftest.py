import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client


@pytest.fixture(autouse=True)
def quick_passwords(settings):
    """Argon2 is slow on purpose, and what is tested here is the way to the password and on."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def tab(page):
    """A page that fails its test when the console says an error, such as a policy's."""
    errors = []
    page.on("console", lambda message: message.type == "error" and errors.append(message.text))
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    assert errors == []


@pytest.fixture
def sign_in(live_server):
    """Open the browser's page as that person; each time in a session of its own."""

    def as_person(page, person, path):
        client = Client()
        client.force_login(person)
        session = client.cookies[settings.SESSION_COOKIE_NAME].value
        cookie = {"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}
        page.context.add_cookies([cookie])
        page.goto(live_server.url + path)

    return as_person


@pytest.fixture
def assert_accessible():
    """Fail with what axe finds on the page as it stands."""

    def check(page):
        found = Axe().run(page).response["violations"]
        wrong = [(each["id"], [node["target"] for node in each["nodes"]]) for each in found]
        assert (page.url, wrong) == (page.url, [])

    return check
