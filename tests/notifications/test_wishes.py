"""What people wish is obeyed: from the page, from a mail's way out, and for what is on its way."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.urls import reverse

from notifications import links, tasks
from notifications.kinds import CalendarPart
from notifications.models import Cadence, Delivery, KindWish, MessageWishes, Notice, Reminder
from tests.factories import PersonFactory, ReminderFactory
from tests.notifications.conftest import LETTER

# A Monday, 22:30 in Berlin.
EVENING = datetime(2026, 6, 1, 20, 30, tzinfo=UTC)
PLAIN = {
    "digest_at": "08:00",
    "digest_weekday": "0",
    "quiet_from": "",
    "quiet_until": "",
    "days": [str(day) for day in range(7)],
    "budget": "",
    "paused_until": "",
}


@pytest.fixture
def ama():
    return PersonFactory(name="Ama", email="ama@example.test", time_zone="Europe/Berlin")


def send():
    while tasks.work(1):
        pass


def save(client, kinds=("test_kind",), **said):
    form = PLAIN | {f"mail_{name}": "immediate" for name in kinds}
    form |= {f"inbox_{name}": "on" for name in kinds}
    return client.post(reverse("notifications:wishes"), form | said)


@pytest.fixture
def only(make_kind, monkeypatch):
    """The page offers these kinds and no other."""
    from notifications import catalogue

    monkeypatch.setattr(catalogue, "_declared", {})
    return make_kind


@pytest.mark.django_db
def test_wishes_are_saved_and_shown(client, only, ama):
    only(group="Meetings")
    only("weekly_kind", group="Meetings", cadence=Cadence.WEEKLY)
    only("always", group="Account", required="It is about your account.")
    client.force_login(ama)

    response = save(
        client,
        ("test_kind", "weekly_kind"),
        mail_test_kind="daily",
        mail_weekly_kind="weekly",
        inbox_test_kind="",
        quiet_from="21:00",
        quiet_until="07:30",
        days=["0", "1", "4"],
        budget="3",
        paused_until="2030-01-02",
        digest_at="17:15",
    )

    said = MessageWishes.objects.get(person=ama)
    assert response.status_code == 302
    assert (said.quiet_from, said.quiet_until, said.digest_at) == (
        time(21),
        time(7, 30),
        time(17, 15),
    )
    assert (said.days, said.budget, said.paused_until) == (0b10011, 3, date(2030, 1, 2))
    assert set(KindWish.objects.values_list("kind", "channel", "cadence")) == {
        ("test_kind", "mail", "daily"),
        ("test_kind", "inbox", "off"),
    }
    form = client.get(reverse("notifications:wishes")).context["form"]
    assert form["mail_test_kind"].value() == "daily"
    assert form["inbox_test_kind"].value() is False
    assert form["days"].value() == [0, 1, 4]
    groups = [(group.title, len(group.rows), group.changed) for group in form.groups]
    assert groups == [("Meetings", 2, 1)]
    assert [kind.name for kind in form.required_kinds] == ["always"]


@pytest.mark.django_db
def test_all_mail_goes_into_a_weekly_digest_at_once(client, only, ama):
    only()
    only("other")
    client.force_login(ama)

    save(client, ("test_kind", "other"), all_mail="weekly")

    assert set(KindWish.objects.values_list("kind", "channel", "cadence")) == {
        ("test_kind", "mail", "weekly"),
        ("other", "mail", "weekly"),
    }


@pytest.mark.django_db
def test_a_pause_that_is_over_is_not_shown_again(client, only, ama):
    MessageWishes.objects.create(person=ama, paused_until=date(2024, 1, 1))
    client.force_login(ama)

    form = client.get(reverse("notifications:wishes")).context["form"]

    assert form["paused_until"].value() is None


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"quiet_from": "21:00"}, "quiet_until"),
        ({"quiet_from": "21:00", "quiet_until": "21:00"}, "quiet_until"),
        ({"days": []}, "days"),
        ({"digest_at": "25:00"}, "digest_at"),
        ({"mail_test_kind": "hourly"}, "mail_test_kind"),
        ({"budget": "-1"}, "budget"),
    ],
)
def test_wishes_that_cannot_be_are_refused_at_their_field(client, only, ama, said, field):
    only()
    client.force_login(ama)

    response = save(client, **said)

    assert list(response.context["form"].errors) == [field]
    assert MessageWishes.objects.count() == 0


@pytest.mark.django_db
def test_a_digest_is_one_mail_at_the_persons_hour(make_kind, ama):
    make_kind("first", "Meetings")
    recap = replace(
        LETTER,
        sections=[("Promised", ["Ama: asks Ben", "Ben: writes"])],
        choices=[("I’m coming", "http://127.0.0.1:8000/a/yes/")],
    )
    make_kind("second", "Recaps", compose=lambda reminder: recap)
    for kind in ("first", "second"):
        KindWish.objects.create(person=ama, kind=kind, channel="mail", cadence="daily")
    with time_machine.travel(EVENING, tick=False) as clock:
        first = ReminderFactory(kind="first", recipient=ama, due_at=EVENING)
        ReminderFactory(kind="first", recipient=ama, due_at=EVENING)
        ReminderFactory(kind="second", recipient=ama, due_at=EVENING)
        send()
        assert len(mail.outbox) == 0
        assert Notice.objects.filter(person=ama).count() == 3

        clock.move_to(datetime(2026, 6, 2, 6, 0, tzinfo=UTC))
        send()
        send()

    [message] = mail.outbox
    assert message.subject == "Your digest: 3 messages"
    assert message.extra_headers["Message-ID"].startswith(f"<digest-{first.pk}@")
    assert message.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert message.body.count("* Soon") == 3
    assert [message.body.index(word) for word in ("MEETINGS", "RECAPS")] == sorted(
        message.body.index(word) for word in ("MEETINGS", "RECAPS")
    )
    assert message.alternatives[0].content.count("Come along.") == 3
    assert "Promised:\n- Ama: asks Ben\n- Ben: writes\nI’m coming: http" in message.body
    assert set(Reminder.objects.values_list("state", flat=True)) == {"sent"}


@pytest.mark.django_db
def test_two_digests_of_two_people_are_two_mails(kind, ama):
    people = [ama, PersonFactory()]
    for who in people:
        KindWish.objects.create(person=who, kind=kind, channel="mail", cadence="daily")
        ReminderFactory.create_batch(2, kind=kind, recipient=who)
    send()
    Delivery.objects.update(due_at=EVENING)

    with time_machine.travel(EVENING + timedelta(days=300), tick=False):
        send()

    assert sorted(message.to[0] for message in mail.outbox) == sorted(p.email for p in people)


@pytest.mark.django_db
def test_what_brings_something_for_the_calendar_is_in_no_digest(make_kind, ama):
    told = []
    letter = replace(
        LETTER, calendar=CalendarPart("REQUEST", b"BEGIN"), on_sent=lambda: told.append(1)
    )
    kind = make_kind(cadence="daily", compose=lambda reminder: letter).name
    ReminderFactory.create_batch(2, kind=kind, recipient=ama)
    send()

    Delivery.objects.filter(channel="mail").update(due_at=EVENING - timedelta(days=365))
    send()

    assert [message.subject for message in mail.outbox] == ["Your circle meets"] * 2
    assert told == [1, 1]


@pytest.mark.django_db
def test_what_follows_a_mail_may_fail_without_it(make_kind, ama):
    from dataclasses import replace

    from tests.notifications.conftest import LETTER

    letter = replace(LETTER, on_sent=lambda: 1 / 0)
    ReminderFactory(kind=make_kind(compose=lambda reminder: letter).name, recipient=ama)

    send()

    assert Reminder.objects.get().state == "sent"


@pytest.mark.django_db
def test_quiet_hours_hold_a_mail_back_until_they_end(kind, ama):
    MessageWishes.objects.create(person=ama, quiet_from=time(22), quiet_until=time(7))
    with time_machine.travel(EVENING, tick=False) as clock:
        ReminderFactory(kind=kind, recipient=ama, due_at=EVENING)
        send()
        assert len(mail.outbox) == 0

        clock.move_to(datetime(2026, 6, 2, 5, 0, tzinfo=UTC))
        send()

    assert len(mail.outbox) == 1


@pytest.mark.django_db
def test_beyond_the_budget_mails_join_the_digest(kind, ama):
    MessageWishes.objects.create(person=ama, budget=2)
    with time_machine.travel(EVENING, tick=False) as clock:
        ReminderFactory.create_batch(2, kind=kind, recipient=ama, due_at=EVENING)
        send()
        ReminderFactory.create_batch(2, kind=kind, recipient=ama, due_at=EVENING)
        send()
        assert len(mail.outbox) == 2

        clock.move_to(datetime(2026, 6, 2, 6, 0, tzinfo=UTC))
        send()

    assert [message.subject for message in mail.outbox[2:]] == ["Your digest: 2 messages"]


@pytest.mark.django_db
def test_changed_wishes_hold_for_what_is_on_its_way(client, only, ama):
    only()
    only("other")
    KindWish.objects.bulk_create(
        KindWish(person=ama, kind=kind, channel="mail", cadence="weekly")
        for kind in ("test_kind", "other")
    )
    ReminderFactory(kind="test_kind", recipient=ama)
    ReminderFactory(kind="other", recipient=ama)
    send()
    assert len(mail.outbox) == 0
    client.force_login(ama)

    save(client, ("test_kind", "other"), mail_other="off")
    send()

    assert len(mail.outbox) == 1
    assert set(Delivery.objects.filter(channel="mail").values_list("state", "problem")) == {
        ("sent", ""),
        ("cancelled", "They asked not to get these."),
    }


@pytest.mark.django_db
@pytest.mark.parametrize("way", ["test_kind", links.EVERYTHING])
def test_the_way_out_of_a_mail_works_signed_out_with_one_click(kind, ama, way):
    client = Client(enforce_csrf_checks=True)
    address = links.unsubscribe_url(ama, way).removeprefix("http://127.0.0.1:8000")

    shown = client.get(address)
    looked = KindWish.objects.exists() or MessageWishes.objects.exists()
    clicked = client.post(address, {"List-Unsubscribe": "One-Click"})
    ReminderFactory(kind=kind, recipient=ama)
    send()
    silent = len(mail.outbox)
    client.post(address, {"again": "1"})
    ReminderFactory(kind=kind, recipient=ama)
    send()

    assert (shown.context["is_off"], looked) == (False, False)
    assert (clicked.status_code, clicked.context["is_off"]) == (200, True)
    assert (silent, len(mail.outbox)) == (0, 1)
    assert Notice.objects.filter(person=ama).count() == 2


@pytest.mark.django_db
def test_a_way_out_that_leads_nowhere_is_not_found(client, make_kind, ama):
    make_kind("always", required="It is about your account.")
    gone = PersonFactory()
    urls = [
        links.unsubscribe_url(ama, "always"),
        links.unsubscribe_url(ama, "nobody_knows"),
        links.unsubscribe_url(gone, links.EVERYTHING),
        links.unsubscribe_url(ama, links.EVERYTHING)[:-3] + "/",
    ]
    gone.delete()

    found = [client.post(url.removeprefix("http://127.0.0.1:8000")).status_code for url in urls]

    assert found == [404] * 4
    assert KindWish.objects.count() == 0


@pytest.mark.django_db
def test_page_offers_only_what_one_can_get(client, make_kind):
    make_kind("theirs", "For the few", group="Meetings", offered_to=lambda person: False)
    make_kind("ours", "For everyone", group="Meetings")
    client.force_login(PersonFactory())

    fields = client.get(reverse("notifications:wishes")).context["form"].fields

    assert ("mail_ours" in fields, "mail_theirs" in fields) == (True, False)
