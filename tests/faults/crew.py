"""Celery's workers and beats on one shifted clock, and what can befall them."""

import json
import os
import signal
import subprocess
import sys
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import redis

from config.embedded import ROOT
from config.processes import launched, wait_until
from config.schedule import QUEUES

KIND = "fault_kind"
WORKERS = ("worker 1", "worker 2")
BEATS = ("beat 1", "beat 2")


class Crew:
    """Two workers and two beats. `doubts` counts the mails that may have been in their hands."""

    def __init__(self, services, sink, *, pool):
        self.services, self.folder, self.log = (
            services,
            services.folder,
            services.folder / "crew.log",
        )
        self.pids, self.pool, self.ahead, self.doubts = {}, pool, 0, 0
        database_url, redis_url = services.urls
        environment = os.environ | {
            "DATABASE_URL": database_url,
            "REDIS_URL": redis_url,
            "PEERLOOM_VAR": str(services.folder),
            "EMAIL_HOST": "127.0.0.1",
            "EMAIL_PORT": str(sink.port),
            "EMAIL_USE_TLS": "false",
            "LOG_LEVEL": "WARNING",
            "PYTHONWARNINGS": "ignore",
        }
        with self.log.open("wb") as log:
            self.nursery = subprocess.Popen(
                launched([sys.executable, "-m", "tests.faults.nursery", self.log]),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                env=environment,
                cwd=ROOT,
            )

    @property
    def now(self):
        return datetime.now(UTC) + timedelta(seconds=self.ahead)

    def set_clock(self, moment):
        """Stop everybody, who should be idle; when they are back, it is that moment."""
        for name in tuple(self.pids):
            self.end(name)
        self.ahead = (moment - datetime.now(UTC)).total_seconds()
        for name in (*WORKERS, *BEATS):
            self.begin(name)

    def kill(self, name):
        """And let another take the place."""
        self.end(name)
        self.doubts += name in WORKERS
        self.begin(name)

    def restart_database(self, end):
        """A worker that was sending cannot record the mail it had in hand."""
        self.doubts += len(WORKERS)
        self.services.restart("postgres", end)

    def lose_ticks(self):
        """Kill Valkey, which keeps nothing, with ticks that no worker has begun with."""
        for name in WORKERS:
            self.end(name)
        self.doubts += len(WORKERS)
        with redis.Redis.from_url(self.services.valkey.url) as queues:
            assert wait_until(lambda: waiting(queues), 30)
            queues.set("was", "here")
            self.services.restart("valkey", signal.SIGKILL)
            assert queues.get("was") is None
        for name in WORKERS:
            self.begin(name)

    def begin(self, name):
        if name in WORKERS:
            pool = ["-P", "solo"] if self.pool == "solo" else ["-P", self.pool, "-c", "1"]
            words = ["worker", "--hostname", f"{name[-1]}@here", *pool]
            words += ["--without-gossip", "--without-mingle"]
        else:
            words = ["beat", "--pidfile=", "--schedule", str(self.folder / name)]
        words = ["--app", "tests.faults.tested_app", "--quiet", *words, "--loglevel", "WARNING"]
        order = json.dumps({"seconds": self.ahead, "words": words})
        self.nursery.stdin.write(order.encode() + b"\n")
        self.nursery.stdin.flush()
        self.pids[name] = int(self.nursery.stdout.readline())

    def end(self, name):
        pid = self.pids.pop(name)
        os.killpg(pid, signal.SIGKILL)
        assert wait_until(lambda: not is_there(pid), 10)

    def close(self):
        """Leave nobody behind, whatever has happened."""
        for pid in self.pids.values():
            with suppress(ProcessLookupError):
                os.killpg(pid, signal.SIGKILL)
        self.nursery.kill()
        self.nursery.communicate()


def waiting(queues):
    """How many ticks lie in the queues."""
    return sum(queues.llen(queue.name) for queue in QUEUES)


def is_there(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
