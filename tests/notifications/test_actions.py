from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail

from notifications import actions
from notifications.models import Reminder
from tests.factories import PersonFactory, ReminderFactory

DUE = datetime(2024, 5, 12, 15, 0, tzinfo=UTC)


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
@pytest.mark.parametrize(
    "done", [{"state": "sent", "sent_at": DUE}, {"state": "cancelled", "claimed_at": DUE}]
)
def test_plan_does_not_revive_what_was_dispatched(done):
    row = ReminderFactory(due_at=DUE, **done)

    actions.plan(row.kind, subject=row.subject, recipients=[row.recipient], due_at=DUE)

    assert Reminder.objects.get().state == done["state"]


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
def test_send_sends_one_reminder_and_no_other(kind):
    one, other = ReminderFactory.create_batch(2, kind=kind, due_at=DUE)

    sent = [actions.send(one.pk), actions.send(one.pk)]

    other.refresh_from_db()
    assert sent == [True, False]
    assert [message.extra_headers["Message-ID"] for message in mail.outbox] == [one.message_id]
    assert other.state == Reminder.State.PLANNED
