"""A channel is a small class: this one carries letters to a list."""

import pytest

from notifications import tasks
from notifications.channels import CHANNELS, Channel, add
from notifications.channels.base import ChannelAway, Refused, TryLater
from notifications.models import Delivery, Reminder
from tests.factories import PersonFactory, ReminderFactory


class Pigeon(Channel):
    name = "pigeon"
    label = "Pigeon"

    def __init__(self, *answers):
        self.answers, self.carried = list(answers), []

    def send(self, message, session):
        if self.answers and (answer := self.answers.pop(0)):
            raise answer
        self.carried.append(message.person)


class LostPigeon(Pigeon):
    def unreachable(self, people):
        raise RuntimeError("lost")


@pytest.fixture
def pigeon(make_kind, monkeypatch):
    def let_fly(bird):
        monkeypatch.setitem(CHANNELS, "pigeon", bird)
        return make_kind(channels=("pigeon",)).name

    return let_fly


def deliveries(count, kind):
    ReminderFactory.create_batch(count, kind=kind)
    while tasks.work(1):
        pass
    return list(Delivery.objects.order_by("pk").values_list("state", "problem"))


@pytest.mark.django_db
def test_a_channel_says_what_became_of_each_message(pigeon):
    bird = Pigeon(None, TryLater("rain"), Refused("a cat"))

    found = deliveries(4, pigeon(bird))

    assert found == [("sent", ""), ("planned", "rain"), ("failed", "a cat"), ("sent", "")]
    assert len(bird.carried) == 2


@pytest.mark.django_db
def test_a_channel_that_is_away_is_asked_no_more(pigeon):
    bird = Pigeon(None, ChannelAway("asleep"))

    found = deliveries(4, pigeon(bird))

    assert found == [("sent", "")] + [("planned", "Out of reach. asleep")] * 3
    assert len(bird.carried) == 1


@pytest.mark.django_db
def test_a_channel_does_not_look_for_who_may_not_sign_in(pigeon):
    name = pigeon(Pigeon())
    ReminderFactory(kind=name, recipient=PersonFactory(is_active=False))

    while tasks.work(1):
        pass

    assert Reminder.objects.get().problem == "This person may not sign in any more."


@pytest.mark.django_db
def test_a_channel_that_does_not_know_whom_it_reaches_is_tried(pigeon):
    found = deliveries(1, pigeon(LostPigeon()))

    assert found == [("claimed", "")]


def test_a_channels_name_is_taken_once():
    class Mail(Pigeon):
        name = "mail"

    with pytest.raises(ValueError, match="already a channel"):
        add(Mail())
    add(CHANNELS["mail"])
    with pytest.raises(NotImplementedError):
        Channel().send(None, None)
