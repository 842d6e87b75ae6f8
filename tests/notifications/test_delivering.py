from datetime import date, timedelta
from threading import Barrier, Thread

import pytest
from django.core import mail
from django.db import connection
from django.utils import timezone

from notifications import claiming, delivering, recording, tasks
from notifications.catalogue import Kind
from notifications.claiming import ATTEMPTS
from notifications.dispatching import NOT_WISHED
from notifications.kinds import NoLongerWanted
from notifications.models import (
    LEASE,
    Delivery,
    DeliveryTally,
    Notice,
    Reminder,
    Urgency,
)
from tests.factories import PersonFactory, ReminderFactory
from tests.notifications.conftest import LETTER
from tests.notifications.sending import send, states


@pytest.mark.django_db
def test_a_due_reminder_is_mailed_and_put_into_the_inbox(kind):
    reminder = ReminderFactory(kind=kind)

    send()

    [message] = mail.outbox
    notice = Notice.objects.get()
    reminder.refresh_from_db()
    assert (reminder.state, reminder.problem) == ("sent", "")
    assert message.to == [reminder.recipient.email]
    assert message.subject == "Your circle meets"
    assert message.extra_headers["Message-ID"] == reminder.message_id
    assert message.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert [part.mimetype for part in message.alternatives] == ["text/html"]
    assert (notice.person, notice.title, notice.text) == (
        reminder.recipient,
        "Soon",
        "Come along.",
    )
    assert (notice.url, notice.read_at) == ("/circles/", None)
    assert states() == {"inbox": "sent", "mail": "sent"}
    assert set(DeliveryTally.objects.values_list("kind", "channel", "outcome", "number")) == {
        (kind, "inbox", "sent", 1),
        (kind, "mail", "sent", 1),
    }


@pytest.mark.django_db
def test_what_may_not_be_switched_off_offers_no_way_out(make_kind):
    ReminderFactory(kind=make_kind(required="It is about your account.").name)

    send()

    assert "List-Unsubscribe" not in mail.outbox[0].extra_headers


