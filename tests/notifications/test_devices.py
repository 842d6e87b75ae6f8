"""A device is turned on, and off: by its person, by signing out, by whoever signs in next."""

from io import StringIO

import pytest
from allauth.account.signals import password_changed
from django.contrib.auth.signals import user_logged_in
from django.core.management import call_command
from django.test import Client

from notifications.channels.base import NobodyThere, Refused, TryLater
from notifications.devices import MOST
from notifications.devices import turn_on as turn_on_for
from notifications.forms import DeviceForm
from notifications.models import KindWish, PushSubscription, Urgency
from notifications.user_agents import device_words
from tests.factories import PersonFactory
from tests.notifications.devices import SAID, device_of

ANDROID = "Mozilla/5.0 (Android 15; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) Version/18.5 Mobile Safari/604.1"
EDGE = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0"
OTHER = {"endpoint": "https://push.example/other"}


def turn_on(client, **said):
    return client.post("/messages/devices/", SAID | said, HTTP_USER_AGENT=ANDROID)


def words_of(response):
    return [str(message) for message in response.context["messages"]]


def test_a_browser_is_called_by_its_name():
    found = [device_words(each) for each in (ANDROID, IPHONE, EDGE, "curl/8", "Linux")]

    assert found == [
        "Firefox on Android",
        "Safari on an iPhone",
        "Edge on Windows",
        "A browser",
        "A browser on Linux",
    ]


def test_only_what_a_browser_says_is_taken():
    wrong = [
        {"endpoint": "http://push.example/a"},
        {"endpoint": "https://push.example/ü"},
        {"p256dh": "BBBB"},
        {"p256dh": "not a key"},
        {"auth": "BBBB"},
    ]

    assert DeviceForm(SAID).is_valid()
    assert [DeviceForm(SAID | each).is_valid() for each in wrong] == [False] * len(wrong)


@pytest.mark.django_db
def test_a_device_is_turned_on_once_and_off(client):
    person = PersonFactory()
    client.force_login(person)

    turn_on(client)
    turn_on(client)

    page = client.get("/messages/")
    device = PushSubscription.objects.get()
    assert (device.person, device.device) == (person, "Firefox on Android")
    assert (page.context["devices"], page.context["this_device"]) == ([device], device)
    client.post(f"/messages/devices/{device.pk}/off/")
    assert client.get("/messages/").context["devices"] == []


@pytest.mark.django_db
def test_in_place_the_card_alone_is_answered(client):
    client.force_login(PersonFactory())

    response = client.post("/messages/devices/", SAID, HTTP_HX_REQUEST="true")

    html = response.content.decode()
    assert (html.count("<section"), html.count("hx-swap-oob"), "<html" in html) == (1, 1, False)
    assert words_of(response) == ["Messages come to A browser from now on."]


@pytest.mark.django_db
def test_a_browser_that_says_nonsense_is_told_what_to_do(client):
    client.force_login(PersonFactory())

    response = client.post("/messages/devices/", {"endpoint": "x"}, follow=True)

    assert words_of(response) == [
        "It could not be turned on. Load the page again and try once more."
    ]


@pytest.mark.django_db
def test_a_new_address_takes_the_place_of_the_former_one(client):
    client.force_login(PersonFactory())
    turn_on(client)

    response = turn_on(client, quietly="1", **OTHER)

    assert response.status_code == 204
    assert [each.endpoint for each in PushSubscription.objects.all()] == [OTHER["endpoint"]]


@pytest.mark.django_db
def test_a_browser_renews_with_the_former_address_alone():
    device = device_of(PersonFactory())
    url, stranger = "/messages/devices/renew/", Client(enforce_csrf_checks=True)

    renewed = stranger.post(url, SAID | OTHER | {"former": SAID["endpoint"]})
    again = stranger.post(url, SAID | OTHER | {"former": SAID["endpoint"]})

    device.refresh_from_db()
    assert (renewed.status_code, again.status_code) == (204, 404)
    assert device.endpoint == OTHER["endpoint"]


@pytest.mark.django_db
def test_signing_out_turns_this_device_off_and_no_other(client):
    person = PersonFactory()
    elsewhere = device_of(person, **OTHER)
    client.force_login(person)
    turn_on(client)

    client.post("/accounts/logout/")

    assert list(PushSubscription.objects.all()) == [elsewhere]


