"""The card “On this device”, and what the service worker shows of a push."""

import json

import pytest
from playwright.sync_api import expect

from tests.factories import PersonFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

REGISTER = """async () => {
  await navigator.serviceWorker.register("/service-worker.js");
  return (await navigator.serviceWorker.ready).active.scriptURL;
}"""
SHOWN = """async () => {
  const shown = await (await navigator.serviceWorker.ready).getNotifications();
  return shown.map(({ title, body, tag, data }) => ({ title, body, tag, data }));
}"""


def test_the_card_says_how_it_stands_and_a_push_is_shown_once(
    page, live_server, sign_in, assert_accessible
):
    page.context.grant_permissions(["notifications"], origin=live_server.url)
    tools = page.context.new_cdp_session(page)
    registrations = []
    note = lambda said: registrations.append(said)  # noqa: E731, PLW0108  Playwright needs a name
    tools.on("ServiceWorker.workerRegistrationUpdated", note)
    tools.send("ServiceWorker.enable")

    sign_in(page, PersonFactory(), "/messages/")

    expect(page.get_by_role("button", name="Turn it on here")).to_be_visible()
    assert_accessible(page)
    assert page.evaluate(REGISTER) == f"{live_server.url}/service-worker.js"
    said = {"title": "Soon", "body": "Come along.", "url": "/circles/", "tag": "reminder-7"}
    push = {
        "origin": live_server.url,
        "registrationId": registrations[-1]["registrations"][0]["registrationId"],
        "data": json.dumps(said),
    }
    for _ in range(2):
        tools.send("ServiceWorker.deliverPushMessage", push)
    shown = [
        {"title": "Soon", "body": "Come along.", "tag": "reminder-7", "data": {"url": "/circles/"}}
    ]
    # The worker takes its time, and the second takes the place of the first.
    for _ in range(100):
        if page.evaluate(SHOWN) == shown:
            break
        page.wait_for_timeout(100)
    page.wait_for_timeout(300)
    assert page.evaluate(SHOWN) == shown
