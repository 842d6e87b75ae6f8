"""What operators see, and what they do about it."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone

from notifications import catalogue, figures, tasks
from notifications.catalogue import Wanted, declare_subjects
from notifications.models import BouncedAddress, Delivery, DeliveryTally, Notice, Reminder
from notifications.pruning import DELIVERIES_KEPT, KEPT, prune
from tests.factories import PersonFactory, ReminderFactory, organiser

pytestmark = pytest.mark.django_db


def reminders(*options):
    out = StringIO()
    call_command("reminders", *options, stdout=out)
    return out.getvalue()


def stage(kind):
    """One sent, one put off, one failed, one due for an hour, one of a bounced address."""
    due_at = timezone.now() - timedelta(hours=1)
    for state, attempts, problem in (("planned", 2, "away"), ("failed", 12, "5 % away")):
        reminder = ReminderFactory(kind=kind, state="dispatched", due_at=due_at)
        Delivery.objects.create(
            reminder=reminder,
            recipient=reminder.recipient,
            channel="mail",
            state=state,
            attempts=attempts,
            problem=problem,
            due_at=due_at if state == "failed" else due_at + timedelta(hours=2),
        )
    ReminderFactory(kind=kind, due_at=due_at, urgency=2)
    BouncedAddress.objects.create(address="old@example.test", problem="550 gone")
    for day, outcome in ((0, "sent"), (3, "sent"), (3, "failed"), (30, "sent")):
        DeliveryTally.objects.create(
            day=timezone.now().date() - timedelta(days=day),
            kind=kind,
            channel="mail",
            outcome=outcome,
            number=2,
        )


def test_the_command_shows_queues_kinds_and_problems(kind):
    stage(kind)

    said = reminders()

    lines = [" ".join(line.split()) for line in said.splitlines()]
    assert "usual 0 0 0 1" in lines
    assert "bulk 1 60 0 0" in lines
    assert "Test messages mail 4 2 0 0" in lines
    assert "bounced: old@example.test: 550 gone" in lines
    assert len([line for line in lines if line.startswith(f"failed: {kind} about")]) == 1


def test_the_command_says_when_there_was_nothing():
    assert "Nothing was delivered lately." in reminders()


def test_what_failed_is_tried_again(kind):
    stage(kind)

    said = reminders("--retry")
    while tasks.work(1):
        pass

    assert said.startswith("1 failed deliveries are tried again.")
    assert figures.failed() == []
    assert Delivery.objects.filter(state="sent").count() == 1


def test_a_bounced_address_is_cleared(kind):
    stage(kind)

    assert "Mail goes to OLD@example.test again." in reminders("--clear-bounce", "OLD@example.test")
    with pytest.raises(CommandError, match="No mail has bounced"):
        reminders("--clear-bounce", "old@example.test")


@pytest.mark.parametrize("what", ["thing", "everything"])
def test_a_repair_goes_through_all_there_is(make_kind, monkeypatch, what):
    monkeypatch.setattr(catalogue, "_subjects", {})
    who, moment = PersonFactory().pk, timezone.now() + timedelta(days=1)
    make_kind("one", about="thing", wanted=lambda keys: [Wanted(k, who, moment) for k in keys if k])
    declare_subjects("thing", lambda: [1, 2])
    ReminderFactory(kind="one", subject="thing:0")

    said = reminders("--repair", what)

    assert said.startswith("Planned 2, moved 0, owed again 0, withdrew 1.")


def test_on_sundays_what_is_planned_is_repaired(make_kind, caplog):
    who, moment = PersonFactory().pk, timezone.now() + timedelta(days=1)
    make_kind("one", about="thing", wanted=lambda keys: [Wanted(k, who, moment) for k in keys if k])
    ReminderFactory(kind="one", subject="thing:0")

    tasks.repair()

    mended = [record for record in caplog.records if record.levelname == "WARNING"]
    assert [(record.about, record.withdrawn) for record in mended] == [("thing", 1)]


def test_metrics_need_their_token(client, settings, kind, django_assert_num_queries):
    stage(kind)
    address = reverse("notifications:metrics")
    settings.METRICS_TOKEN = "s3cret"

    refused = client.get(address, headers={"authorization": "Bearer wrong"})
    with django_assert_num_queries(6):  # reminders and deliveries due, claimed, put off, two more
        given = client.get(address, headers={"authorization": "Bearer s3cret"})

    lines = given.content.decode().splitlines()
    assert (address, refused.status_code, given.status_code) == ("/metrics", 404, 200)
    assert given["Content-Type"].startswith("text/plain; version=0.0.4")
    assert 'peerloom_reminders_due{queue="bulk"} 1' in lines
    assert 'peerloom_reminders_waiting_to_retry{queue="usual"} 1' in lines
    assert f'peerloom_deliveries_total{{kind="{kind}",channel="mail",outcome="sent"}} 6' in lines
    assert "peerloom_bounced_addresses 1" in lines
    assert all(line.startswith(("# HELP peerloom_", "# TYPE", "peerloom_")) for line in lines)


@pytest.mark.parametrize("count", [1, 4])
def test_organisers_see_how_messages_are_sent(client, kind, count, django_assert_num_queries):
    for _ in range(count):
        stage(kind) if not BouncedAddress.objects.exists() else ReminderFactory(kind=kind)
        failed = Delivery.objects.filter(state="failed").first()
        failed.pk = None
        failed.reminder = ReminderFactory(kind=kind, state="dispatched")
        failed.save()
    client.force_login(organiser())
    client.get(reverse("notifications:operations"))

    # person, facilitator, roles; due, due, claimed, put off, kinds, failed, bounced,
    # devices
    with django_assert_num_queries(11):
        response = client.get(reverse("notifications:operations"))

    page = response.content.decode()
    assert response.context["is_late"] is True
    assert len(response.context["failed"]) == count + 1
    assert page.count("Write there again") == 1


def test_organisers_try_again_and_clear(client, kind):
    stage(kind)
    client.force_login(organiser())

    client.post(reverse("notifications:retry"))
    client.post(reverse("notifications:clear_bounce"), {"address": "old@example.test"})
    client.post(reverse("notifications:clear_bounce"), {"address": "old@example.test"})

    page = client.get(reverse("notifications:operations")).content.decode()
    assert BouncedAddress.objects.count() == 0
    assert page.count("Nothing failed.") == 1
    assert page.count("1 failed deliveries are tried again.") == 1


def test_what_was_done_long_ago_is_forgotten(kind):
    long_ago = timezone.now() - KEPT - timedelta(days=1)
    sent = {"state": "sent", "sent_at": long_ago}
    old = ReminderFactory(kind=kind, due_at=long_ago, **sent)
    Delivery.objects.create(
        reminder=old, recipient=old.recipient, channel="mail", due_at=long_ago, **sent
    )
    Notice.objects.create(person=old.recipient, reminder=old, kind=kind, title="Old")
    waits = ReminderFactory(kind=kind, due_at=long_ago, state="dispatched")
    recent = ReminderFactory(kind=kind, due_at=timezone.now(), **sent)

    deleted = prune()

    assert deleted == 2
    assert set(Reminder.objects.values_list("pk", flat=True)) == {waits.pk, recent.pk}
    assert (Delivery.objects.count(), Notice.objects.count()) == (0, 0)


def test_by_which_channel_a_message_went_is_known_for_a_month(kind):
    then = timezone.now() - DELIVERIES_KEPT - timedelta(days=1)
    done = ReminderFactory(kind=kind, due_at=then, state="sent", sent_at=then)
    on_its_way = ReminderFactory(kind=kind, due_at=then, state="dispatched")
    Delivery.objects.bulk_create(
        Delivery(
            reminder=reminder,
            recipient=reminder.recipient,
            channel=channel,
            due_at=then,
            state=state,
            sent_at=then,
        )
        for reminder in (done, on_its_way)
        for channel, state in (("mail", "sent"), ("old", "failed"))
    )

    prune()

    left = Delivery.objects.values_list("reminder", "channel").order_by("reminder", "channel")
    assert list(left) == [(done.pk, "old"), (on_its_way.pk, "mail"), (on_its_way.pk, "old")]
    assert Reminder.objects.count() == 2


def test_a_person_who_is_deleted_takes_their_messages_along(kind):
    reminder = ReminderFactory(kind=kind, due_at=timezone.now())
    while tasks.work(1):
        pass
    sent = Delivery.objects.count()

    reminder.recipient.delete()

    assert (sent, Delivery.objects.count(), Reminder.objects.count()) == (2, 0, 0)
