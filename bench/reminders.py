"""Plans, dispatches and delivers reminders of many meetings, with two workers and a sink for mail.

With `--old` it does so in an empty table first, then in one that holds as many old ones, and says
how much is left of each rate. Ends with status 1 when planning, sending, moving a series or a
worker's memory misses its budget, or sending gets slower as the table grows.
"""

import argparse
import math
import os
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import django

from bench.preparing import DEVELOPMENT, PRODUCTION, run
from config import embedded, postgres

PLANNED, SENT, MEGABYTES, MOVED_MS = 10_000, 1_000, 300, 200
FLAT = 0.8  # what has to be left of the rate of sending, by the work of processors
WORKERS = 2
CLAIMS = (
    (
        "due reminders",
        "SELECT id FROM notifications_reminder WHERE state = 'planned' AND urgency = 1"
        " AND due_at <= now() ORDER BY due_at LIMIT 500 FOR UPDATE SKIP LOCKED",
    ),
    (
        "due deliveries",
        "SELECT id FROM notifications_delivery WHERE state = 'planned' AND NOT in_digest"
        " AND urgency = 1 AND due_at <= now() ORDER BY due_at LIMIT 200 FOR UPDATE SKIP LOCKED",
    ),
    (
        "old reminders",
        "SELECT id FROM notifications_reminder WHERE state IN ('sent', 'failed', 'cancelled')"
        " AND due_at < now() - interval '400 days' LIMIT 2000 FOR UPDATE SKIP LOCKED",
    ),
)


@dataclass
class Figures:
    """What one pass came to, a second, and which budgets it missed."""

    planned: float = 0
    sent: float = 0
    by_work: float = 0
    wrong: list[str] = field(default_factory=list)


def main() -> int:
    """Start services of its own, or with `--work` be one of the workers."""
    arguments = parse()
    if arguments.work:
        return work()
    within = Path(arguments.folder) if arguments.folder else None
    # A quarter of the memory, as PostgreSQL's manual advises, of a machine with four gigabytes.
    postgres.SETTINGS["shared_buffers"] = "1GB"
    with embedded.throwaway_services(within=within) as services:
        database_url, redis_url = services.urls
        os.environ |= {
            "DATABASE_URL": database_url,
            "REDIS_URL": redis_url,
            "PEERLOOM_VAR": str(services.folder),
        }
        run("migrate", "--verbosity", "0", settings=DEVELOPMENT)
        run("seed_demo", "--members", "300", "--seed", "1", settings=DEVELOPMENT)
        os.environ |= PRODUCTION
        django.setup()
        return measure(arguments.reminders, arguments.old)