@pytest.mark.django_db
def test_what_is_not_due_stays_planned(kind):
    ReminderFactory(kind=kind, due_at=timezone.now() + timedelta(minutes=1))

    send()

    assert Reminder.objects.get().state == "planned"
    assert len(mail.outbox) == 0


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_send_each_message_once(kind):
    reminders = ReminderFactory.create_batch(12, kind=kind)
    start = Barrier(2)

    def work():
        start.wait()
        while tasks.dispatching.dispatch_due(1, size=3) or delivering.deliver_due(1, size=3):
            pass
        connection.close()

    workers = [Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    send()

    ids = [message.extra_headers["Message-ID"] for message in mail.outbox]
    assert sorted(ids) == sorted(reminder.message_id for reminder in reminders)
    assert set(Reminder.objects.values_list("state", flat=True)) == {"sent"}


@pytest.mark.django_db
def test_what_a_dead_worker_had_is_sent_when_its_lease_ends(kind):
    reminder = ReminderFactory(kind=kind)
    tasks.dispatching.dispatch_due(Urgency.USUAL)
    [*_] = claiming.claim(Urgency.USUAL, size=10)
    send()
    assert len(mail.outbox) == 0

    Delivery.objects.update(claimed_at=timezone.now() - LEASE - timedelta(seconds=1))
    claiming.recover()
    send()

    assert [message.extra_headers["Message-ID"] for message in mail.outbox] == [reminder.message_id]


@pytest.mark.django_db
def test_who_comes_back_after_the_lease_records_nothing(kind):
    ReminderFactory(kind=kind)
    tasks.dispatching.dispatch_due(Urgency.USUAL)
    late = claiming.claim(Urgency.USUAL, size=10)
    Delivery.objects.update(claimed_at=timezone.now() - LEASE - timedelta(seconds=1))
    claiming.recover()
    claiming.claim(Urgency.USUAL, size=10)

    written = recording.record(late, Delivery.State.FAILED, problem="too late")

    assert written == 0
    assert states() == {"inbox": "claimed", "mail": "claimed"}


@pytest.mark.django_db
def test_what_kills_its_worker_every_time_is_given_up(kind):
    ReminderFactory(kind=kind)
    tasks.dispatching.dispatch_due(Urgency.USUAL)
    claiming.claim(Urgency.USUAL, size=10)
    long_ago = timezone.now() - LEASE - timedelta(seconds=1)
    Delivery.objects.update(claimed_at=long_ago, attempts=ATTEMPTS - 1)

    claiming.recover()
    recording.settle_stragglers()

    assert states() == {"inbox": "failed", "mail": "failed"}
    assert Reminder.objects.get().problem == claiming.GAVE_UP


@pytest.mark.django_db
def test_what_a_killed_worker_left_open_is_closed_later(kind, monkeypatch):
    monkeypatch.setattr(delivering, "settle", lambda keys: 0)
    reminder = ReminderFactory(kind=kind, due_at=timezone.now())
    send()
    assert Reminder.objects.get().state == "dispatched"

    tasks.tend()

    reminder.refresh_from_db()
    assert reminder.state == "sent"


@pytest.mark.django_db
def test_a_claim_of_the_former_engine_is_taken_over(kind):
    now = timezone.now()
    long_ago = now - LEASE - timedelta(seconds=1)
    ReminderFactory(kind=kind, state="claimed", claimed_at=long_ago, due_at=now)
    ReminderFactory(kind=kind, state="claimed", claimed_at=now, due_at=now)

    tasks.tend()
    send()

    assert sorted(Reminder.objects.values_list("state", flat=True)) == ["claimed", "sent"]


@pytest.mark.django_db
def test_a_moot_reminder_is_cancelled_with_its_reason(make_kind):
    def moot(reminder):
        raise NoLongerWanted("The meeting was cancelled.")

    ReminderFactory(kind=make_kind(compose=moot).name)

    send()

    reminder = Reminder.objects.get()
    assert (reminder.state, reminder.problem) == ("cancelled", "The meeting was cancelled.")
    assert Notice.objects.count() == 0


@pytest.mark.django_db
def test_what_is_owed_once_more_goes_out_where_it_did_not(make_kind):
    moot = [True]

    def compose(reminder):
        if moot:
            raise NoLongerWanted("They answered that they can't come.")
        return LETTER

    reminder = ReminderFactory(kind=make_kind(compose=compose).name)
    send()
    moot.clear()

    for _ in range(2):
        Reminder.objects.update(state="planned", problem="", sent_at=None)
        send()

    recording.settle_stragglers()
    reminder.refresh_from_db()
    assert reminder.state == "sent"
    assert states() == {"inbox": "sent", "mail": "sent"}
    assert len(mail.outbox) == 1


@pytest.mark.django_db
def test_letters_written_together_stop_one_by_one(make_kind):
    """One is moot, one is forgotten by its kind, and one cannot be written."""
    asked = []

    def compose_many(reminders):
        asked.append(len(reminders))
        for reminder in reminders:
            if reminder.subject == "thing:3":
                raise KeyError("no such fact")
            if reminder.subject == "thing:2":
                yield reminder, NoLongerWanted("It is over.")
            elif reminder.subject == "thing:1":
                yield reminder, LETTER

    name = make_kind(compose_many=compose_many).name
    for number in (1, 2, 3, 4):
        ReminderFactory(kind=name, subject=f"thing:{number}")

    send()

    found = dict(Reminder.objects.order_by("subject").values_list("subject", "problem"))
    assert found == {
        "thing:1": "",
        "thing:2": "It is over.",
        "thing:3": "KeyError: 'no such fact'",
        "thing:4": "The facts do not ask for it any more.",
    }
    assert asked == [4, 1, 1, 1, 1]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "who", [{"email": None}, {"is_active": False}, {"left_on": date(2024, 1, 1)}]
)
def test_a_person_without_an_address_is_not_written_to(kind, who):
    who = PersonFactory(**who)
    ReminderFactory(kind=kind, recipient=who)

    send()

    reminder = Reminder.objects.get()
    assert len(mail.outbox) == 0
    assert Delivery.objects.filter(channel="mail").count() == 0
    if not who.may_sign_in:
        assert reminder.problem == "This person has no address to write to."