@pytest.mark.django_db
def test_who_signs_in_next_does_not_get_what_was_anothers(client, rf):
    one, another = PersonFactory.create_batch(2)
    client.force_login(one)
    turn_on(client)
    rf.cookies = client.cookies
    left = []

    for person in (one, another):
        user_logged_in.send(type(person), request=rf.post("/"), user=person)
        left.append(PushSubscription.objects.count())

    assert left == [1, 0]


@pytest.mark.django_db
def test_a_new_password_turns_off_all_other_devices(client, rf):
    person = PersonFactory()
    client.force_login(person)
    turn_on(client)
    device_of(person, **OTHER)
    rf.cookies = client.cookies

    password_changed.send(type(person), request=rf.post("/"), user=person)

    assert [each.endpoint for each in PushSubscription.objects.all()] == [SAID["endpoint"]]


@pytest.mark.django_db
def test_a_browser_shows_the_messages_of_who_turned_it_on_last():
    one, another = PersonFactory.create_batch(2)
    device = device_of(one)

    turn_on_for(another, SAID, device="Chrome")

    device.refresh_from_db()
    assert device.person == another


@pytest.mark.django_db
def test_a_person_has_so_many_devices_and_the_oldest_makes_room(client):
    person = PersonFactory()
    for number in range(MOST):
        device_of(person, endpoint=f"https://push.example/{number}")
    client.force_login(person)

    turn_on(client)

    left = set(PushSubscription.objects.values_list("endpoint", flat=True))
    assert len(left) == MOST
    assert "https://push.example/0" not in left


@pytest.mark.django_db
def test_a_test_says_how_it_went(client, monkeypatch):
    person = PersonFactory()
    device = device_of(person)
    client.force_login(person)
    said = []
    for problem in (None, NobodyThere(), Refused("413"), TryLater("503")):

        def answer(*_, problem=problem, **__):
            if problem:
                raise problem

        monkeypatch.setattr("notifications.devices.post", answer)
        response = client.post(f"/messages/devices/{device.pk}/test/", follow=True)
        said += words_of(response)

    assert said == [
        "A test is on its way to Firefox on Android. It should be there by now.",
        "Firefox on Android takes no messages any more. Turn it on there again.",
        "It did not go through to Firefox on Android. 413",
        "Firefox on Android cannot be reached now. Try again in some minutes.",
    ]


@pytest.mark.django_db
@pytest.mark.parametrize("count", [1, 4])
def test_page_queries_do_not_grow_with_devices(client, count, django_assert_num_queries):
    person = PersonFactory()
    for number in range(count):
        device_of(person, endpoint=f"https://push.example/{number}")
    client.force_login(person)

    # session, person, roles, seats, two of wishes, devices
    with django_assert_num_queries(7):
        page = client.get("/messages/")

    assert len(page.context["devices"]) == count


@pytest.mark.django_db
def test_push_is_on_for_what_is_prompt_and_chosen_by_kind(client, make_kind):
    make_kind("prompt_kind", urgency=Urgency.PROMPT)
    make_kind("usual_kind")
    person = PersonFactory()
    client.force_login(person)

    form = client.get("/messages/").context["form"]
    shown = {name: form[name].value() for name in form.fields}
    data = {
        name: value for name, value in shown.items() if value is not None and value is not False
    }
    del data["push_prompt_kind"]
    client.post("/messages/", data | {"push_usual_kind": "on"})

    assert (shown["push_prompt_kind"], shown["push_usual_kind"]) == (True, False)
    assert set(KindWish.objects.values_list("kind", "channel", "cadence")) == {
        ("prompt_kind", "push", "off"),
        ("usual_kind", "push", "immediate"),
    }


def test_the_command_makes_a_key_that_the_settings_take():
    out = StringIO()

    call_command("vapid_key", stdout=out)

    name, _, key = out.getvalue().splitlines()[0].partition("=")
    assert (name, len(key)) == ("VAPID_PRIVATE_KEY", 43)


def test_the_worker_keeps_no_pages_and_the_manifest_can_be_read(client):
    worker = client.get("/service-worker.js")
    manifest = client.get("/manifest.webmanifest")

    assert worker["Content-Type"] == "text/javascript; charset=utf-8"
    assert worker["Cache-Control"] == "no-cache"
    assert [word for word in ('fetch"', "caches") if word in worker.content.decode()] == []
    assert manifest["Content-Type"] == "application/manifest+json"
    assert manifest.json()["start_url"] == "/"