def measure(reminders: int, old: int) -> int:
    from bench import reminded

    reminded.declare_kind()
    reminded.fill(reminders // reminded.SEATS)
    figures = go_through()
    wrong = figures.wrong
    if old:
        started = time.monotonic()
        reminded.empty()
        reminded.fill_with_old(old)
        print(f"{old:,} reminders and deliveries of old took {time.monotonic() - started:.0f} s.")
        later = go_through()
        wrong += [*later.wrong, *compare(figures, later, old)]
    explain()
    print("\n".join(wrong) or "Reminders are planned, moved and sent within their budgets.")
    return 1 if wrong else 0


def go_through() -> Figures:
    """Plan, move and send, with the table as it is."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE)")
    figures = Figures()
    plan(figures)
    move_a_series(figures)
    send(figures)
    return figures


def compare(before: Figures, after: Figures, old: int) -> list[str]:
    """Say how flat it is, within one run; return what is wrong with that."""
    planned, sent = after.planned / before.planned, after.sent / before.sent
    by_work = after.by_work / before.by_work
    print(f"with {old:,} old ones in the table, of the rate without them: planning {planned:.2f},")
    print(f"sending {sent:.2f}, and sending by the work of processors {by_work:.2f}")
    return [f"Sending by work fell to {by_work:.2f}, not {FLAT}."] if by_work < FLAT else []


def plan(figures: Figures) -> None:
    """Through keep, in batches as a repair does it: what is due now, and what is to come."""
    from bench import reminded

    figures.planned = _plan(reminded.ABOUT, reminded.over(), "what is due of")
    rates = {figures.planned, _plan("meeting", reminded.to_come(), "all kinds for")}
    figures.wrong += [f"Planned {r:,.0f} a second, not {PLANNED:,}." for r in rates if r < PLANNED]


def _plan(about: str, meetings: Any, what: str) -> float:
    """How many a second; and says how long it takes to find that nothing has changed."""
    from notifications.planner import keep_all

    keys = meetings.values_list("pk", flat=True)
    started = time.monotonic()
    kept = keep_all(about, keys.iterator())
    rate = kept.planned / (time.monotonic() - started)
    print(f"planned {kept.planned:,} reminders, {what} {len(keys):,} meetings: {rate:,.0f}/s")
    started = time.monotonic()
    again = keep_all(about, keys[:2000])
    seconds = time.monotonic() - started
    print(f"kept those of 2,000 meetings that had not changed in {seconds:.1f} s: {again}")
    return rate


def move_a_series(figures: Figures) -> None:
    """Fifty meetings of one circle, in one transaction; the second time is what counts."""
    from datetime import timedelta

    from django.db import transaction
    from django.db.models import F

    from bench import reminded
    from notifications.planner import keep

    first = reminded.to_come().filter(circle__name="Bench circle 1")
    keys, milliseconds = list(first.values_list("pk", flat=True)), 0.0
    for _ in range(2):
        started = time.monotonic()
        with transaction.atomic():
            hour = timedelta(minutes=10)
            first.update(starts_at=F("starts_at") + hour, ends_at=F("ends_at") + hour)
            kept = keep("meeting", keys)
        milliseconds = (time.monotonic() - started) * 1000
    print(f"moved a series of {len(keys)} meetings in {milliseconds:.0f} ms: {kept}")
    if milliseconds > MOVED_MS:
        figures.wrong.append(f"Moving took {milliseconds:.0f} ms.")


def send(figures: Figures) -> None:
    """Two workers until nothing is due; each says what it sent, how fast, and its memory."""
    from notifications.models import Delivery, Reminder

    started = time.monotonic()
    command = [sys.executable, "-m", "bench.reminders", "--work"]
    workers = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(WORKERS)]
    largest = worked = 0.0
    for worker in workers:
        said, _ = worker.communicate()
        memory, work = map(float, said.split()) if said else (math.inf, math.inf)
        largest, worked = max(largest, memory), worked + work
    seconds = time.monotonic() - started
    sent = Delivery.objects.filter(state="sent", channel="mail").exclude(reminder__kind="bench_old")
    count, late = sent.count(), Reminder.objects.filter(state="planned", kind="bench_before")
    figures.sent = rate = count / seconds
    figures.by_work = by_work = count / worked * WORKERS
    print(f"sent {count:,} mails in {seconds:.1f} s with {WORKERS} workers: {rate:,.0f}/s;")
    print(f"by the work of processors, which others cannot lengthen, {by_work:,.0f}/s on 2 cores")
    print(f"and put as many into inboxes; the larger worker held {largest:.0f} MB")
    if max(rate, by_work) < SENT:
        figures.wrong.append(f"Sent {max(rate, by_work):,.0f} a second, not {SENT:,}.")
    if largest > MEGABYTES:
        figures.wrong.append(f"A worker held {largest:.0f} MB.")
    if late.exists():
        figures.wrong.append(f"{late.count()} were left.")


def explain() -> None:
    """How the claims find their rows, and how long that takes when nothing is due."""
    from django.db import connection

    for name, sql in CLAIMS:
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, SUMMARY ON) {sql}")
            lines = [line for (line,) in cursor.fetchall()]
        scan = next(line.strip() for line in lines if "Scan" in line)
        took = next(line.strip() for line in lines if line.startswith("Execution"))
        print(f"  {name}: {scan}; {took}")


def work() -> int:
    """One worker: what a Celery task does, without Celery.

    Says its memory at the largest, and the seconds that processors worked for it and PostgreSQL.
    """
    import resource

    django.setup()
    from django.conf import settings
    from django.db import connection

    from bench import reminded
    from bench.measuring import processor_ms
    from notifications import tasks

    settings.EMAIL_BACKEND = "bench.sink.SinkBackend"
    reminded.declare_kind()
    connection.ensure_connection()
    before = processor_ms()
    while tasks.work(1):
        pass
    unit = 1024**2 if sys.platform == "darwin" else 1024
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit
    print(memory, (processor_ms() - before) / 1000)
    return 0


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.reminders", description=__doc__)
    parser.add_argument("reminders", type=int, nargs="?", default=50_000, help="how many (50000)")
    parser.add_argument("--old", type=int, default=0, help="measure again with so many sent ones")
    parser.add_argument("--folder", help="where the throwaway data lies (the system's own place)")
    parser.add_argument("--work", action="store_true", help=argparse.SUPPRESS)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
