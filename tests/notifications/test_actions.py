from datetime import UTC, date, datetime, timedelta
from smtplib import SMTPRecipientsRefused
from threading import Barrier, Thread

import pytest
from django.core import mail
from django.db import connection
from django.utils import timezone

from notifications import actions, kinds
from notifications.kinds import Letter, NoLongerWanted
from notifications.models import LEASE, Reminder
from tests.factories import PersonFactory, ReminderFactory

DUE = datetime(2024, 5, 12, 15, 0, tzinfo=UTC)


@pytest.fixture
def kind(monkeypatch):
    """A kind whose letter is the same for everyone."""
    letter = Letter(
        subject="Your circle\nmeets", heading="Soon", paragraphs=["Come along."], why="A test."
    )
    monkeypatch.setitem(kinds._kinds, "test_kind", lambda reminder: letter)
    return "test_kind"


@pytest.mark.django_db
def test_plan_owes_each_recipient_once():
    people = [PersonFactory(), PersonFactory()]

    for _ in range(2):
        actions.plan("test_kind", subject="meeting:1", recipients=people, due_at=DUE)

    assert Reminder.objects.count() == 2
    assert set(Reminder.objects.values_list("recipient", flat=True)) == {p.pk for p in people}


@pytest.mark.django_db
def test_plan_revives_what_was_withdrawn():
    person = PersonFactory()
    actions.plan("test_kind", subject="meeting:1", recipients=[person], due_at=DUE)
    actions.withdraw("meeting:1", kind="test_kind")

    actions.plan("test_kind", subject="meeting:1", recipients=[person], due_at=DUE)

    assert Reminder.objects.get().state == Reminder.State.PLANNED


@pytest.mark.django_db
def test_plan_does_not_revive_what_was_sent():
    sent = ReminderFactory(state=Reminder.State.SENT, sent_at=DUE, due_at=DUE)

    actions.plan(sent.kind, subject=sent.subject, recipients=[sent.recipient], due_at=DUE)

    assert Reminder.objects.get().state == Reminder.State.SENT


@pytest.mark.django_db
def test_withdraw_keeps_the_moment_that_still_holds():
    kept = ReminderFactory(subject="meeting:1", due_at=DUE)
    moved = ReminderFactory(subject="meeting:1", due_at=DUE + timedelta(days=1))

    withdrawn = actions.withdraw("meeting:1", kind=kept.kind, unless_due_at=DUE)

    assert withdrawn == 1
    kept.refresh_from_db()
    moved.refresh_from_db()
    assert kept.state == Reminder.State.PLANNED
    assert moved.state == Reminder.State.CANCELLED


@pytest.mark.django_db
def test_send_mails_text_and_html_under_one_message_id(kind):
    reminder = ReminderFactory(kind=kind)

    sent = actions.send(reminder.pk)

    [message] = mail.outbox
    reminder.refresh_from_db()
    assert sent is True
    assert reminder.state == Reminder.State.SENT
    assert reminder.sent_at is not None
    assert message.to == [reminder.recipient.email]
    assert message.subject == "Your circle meets"
    assert message.extra_headers["Message-ID"] == reminder.message_id
    assert [part.mimetype for part in message.alternatives] == ["text/html"]


@pytest.mark.django_db
def test_send_twice_mails_once(kind):
    reminder = ReminderFactory(kind=kind)

    results = [actions.send(reminder.pk), actions.send(reminder.pk)]

    assert results == [True, False]
    assert len(mail.outbox) == 1