@pytest.mark.django_db
def test_who_left_between_dispatch_and_delivery_is_not_written_to(kind):
    reminder = ReminderFactory(kind=kind)
    tasks.dispatching.dispatch_due(Urgency.USUAL)
    reminder.recipient.is_active = False
    reminder.recipient.save()

    send()

    assert (len(mail.outbox), Notice.objects.count()) == (0, 0)
    assert Reminder.objects.get().state == "cancelled"


@pytest.mark.django_db
def test_an_unknown_kind_is_cancelled_in_words():
    ReminderFactory(kind="nobody_knows")

    send()

    assert Reminder.objects.get().problem == "No app declares the kind 'nobody_knows'."


@pytest.mark.django_db
def test_a_worker_whose_lease_runs_out_leaves_the_rest_to_others(kind, monkeypatch):
    monkeypatch.setattr(delivering.time, "monotonic", lambda: len(mail.outbox) // 3 * 10_000)
    ReminderFactory.create_batch(4, kind=kind)
    tasks.dispatching.dispatch_due(Urgency.USUAL)

    delivering.deliver_due(Urgency.USUAL)

    found = Delivery.objects.filter(channel="mail").order_by("pk")
    assert sorted(found.values_list("state", flat=True)) == ["planned", "sent", "sent", "sent"]


@pytest.mark.django_db
def test_a_flood_does_not_hold_up_what_is_prompt(make_kind):
    bulk = make_kind("bulk", urgency=Urgency.BULK, channels=("mail",)).name
    prompt = make_kind("prompt", urgency=Urgency.PROMPT, channels=("mail",)).name
    ReminderFactory.create_batch(3, kind=bulk, urgency=Urgency.BULK)
    last = ReminderFactory(kind=prompt, urgency=Urgency.PROMPT, due_at=timezone.now())

    tasks.deliver(Urgency.BULK)

    assert mail.outbox[0].extra_headers["Message-ID"] == last.message_id
    assert len(mail.outbox) == 4


@pytest.mark.django_db
def test_a_tick_starts_a_worker_on_each_queue(monkeypatch):
    queues = []
    monkeypatch.setattr(
        tasks.deliver, "apply_async", lambda args, queue, expires: queues.append((args, queue))
    )

    tasks.send_due()
    tasks.send_reminder(1)

    assert queues == [((0,), "prompt"), ((1,), "usual"), ((2,), "bulk")]


@pytest.mark.django_db
@pytest.mark.parametrize("count", [1, 4])
def test_dispatching_and_delivering_take_so_many_queries(kind, count, django_assert_num_queries):
    ReminderFactory.create_batch(count, kind=kind)

    # savepoint and its end, due, wishes of kinds, wishes, bounced, devices, insert,
    # dispatched
    with django_assert_num_queries(9):
        tasks.dispatching.dispatch_due(Urgency.USUAL)

    # claim, rows; inbox: savepoint and its end, insert, record; bounced, settle, tally;
    # and one record a mail
    with django_assert_num_queries(9 + count):
        delivering.deliver_due(Urgency.USUAL)


@pytest.mark.django_db
def test_nothing_wished_is_nothing_delivered(make_kind):
    ReminderFactory(kind=make_kind(cadence="off").name)

    send()

    assert Reminder.objects.get().problem == NOT_WISHED


def test_a_kind_says_who_writes_it_and_what_it_is_about(make_kind):
    with pytest.raises(ValueError, match="nothing that writes it"):
        make_kind(compose=None)
    with pytest.raises(ValueError, match="what it is about"):
        make_kind(wanted=list)
    make_kind("one")
    with pytest.raises(ValueError, match="already a kind"):
        make_kind("one", label="Another")
    assert isinstance(make_kind("two"), Kind)
