"""What fails is tried again or given up, and stops nothing else."""

import smtplib
from datetime import timedelta

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.db import OperationalError
from django.utils import timezone

from notifications import delivering, tasks
from notifications.channels import CHANNELS
from notifications.claiming import ATTEMPTS
from notifications.delivering import waiting_time
from notifications.models import (
    BouncedAddress,
    Delivery,
    Notice,
    Reminder,
    Urgency,
)
from tests.factories import PersonFactory, ReminderFactory
from tests.notifications.sending import send, states


def answering(monkeypatch, *problems):
    """A mail server that answers so in turn, and takes what comes after."""
    left = list(problems)
    real = EmailBackend.send_messages

    def answer(self, messages):
        if left and (problem := left.pop(0)):
            raise problem
        return real(self, messages)

    monkeypatch.setattr(EmailBackend, "send_messages", answer)


TEMPORARY = [
    ConnectionResetError("away"),
    TimeoutError("slow"),
    smtplib.SMTPServerDisconnected("gone"),
    smtplib.SMTPDataError(451, b"later"),
    smtplib.SMTPRecipientsRefused({"ama@example.test": (450, b"greylisted")}),
    smtplib.SMTPSenderRefused(550, b"who are you", "peerloom@example.test"),
]


@pytest.mark.django_db
@pytest.mark.parametrize("problem", TEMPORARY, ids=lambda problem: type(problem).__name__)
def test_a_passing_failure_is_tried_again_later(kind, monkeypatch, problem):
    answering(monkeypatch, problem)
    ReminderFactory(kind=kind)
    send()
    waiting = Delivery.objects.get(channel="mail")
    assert (waiting.state, waiting.attempts) == ("planned", 1)
    assert waiting.due_at > timezone.now()
    assert Reminder.objects.get().state == "dispatched"

    Delivery.objects.update(due_at=timezone.now())
    send()

    assert len(mail.outbox) == 1
    assert Reminder.objects.get().state == "sent"


@pytest.mark.django_db
def test_a_failure_that_does_not_pass_ends(kind, monkeypatch):
    answering(monkeypatch, *[ConnectionRefusedError("away")] * ATTEMPTS)
    ReminderFactory(kind=kind)

    for _ in range(ATTEMPTS):
        send()
        Delivery.objects.filter(state="planned").update(due_at=timezone.now())

    reminder = Reminder.objects.get()
    assert (reminder.state, reminder.problem) == ("failed", "ConnectionRefusedError: away")
    assert states() == {"inbox": "sent", "mail": "failed"}


@pytest.mark.django_db
def test_a_mail_server_that_is_away_is_asked_once_a_batch(kind, monkeypatch):
    asked = []

    def refuse(self):
        asked.append(1)
        raise ConnectionRefusedError("away")

    monkeypatch.setattr(EmailBackend, "open", refuse)
    ReminderFactory.create_batch(3, kind=kind)

    send()

    assert len(asked) == 1
    assert set(Delivery.objects.filter(channel="mail").values_list("state", "attempts")) == {
        ("planned", 1)
    }
    assert Notice.objects.count() == 3


@pytest.mark.django_db
def test_a_mail_server_that_goes_away_is_asked_no_more(kind, monkeypatch):
    def open_once(self, asked=[]):  # noqa: B006  it remembers
        asked.append(1)
        if len(asked) > 2:
            raise smtplib.SMTPServerDisconnected("gone")

    def close(self):
        raise smtplib.SMTPServerDisconnected("gone")

    monkeypatch.setattr(EmailBackend, "open", open_once)
    monkeypatch.setattr(EmailBackend, "close", close)
    answering(monkeypatch, smtplib.SMTPServerDisconnected("gone"))
    ReminderFactory.create_batch(4, kind=kind)

    send()

    found = Delivery.objects.filter(channel="mail").order_by("pk").values_list("problem", flat=True)
    away = "Out of reach. SMTPServerDisconnected: gone"
    assert list(found) == ["SMTPServerDisconnected: gone", away, away, away]


