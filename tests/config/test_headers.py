import pytest
from django.urls import reverse

from tests.factories import PersonFactory

pytestmark = pytest.mark.django_db


def test_every_page_carries_a_strict_policy(client):
    client.force_login(PersonFactory())

    response = client.get(reverse("meetings:home"))

    policy = dict(
        directive.split(" ", 1) for directive in response["Content-Security-Policy"].split("; ")
    )
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == "'self'"
    assert policy["frame-ancestors"] == "'none'"
    assert response["X-Frame-Options"] == "DENY"


def test_a_visitor_is_asked_to_sign_in(client):
    response = client.get(reverse("meetings:home"))

    assert response.status_code == 302
    assert response["Location"] == f"{reverse('account_login')}?next=/"
