"""Workers are killed and cut off while they send: nothing is lost, and each time one mail at most
comes twice, under the same Message-ID.

PEERLOOM_FAULTS_MAILS=5000 makes it large; `make bench` does.
"""

import os
import random
import subprocess
import sys
import time
from collections import Counter

import pytest
from django.db import connection
from django.utils import timezone

from notifications import recording
from notifications.models import Delivery, Notice, Reminder
from tests.factories import PersonFactory
from tests.faults.smtp_sink import Sink

KIND = "fault_kind"
MAILS = int(os.environ.get("PEERLOOM_FAULTS_MAILS", "150"))
CUT = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
"""
WORKERS, PATIENCE = 2, 60 + MAILS / 20


def start(sink):
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "TEST_DATABASE": connection.settings_dict["NAME"],
        "SINK_PORT": str(sink.server_address[1]),
        "LOG_LEVEL": "CRITICAL",
    }
    return subprocess.Popen([sys.executable, "-m", "tests.faults.worker", KIND], env=environment)


def owe(count):
    people = PersonFactory.create_batch(10)
    now = timezone.now()
    return Reminder.objects.bulk_create(
        Reminder(kind=KIND, subject=f"thing:{n}", recipient=people[n % 10], due_at=now)
        for n in range(count)
    )


def kill_again_and_again(workers, sink, kills):
    """Kill one worker after the other in the middle of its mails, and start another for it.

    Half-way, cut every worker off the database at once, as its restart does.
    """
    until = time.monotonic() + PATIENCE
    for kill in range(kills):
        # Each kill comes a little later in the run, and at another point of a mail.
        while len(sink.taken) < (kill + 1) * MAILS // (kills + 2) and time.monotonic() < until:
            time.sleep(0.002)
        time.sleep(random.uniform(0, 0.01))
        if kill == kills // 2:
            with connection.cursor() as cursor:
                cursor.execute(CUT)
            continue
        victim = workers[kill % WORKERS]
        victim.kill()
        victim.wait()
        workers[kill % WORKERS] = start(sink)


@pytest.mark.faults
@pytest.mark.django_db(transaction=True)
def test_killed_workers_lose_nothing_and_repeat_one_mail_a_kill():
    owed, kills = owe(MAILS), 3 if MAILS < 1000 else 25
    with Sink(seconds=0.002) as sink:
        workers = [start(sink) for _ in range(WORKERS)]
        try:
            kill_again_and_again(workers, sink, kills)
            for worker in workers:
                worker.wait(PATIENCE)
        finally:
            for worker in workers:
                worker.kill()
                worker.wait()
    recording.settle_stragglers()

    taken = Counter(sink.taken)
    twice = [number - 1 for number in taken.values() if number > 1]
    assert set(taken) == {reminder.message_id for reminder in owed}
    # A kill leaves one mail in doubt; the cut one of every worker.
    assert sum(twice) <= kills - 1 + WORKERS
    assert set(Reminder.objects.values_list("state", flat=True)) == {"sent"}
    assert Delivery.objects.filter(state="sent").count() == 2 * MAILS
    assert Notice.objects.count() == MAILS