@pytest.mark.django_db
@pytest.mark.parametrize("many", [True, False])
def test_a_database_that_is_away_fails_no_letter(make_kind, many):
    def compose(reminder):
        raise OperationalError("the server closed the connection")

    name = make_kind(**{"compose_many" if many else "compose": compose}).name
    ReminderFactory.create_batch(2, kind=name)
    tasks.dispatching.dispatch_due(Urgency.USUAL)

    with pytest.raises(OperationalError):
        delivering.deliver_due(Urgency.USUAL)

    assert states() == {"inbox": "claimed", "mail": "claimed"}


@pytest.mark.django_db
def test_a_refused_address_gets_no_mail_until_it_changes(kind, monkeypatch):
    who = PersonFactory(email="old@example.test")
    refused = smtplib.SMTPRecipientsRefused({"old@example.test": (550, b"no such user")})
    answering(monkeypatch, refused)
    ReminderFactory(kind=kind, recipient=who)
    send()
    assert Reminder.objects.get().state == "failed"
    assert BouncedAddress.objects.get().address == "old@example.test"

    ReminderFactory(kind=kind, recipient=who)
    send()
    who.email = "new@example.test"
    who.save()
    ReminderFactory(kind=kind, recipient=who)
    send()

    assert [message.to for message in mail.outbox] == [["new@example.test"]]
    assert Notice.objects.filter(person=who).count() == 3


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("problem", "words"),
    [
        (smtplib.SMTPDataError(554, b"spam"), "The mail server refused this message: 554 spam"),
        (
            smtplib.SMTPNotSupportedError("no SMTPUTF8"),
            "The mail server cannot write to this address: no SMTPUTF8",
        ),
        (ValueError("odd"), "ValueError: odd"),
    ],
)
def test_a_message_that_is_refused_stops_only_itself(kind, monkeypatch, problem, words):
    answering(monkeypatch, problem)
    ReminderFactory.create_batch(2, kind=kind)

    send()

    assert sorted(Reminder.objects.values_list("state", "problem")) == [
        ("failed", words),
        ("sent", ""),
    ]
    assert BouncedAddress.objects.count() == 0


@pytest.mark.django_db
def test_an_address_with_odd_letters_is_written_to(kind):
    who = PersonFactory(email="zoë@bücher.example")
    ReminderFactory(kind=kind, recipient=who)

    send()

    assert mail.outbox[0].message()["To"] == "=?utf-8?q?zo=C3=AB?=@xn--bcher-kva.example"


@pytest.mark.django_db
def test_a_channel_that_breaks_stops_no_other(kind, monkeypatch):
    def broken(messages):
        raise RuntimeError("broken")

    monkeypatch.setattr(CHANNELS["inbox"], "deliver", broken)
    ReminderFactory(kind=kind)

    send()

    assert len(mail.outbox) == 1
    assert states() == {"inbox": "claimed", "mail": "sent"}


@pytest.mark.django_db
def test_what_cannot_be_decided_stops_only_itself(make_kind, kind, monkeypatch):
    odd, nowhere = make_kind("odd").name, make_kind("nowhere", channels=("pigeon",)).name
    real = tasks.dispatching.decide

    def decide(of, *args, **options):
        if of.name == odd:
            raise KeyError("no such wish")
        return real(of, *args, **options)

    monkeypatch.setattr(tasks.dispatching, "decide", decide)
    for name in (kind, odd, nowhere):
        ReminderFactory(kind=name)

    send()

    assert dict(Reminder.objects.values_list("kind", "problem")) == {
        kind: "",
        odd: "KeyError: 'no such wish'",
        nowhere: "There is no channel 'pigeon'.",
    }
    assert len(mail.outbox) == 1


@pytest.mark.django_db
def test_a_channel_that_is_gone_is_said(kind, monkeypatch):
    ReminderFactory(kind=kind)
    tasks.dispatching.dispatch_due(Urgency.USUAL)
    monkeypatch.delitem(CHANNELS, "inbox")

    send()

    assert Delivery.objects.get(channel="inbox").problem == "There is no channel 'inbox'."
    assert Reminder.objects.get().state == "sent"


@pytest.mark.parametrize(("attempts", "minutes"), [(1, 1), (2, 2), (5, 16), (9, 240), (30, 240)])
def test_waiting_time_doubles_up_to_four_hours(attempts, minutes):
    assert waiting_time(attempts, jitter=1) == timedelta(minutes=minutes)
    assert abs(waiting_time(attempts) / timedelta(minutes=minutes) - 1) <= 0.25
