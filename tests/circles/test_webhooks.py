"""Connecting a circle's channel, and what becomes of it; posts go to a server of the test."""

from datetime import timedelta

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse
from django.utils import timezone

from circles.actions import webhooks as acts
from circles.actions.refusals import CannotChange
from circles.models import Webhook
from circles.webhooks.answers import Fate
from members.models import AuditEntry
from notifications.models import Reminder
from tests.factories import (
    CircleFactory,
    FacilitationFactory,
    MembershipFactory,
    PersonFactory,
    WebhookFactory,
    organiser,
)
from tests.members.test_outward import Answers, serving
from tests.notifications.sending import send

pytestmark = pytest.mark.django_db
ADDRESS = "https://hooks.slack.com/services/T0/B0/secretX7k2"
ALL = {"posts_near": True, "posts_changes": True, "posts_recap": True}


@pytest.fixture
def held():
    return FacilitationFactory(circle__name="Night owls", circle__stage="active")


@pytest.fixture
def world(monkeypatch):
    """A server that answers as Slack does, by the last part of the address."""
    said = {"taken": (200, b"ok"), "gone": (410, b"channel_is_archived"), "odd": (200, b"no")}
    for name, (status, body) in said.items():
        monkeypatch.setattr(
            Answers, name, lambda self, s=status, b=body: self.answer(s, b), raising=False
        )
    with serving(monkeypatch) as server:
        yield server


def at(name):
    return f"https://hooks.slack.com/{name}"


def url(name, circle, service="slack"):
    args = [circle.pk] if name == "webhooks" else [circle.pk, service]
    return reverse(f"circles:{name}", args=args)


def told(response):
    return [str(message) for message in get_messages(response.wsgi_request)]


def test_facilitator_connects_a_channel_and_nobody_sees_its_address_again(client, held):
    client.force_login(held.person)

    response = client.post(url("webhook", held.circle), {"secret_address": f" {ADDRESS} "} | ALL)

    page = client.get(url("webhooks", held.circle)).content.decode()
    webhook = Webhook.objects.live().get()
    assert told(response) == ["Slack is connected. Send a test message to see it arrive."]
    assert (webhook.address, webhook.connected_by) == (ADDRESS, held.person)
    assert "hooks.slack.com … X7k2" in page
    assert "secretX7k2" not in page
    assert "secretX7k2" not in str(list(AuditEntry.objects.values()))


def test_address_that_is_none_of_slack_stays_in_the_form(client, held):
    client.force_login(held.person)

    response = client.post(url("webhook", held.circle), {"secret_address": "https://evil.test/a"})

    assert list(response.context["form"].errors) == ["secret_address"]
    assert "https://evil.test/a" in response.content.decode()
    assert not Webhook.objects.exists()


def test_strange_address_of_teams_is_saved_with_a_warning(client, held):
    client.force_login(held.person)
    address = "https://flows.example.test/1"

    response = client.post(url("webhook", held.circle, "teams"), {"secret_address": address})

    assert Webhook.objects.get().address == address
    assert [words.partition(" ")[0] for words in told(response)] == ["Microsoft", "Teams"]


def test_changing_what_is_posted_keeps_the_address_and_who_connected_it(held):
    webhook = WebhookFactory(circle=held.circle)
    other = held.person

    acts.save_webhook(held.circle, "slack", by=other, address="", posts={"posts_near": False})

    again = Webhook.objects.get()
    assert (again.address, again.connected_by) == (webhook.address, webhook.connected_by)
    assert again.posts == [
        "a meeting was moved or called off",
        "the recap of a meeting is there",
    ]


def test_closed_circle_connects_nothing():
    held = FacilitationFactory(circle__stage="closed")

    with pytest.raises(CannotChange, match="closed"):
        acts.save_webhook(held.circle, "slack", by=held.person, address=ADDRESS, posts=ALL)


def test_host_connects_and_member_and_organiser_only_see():
    circle = CircleFactory()
    host = MembershipFactory(circle=circle, role="host").person
    member = MembershipFactory(circle=circle).person
    people = (host, member, organiser(), PersonFactory())

    names = ("see_webhooks", "connect_webhook", "disconnect_webhook")
    rights = [[each.has_perm(f"circles.{name}", circle) for name in names] for each in people]

    assert rights == [
        [True, True, True],
        [True, False, False],
        [True, False, True],
        [False, False, False],
    ]


