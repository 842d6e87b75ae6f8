"""Who reaches the pages about a circle's Slack and Teams channels."""

import pytest
from django.urls import reverse

from circles.webhooks import sending
from members.outward import Reply
from tests.circles.test_access import everybody_of, row
from tests.factories import CircleFactory, WebhookFactory
from tests.walking import walk

# To a hidden circle. Organisers may switch a channel off, and connect none.
ACCESS = {
    "get webhooks": (302, 404, 200, 200, 404, 200),
    "get webhook": (302, 404, 403, 200, 404, 403),
    "post webhook": (302, 404, 403, 302, 404, 403),
    "post webhook_test": (302, 404, 403, 302, 404, 403),
    "post webhook_take_over": (302, 404, 403, 302, 404, 403),
    "post webhook_disconnect": (302, 404, 403, 302, 404, 302),
    "post webhook_reconnect": (302, 404, 403, 302, 404, 302),
}


@pytest.mark.django_db
@pytest.mark.parametrize("route", ACCESS)
def test_access_to_the_channels_of_a_hidden_circle(route, monkeypatch):
    monkeypatch.setattr(sending.outward, "post", lambda *_, **__: Reply(200, b"ok"))
    circle, browsers = everybody_of(CircleFactory(visibility="hidden"))
    WebhookFactory(circle=circle)
    method, name = route.split()
    args = [circle.pk] if name == "webhooks" else [circle.pk, "slack"]

    found = walk(browsers, method, reverse(f"circles:{name}", args=args))

    assert found == row(ACCESS[route])
