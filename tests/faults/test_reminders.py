"""Workers and beats are killed, and the services restarted, while the clocks change twice: nothing
is lost, and what comes twice was in doubt, and comes under the same Message-ID.

PEERLOOM_FAULTS_MAILS=5000 makes it large, with workers that have children; `make bench` does.
"""

import datetime as dt
import os
import random
import signal
import time
from collections import Counter
from functools import partial

import pytest
from django.db import connection
from django.db.models import F

from config.processes import last_lines, wait_until
from notifications.models import Cadence, Delivery, KindWish, MessageWishes, Notice, Reminder
from tests.factories import PersonFactory
from tests.faults.crew import BEATS, KIND, WORKERS, Crew
from tests.faults.smtp_sink import Sink

MAILS = int(os.environ.get("PEERLOOM_FAULTS_MAILS", "160"))
IS_LARGE = MAILS >= 1000
PATIENCE = 120 + MAILS / 20
# In Berlin 02:00 becomes 03:00, and 03:00 becomes 02:00.
FORWARD = dt.datetime(2026, 3, 29, 1, tzinfo=dt.UTC)
BACK = dt.datetime(2026, 10, 25, 1, tzinfo=dt.UTC)
# Early enough for what happens before; a digest less than a minute ahead is too near to join.
EARLIER, NEARLY, HOUR = dt.timedelta(minutes=5), dt.timedelta(seconds=1.5), dt.timedelta(hours=1)


def people():
    """By what they wish: mail at once, none from 22:00 to 03:00, or a digest at 02:00."""
    berliners = PersonFactory.create_batch(20, time_zone="Europe/Berlin")
    sleepers, readers = berliners[12:18], berliners[18:]
    for person in sleepers:
        MessageWishes(person=person, quiet_from=dt.time(22), quiet_until=dt.time(3)).save()
    for person in readers:
        MessageWishes(person=person, digest_at=dt.time(2)).save()
        KindWish(person=person, kind=KIND, channel="mail", cadence=Cadence.DAILY).save()
    return {"at once": berliners[:12], "quiet": sleepers, "digest": readers}


def owe():
    """By the change and the wish the reminders that are owed shortly before it."""
    owed, everyone = {}, people()
    singles = everyone["at once"] + everyone["quiet"]
    for change in (FORWARD, BACK):
        to = [singles[n % len(singles)] for n in range(MAILS // 2)] + everyone["digest"] * 3
        due = change - 2 * EARLIER
        rows = Reminder.objects.bulk_create(
            Reminder(kind=KIND, subject=f"thing:{n}", recipient=person, due_at=due)
            for n, person in enumerate(to)
        )
        for wish, those in everyone.items():
            owed[change, wish] = [row for row in rows if row.recipient in those]
    return owed


def mails(owed, *keys):
    """The Message-IDs by which these reminders go out."""
    found = set()
    for change, wish in keys:
        for row in owed[change, wish]:
            if wish == "digest":
                first = min(r.pk for r in owed[change, wish] if r.recipient == row.recipient)
                found.add(row.message_id.replace(f"reminder-{row.pk}", f"digest-{first}"))
            else:
                found.add(row.message_id)
    return found


def live_through(crew, sink, expected, *faults):
    """Let these befall the crew, each further on in what is to be sent, until nothing is due."""
    before, until = len(sink.taken), time.monotonic() + PATIENCE
    for number, fault in enumerate(faults):
        wanted = before + (number + 1) * len(expected) // (len(faults) + 1)
        while len(sink.taken) < wanted and time.monotonic() < until:
            time.sleep(0.002)
        time.sleep(random.uniform(0, 0.01))
        connection.close()
        fault()
    wait_until(lambda: expected <= set(sink.taken) and is_idle(crew.now), PATIENCE)
    assert expected - set(sink.taken) == set(), last_lines(crew.log, 60)


def is_idle(now):
    """Nothing is due, and nobody holds anything."""
    return not (
        Reminder.objects.filter(state="planned", due_at__lte=now).exists()
        or Delivery.objects.filter(state="planned", due_at__lte=now).exists()
        or Delivery.objects.filter(state="claimed").exists()
    )


def live_through_both_changes(crew, sink, owed):
    """Forward with the crew at work; back while everybody is away for an hour."""
    again = MAILS // 800 if IS_LARGE else 1
    kills = [partial(crew.kill, name) for name in (*WORKERS, *BEATS)]
    restart = partial(crew.restart_database, signal.SIGINT)
    crash = partial(crew.restart_database, signal.SIGQUIT)

    crew.set_clock(FORWARD - EARLIER)
    live_through(crew, sink, mails(owed, (FORWARD, "at once")), *[*kills[:1], restart] * again)
    crew.set_clock(FORWARD - NEARLY)
    later = mails(owed, (FORWARD, "quiet"), (FORWARD, "digest"))
    live_through(crew, sink, later, *kills * again)
    crew.set_clock(BACK - EARLIER)
    now = mails(owed, (BACK, "at once"))
    crew.lose_ticks()
    live_through(crew, sink, now, *[crash, *kills[1:]] * again)
    crew.set_clock(BACK + HOUR - NEARLY)
    later = mails(owed, (BACK, "quiet"), (BACK, "digest"))
    live_through(crew, sink, later, *kills[:1] * again)


def due_moments(owed, change, wish):
    """When the wishes of these people, and their zone, let the mails go."""
    rows = Delivery.objects.filter(reminder__in=owed[change, wish], channel="mail")
    return set(rows.values_list("due_at", flat=True))


@pytest.mark.faults
@pytest.mark.django_db(transaction=True)  # also alone, there is a migrated database to copy
def test_nothing_is_lost_or_doubled_by_kills_restarts_and_changing_clocks(ground):
    owed = owe()
    with Sink(seconds=0.01 if not IS_LARGE else 0.002) as sink:
        crew = Crew(ground, sink, pool="prefork" if IS_LARGE else "solo")
        try:
            live_through_both_changes(crew, sink, owed)
            wait_until(lambda: not Reminder.objects.exclude(state="sent").exists(), 30)
        finally:
            crew.close()

    taken = Counter(sink.taken)
    twice = [number - 1 for number in taken.values() if number > 1]
    count = Reminder.objects.count()
    assert set(taken) == mails(owed, *owed)
    assert sum(twice) <= crew.doubts
    assert set(Reminder.objects.values_list("state", flat=True)) == {"sent"}
    assert Delivery.objects.filter(state="sent").count() == 2 * count
    assert Notice.objects.count() == count
    # No earlier for a clock that went forward or back.
    assert due_moments(owed, FORWARD, "quiet") == due_moments(owed, FORWARD, "digest") == {FORWARD}
    assert due_moments(owed, BACK, "quiet") == {BACK + HOUR}
    assert due_moments(owed, BACK, "digest") == {BACK}
    early = Delivery.objects.filter(channel="mail", sent_at__lt=F("due_at"))
    assert not early.exists()