def test_organiser_sees_nothing_of_the_address(client, held):
    WebhookFactory(circle=held.circle, address=ADDRESS)
    client.force_login(organiser())

    page = client.get(url("webhooks", held.circle)).content.decode()

    assert "X7k2" not in page
    assert "Disconnect" in page


def test_disconnecting_is_undone_for_a_day_and_then_the_address_is_forgotten(held):
    webhook = WebhookFactory(circle=held.circle)

    acts.disconnect(webhook, by=held.person)
    was_live = Webhook.objects.live().exists()
    acts.reconnect(webhook, by=held.person)
    is_live = Webhook.objects.live().exists()
    acts.disconnect(webhook, by=held.person)
    early = acts.forget_disconnected()
    Webhook.objects.update(disconnected_at=timezone.now() - timedelta(hours=25))

    assert (was_live, is_live, early, acts.forget_disconnected()) == (False, True, 0, 1)
    with pytest.raises(CannotChange, match="forgotten"):
        acts.reconnect(webhook, by=held.person)


@pytest.mark.parametrize("ended", ["appointment", "employment", "account"])
def test_webhook_stops_with_the_right_of_whoever_connected_it(ended, held, client):
    webhook = WebhookFactory(circle=held.circle)
    person = webhook.connected_by
    if ended == "appointment":
        person.facilitations.update(ended_on=timezone.localdate())
    elif ended == "employment":
        person.left_on = timezone.localdate()
    else:
        person.is_active = False
    person.save()
    client.force_login(held.person)

    stopped = not Webhook.objects.live().exists()
    page = client.get(url("webhooks", held.circle)).content.decode()
    client.post(url("webhook_take_over", held.circle))

    assert stopped
    assert "Take it over" in page
    assert Webhook.objects.live().get().connected_by == held.person


def test_gone_webhook_stops_and_tells_its_facilitators_once(held, world, mailoutbox):
    webhook = WebhookFactory(circle=held.circle, address=at("gone"), connected_by=held.person)
    FacilitationFactory(circle=held.circle, ended_on=timezone.localdate())

    verdicts = [acts.try_webhook(webhook).fate for _ in range(2)]
    send()

    webhook.refresh_from_db()
    owed = Reminder.objects.filter(kind="webhook_gone").values_list("recipient", flat=True)
    assert verdicts == [Fate.GONE, Fate.GONE]
    assert list(owed) == [held.person.pk]
    assert webhook.problem == (
        "Slack does not know this address any more (410). Make a new one there."
    )
    assert [mail.subject for mail in mailoutbox] == ["Slack no longer hears from Night owls"]
    assert not Webhook.objects.live().exists()


def test_webhook_that_works_again_is_not_gone(held, world):
    webhook = WebhookFactory(
        circle=held.circle, address=at("taken"), gone_at=timezone.now(), connected_by=held.person
    )

    fate = acts.try_webhook(webhook).fate

    assert (fate, Webhook.objects.live().count()) == (Fate.TAKEN, 1)
    assert Reminder.objects.filter(state="planned").count() == 0


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("taken", "Slack took the test message. Look into the channel."),
        ("busy", "Slack did not take it now. Wait a minute and try once more."),
        (
            "odd",
            "The test message did not arrive. Slack did not take this post, although it answered.",
        ),
        (
            "inside",
            "The test message did not arrive. The address only leads on to another one. Copy it "
            "from Slack once more.",
        ),
    ],
)
def test_test_message_says_what_came_of_it(path, said, client, held, world):
    WebhookFactory(circle=held.circle, address=at(path), connected_by=held.person)
    client.force_login(held.person)

    response = client.post(url("webhook_test", held.circle))

    assert told(response) == [said]
    assert len(world.seen) == 1  # a redirect is not followed


def test_address_inside_a_network_is_never_connected_to(held, world):
    webhook = WebhookFactory(
        circle=held.circle, service="teams", address="https://inner.test/taken"
    )

    verdict = acts.try_webhook(webhook)

    assert (verdict.fate, world.seen) == (Fate.GONE, [])
