"""Posts to webhooks that hang: each is tried once a batch, and holds up no other."""

from datetime import timedelta

import pytest
from django.utils import timezone

from circles.actions.webhooks import trial_post
from circles.models import Webhook
from circles.webhooks import channels, sending
from circles.webhooks.answers import SILENT
from notifications.actions import plan
from notifications.forms import MessageWishesForm
from notifications.models import Delivery
from tests.factories import FacilitationFactory, WebhookFactory
from tests.members.test_outward import Answers, serving
from tests.notifications.sending import send

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(monkeypatch):
    taken = lambda self: self.answer(200, b"ok")  # noqa: E731
    monkeypatch.setattr(Answers, "taken", taken, raising=False)
    with serving(monkeypatch) as server:
        yield server


@pytest.fixture
def held():
    return FacilitationFactory()


def at(name):
    return f"https://hooks.slack.com/{name}"


def test_posts_are_nothing_that_people_choose_about(held):
    names = MessageWishesForm(person=held.person).fields

    assert [name for name in names if "post_" in name or "slack" in name] == []


def test_hanging_webhook_is_tried_once_a_batch_and_blocks_no_other(held, world, make_post):
    hanging = WebhookFactory(circle=held.circle, address=at("junk"), connected_by=held.person)
    works = WebhookFactory(address=at("taken"))
    for webhook, number in [(hanging, 2), (works, 1)]:
        make_post(webhook, number)

    send()

    states = Delivery.objects.order_by("pk").values_list("state", "problem")
    assert list(states) == [
        ("planned", SILENT.words),
        ("planned", channels.SILENT_BEFORE),
        ("sent", ""),
    ]
    assert len(world.seen) == 2


def test_batch_gives_up_when_too_many_hang(held, world, make_post, monkeypatch):
    monkeypatch.setattr(channels, "PATIENCE", 0)
    for address in ("slow", "taken"):
        webhook = WebhookFactory(address=at(address))
        make_post(webhook, 1)

    send()

    assert set(Delivery.objects.values_list("state", "problem")) == {
        ("planned", f"Out of reach. {channels.MANY_SILENT}")
    }
    assert len(world.seen) == 1


@pytest.fixture
def make_post(make_kind, monkeypatch):
    """Owes a webhook so many posts."""
    monkeypatch.setattr(sending, "TIMEOUT", 0.2)

    def compose(reminder):
        return trial_post(Webhook.objects.get(pk=reminder.subject.split(":")[1]))

    make_kind("test_post", compose=compose, channels=("slack",))

    def make(webhook, number):
        for minutes in range(number):
            due_at = timezone.now() - timedelta(minutes=minutes)
            subject = f"webhook:{webhook.pk}"
            plan("test_post", subject=subject, recipients=[webhook.connected_by], due_at=due_at)

    return make
