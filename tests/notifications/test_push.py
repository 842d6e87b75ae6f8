"""Push: what is posted, what each answer means, and whom it reaches."""

import json
from dataclasses import replace

import http_ece
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from py_vapid import Vapid02
from py_vapid.utils import b64urlencode

from members import outward
from members.actions import sign_out_everywhere
from notifications import vapid
from notifications.channels import CHANNELS, Message
from notifications.channels.push import NO_DEVICE, Push, post, push_of
from notifications.models import Delivery, PushSubscription, Reminder, Urgency
from tests.factories import PersonFactory, ReminderFactory
from tests.notifications.conftest import LETTER
from tests.notifications.devices import device_of
from tests.notifications.sending import send, states

PUSH = Push("Soon", "Come along.", "/circles/", "reminder-7", urgency=Urgency.PROMPT)


@pytest.fixture
def service(monkeypatch):
    """A push service that answers so, by the last letters of the address; else it takes all."""
    asked, answers = [], {}

    def answer(url, body, *, headers, **_):
        asked.append((url, body, headers))
        said = answers.get(url[-1], 201)
        if isinstance(said, Exception):
            raise said
        return outward.Reply(said, b"words")

    monkeypatch.setattr("notifications.channels.push.outward.post", answer)
    answer.asked, answer.answers = asked, answers
    return answer


@pytest.fixture
def prompt(make_kind):
    return make_kind(urgency=Urgency.PROMPT, channels=("mail", "push"))


def devices_of(person, letters):
    return [device_of(person, endpoint=f"https://push.example/{each}") for each in letters]


@pytest.mark.django_db
def test_only_the_device_can_read_what_is_posted(service):
    mine, secret = ec.generate_private_key(ec.SECP256R1()), b"sixteen letters!"
    point = mine.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    keys = {"p256dh": b64urlencode(point), "auth": b64urlencode(secret)}
    device = device_of(PersonFactory(), **keys)

    post(PUSH, device)

    url, body, headers = service.asked[0]
    read = http_ece.decrypt(body, private_key=mine, auth_secret=secret, version="aes128gcm")
    assert url == device.endpoint
    assert json.loads(read) == {
        "title": "Soon",
        "body": "Come along.",
        "url": "/circles/",
        "tag": "reminder-7",
    }
    assert (headers["TTL"], headers["Urgency"], headers["Topic"]) == ("7200", "high", "reminder-7")
    assert Vapid02.verify(headers["Authorization"])
    device.refresh_from_db()
    assert device.last_sent_at is not None


ANSWERS = [
    ("no device", "", {}, (), "cancelled", 0),
    ("all take it", "ab", {}, (), "sent", 2),
    ("one of three is gone", "abc", {"b": 410}, (), "sent", 2),
    ("all are gone", "ab", {"a": 404, "b": 410}, (), "cancelled", 0),
    ("one may come back", "ab", {"a": 410, "b": 503}, (), "planned", 1),
    ("too much at once", "a", {"a": 429}, (), "planned", 1),
    ("out of reach", "a", {"a": outward.NotFetched("slow")}, (), "planned", 1),
    ("refused", "a", {"a": 413}, (), "failed", 1),
    ("inside a network", "a", {"a": outward.NotAllowed("inside")}, (), "failed", 0),
]


@pytest.mark.django_db
def test_each_answer_of_a_push_service_has_its_meaning(service, prompt):
    found = {}
    for name, letters, answers, _, _, _ in ANSWERS:
        person = PersonFactory()
        service.answers.clear()
        service.answers.update(answers)
        devices_of(person, letters)
        reminder = ReminderFactory(kind=prompt.name, recipient=person, urgency=Urgency.PROMPT)
        send(Urgency.PROMPT)
        pushed = Delivery.objects.filter(reminder=reminder, channel="push").first()
        left = PushSubscription.objects.filter(person=person)
        found[name] = (pushed.state if pushed else "cancelled", left.count())
        left.delete()

    assert found == {name: (state, left) for name, _, _, _, state, left in ANSWERS}


@pytest.mark.django_db
def test_a_missing_device_is_no_reason_to_report(make_kind):
    kind = make_kind(urgency=Urgency.PROMPT).name
    ReminderFactory(kind=kind, urgency=Urgency.PROMPT)

    send(Urgency.PROMPT)

    assert states() == {"inbox": "sent", "mail": "sent"}
    assert (Reminder.objects.get().state, Reminder.objects.get().problem) == ("sent", "")


@pytest.mark.django_db
def test_who_is_reached_is_asked_once_for_all(django_assert_num_queries):
    reached, without, gone, out = PersonFactory.create_batch(4)
    for number, person in enumerate((reached, gone, out)):
        devices_of(person, str(number))
    gone.is_active = False
    sign_out_everywhere(out)

    with django_assert_num_queries(1):  # the devices of all of them
        reasons = CHANNELS["push"].unreachable([reached, without, gone, out])

    assert reasons == {
        without.pk: NO_DEVICE,
        gone.pk: "This person may not sign in any more.",
        out.pk: NO_DEVICE,
    }


@pytest.mark.django_db
def test_without_a_key_nobody_is_offered_it(settings, django_assert_num_queries, client):
    settings.DEVELOPMENT_PAGES = False
    person = PersonFactory()
    client.force_login(person)

    with django_assert_num_queries(0):
        reasons = CHANNELS["push"].unreachable([person])
    page = client.get("/messages/")

    assert list(reasons) == [person.pk]
    assert page.context["push_key"] == ""
    assert [name for name in page.context["form"].fields if name.startswith("push_")] == []


def test_a_push_says_a_heading_and_a_line_and_leads_to_a_page_of_ours(make_kind):
    reminder = Reminder(pk=7)
    kind = make_kind(urgency=Urgency.PROMPT)
    delivery = Delivery(reminder=reminder)

    def written(**changes):
        letter = replace(LETTER, **changes)
        return push_of(Message((delivery,), (letter,), (kind,)))

    assert written() == PUSH
    assert written(paragraphs=[]).line == ""
    assert written(heading="a " * 100).title == f"{'a ' * 59}a…"
    assert written(button_url="https://evil.example/").url == "/inbox/"
    assert written(button_url="").url == "/inbox/"
    assert len(written(heading="ü" * 999, paragraphs=["ü" * 999]).payload) < 1000


def test_a_key_is_made_once_and_kept(tmp_path, settings):
    settings.VAR_DIR = tmp_path

    first = vapid.private_key()
    vapid._kept.cache_clear()

    assert vapid.private_key() == first
    assert [path.name for path in tmp_path.iterdir()] == ["vapid-key"]
    assert len(vapid.public_key()) == 87


@pytest.mark.django_db
def test_a_push_service_that_does_not_answer_is_asked_once_a_batch(service, prompt):
    service.answers["a"] = outward.NotFetched("slow")
    for person in PersonFactory.create_batch(3):
        device_of(person, endpoint=f"https://push.example/{person.pk}a")
        ReminderFactory(kind=prompt.name, recipient=person, urgency=Urgency.PROMPT)

    send(Urgency.PROMPT)

    pushed = Delivery.objects.filter(channel="push")
    assert len(service.asked) == 1
    assert set(pushed.values_list("state", "attempts")) == {("planned", 1)}
    assert states()["mail"] == "sent"