@pytest.mark.django_db(transaction=True)
def test_send_by_two_workers_at_once_mails_once(kind):
    reminder = ReminderFactory(kind=kind)
    start, results = Barrier(2), []

    def work():
        start.wait()
        results.append(actions.send(reminder.pk))
        connection.close()

    workers = [Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert sorted(results) == [False, True]
    assert len(mail.outbox) == 1


@pytest.mark.django_db
def test_send_leaves_what_is_not_due(kind):
    reminder = ReminderFactory(kind=kind, due_at=timezone.now() + timedelta(minutes=1))

    sent = actions.send(reminder.pk)

    assert sent is False
    assert len(mail.outbox) == 0


@pytest.mark.django_db
def test_a_claim_of_a_dead_worker_expires_and_keeps_its_message_id(kind):
    reminder = ReminderFactory(
        kind=kind,
        state=Reminder.State.CLAIMED,
        claimed_at=timezone.now() - LEASE - timedelta(seconds=1),
    )

    sent = actions.send(reminder.pk)

    assert sent is True
    assert mail.outbox[0].extra_headers["Message-ID"] == reminder.message_id


@pytest.mark.django_db
def test_a_fresh_claim_is_respected(kind):
    reminder = ReminderFactory(kind=kind, state=Reminder.State.CLAIMED, claimed_at=timezone.now())

    assert actions.send(reminder.pk) is False


@pytest.mark.django_db
def test_a_moot_reminder_is_cancelled_with_its_reason(monkeypatch):
    def moot(reminder):
        raise NoLongerWanted("The meeting was cancelled.")

    monkeypatch.setitem(kinds._kinds, "moot", moot)
    reminder = ReminderFactory(kind="moot")

    sent = actions.send(reminder.pk)

    reminder.refresh_from_db()
    assert sent is False
    assert reminder.state == Reminder.State.CANCELLED
    assert reminder.problem == "The meeting was cancelled."


@pytest.mark.django_db
@pytest.mark.parametrize(
    "who", [{"email": None}, {"is_active": False}, {"left_on": date(2024, 1, 1)}]
)
def test_a_person_without_an_address_is_not_written_to(kind, who):
    reminder = ReminderFactory(kind=kind, recipient=PersonFactory(**who))

    actions.send(reminder.pk)

    reminder.refresh_from_db()
    assert reminder.state == Reminder.State.CANCELLED
    assert len(mail.outbox) == 0


@pytest.mark.django_db
def test_an_unknown_kind_is_cancelled_in_words():
    reminder = ReminderFactory(kind="nobody_knows")

    actions.send(reminder.pk)

    reminder.refresh_from_db()
    assert reminder.problem == "No app declares the kind 'nobody_knows'."


def refuse(exception):
    def send(self, *args, **kwargs):
        raise exception

    return send


@pytest.mark.django_db
def test_a_mail_server_that_is_away_is_tried_again_five_times(kind, monkeypatch):
    monkeypatch.setattr(
        "django.core.mail.EmailMultiAlternatives.send", refuse(ConnectionRefusedError("away"))
    )
    reminder = ReminderFactory(kind=kind)
    states = []

    for _ in range(5):
        Reminder.objects.filter(state="claimed").update(
            claimed_at=timezone.now() - LEASE - timedelta(seconds=1)
        )
        actions.send(reminder.pk)
        reminder.refresh_from_db()
        states.append(reminder.state)

    assert states == ["claimed"] * 4 + ["failed"]
    assert reminder.problem == "ConnectionRefusedError: away"


@pytest.mark.django_db
def test_a_refused_address_fails_for_good(kind, monkeypatch):
    monkeypatch.setattr(
        "django.core.mail.EmailMultiAlternatives.send", refuse(SMTPRecipientsRefused({}))
    )
    reminder = ReminderFactory(kind=kind)

    actions.send(reminder.pk)

    reminder.refresh_from_db()
    assert reminder.state == Reminder.State.FAILED
    assert reminder.problem == "The mail server refused this address."


@pytest.mark.django_db
def test_a_letter_that_cannot_be_written_stops_only_itself(monkeypatch):
    def broken(reminder):
        raise KeyError("no such fact")

    monkeypatch.setitem(kinds._kinds, "broken", broken)
    reminder = ReminderFactory(kind="broken")

    actions.send(reminder.pk)

    reminder.refresh_from_db()
    assert reminder.state == Reminder.State.FAILED
    assert reminder.problem == "KeyError: 'no such fact'"


def test_a_kind_is_declared_once(monkeypatch):
    monkeypatch.setattr(kinds, "_kinds", {})
    kinds.register("one", refuse)

    with pytest.raises(ValueError, match="already a kind"):
        kinds.register("one", lambda reminder: None)
