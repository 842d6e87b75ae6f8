"""Prepares an organisation on throwaway services, measures every page, and prints a table.

Ends with status 1 when a page is slower than its budget, or does not answer as it should.
"""

import argparse
import os
import subprocess
import sys
from pathlib import Path

import django

from bench.preparing import PRODUCTION, prepare
from config import embedded
from config.processes import ServicesError


def main() -> int:
    arguments = parse()
    if arguments.formation:
        return measure_formation(arguments.formation, arguments.seed)
    if arguments.reminders:
        return measure_reminders(arguments.reminders, arguments.old)
    within = Path(arguments.folder) if arguments.folder else None
    try:
        with embedded.throwaway_services(within=within) as services:
            database_url, redis_url = services.urls
            os.environ |= {
                "DATABASE_URL": database_url,
                "REDIS_URL": redis_url,
                "PEERLOOM_VAR": str(services.folder),
            }
            prepare(members=arguments.members, seed=arguments.seed)
            os.environ |= PRODUCTION
            # Only now, because the settings read the environment.
            django.setup()
            from bench.many_circles import copy_circles
            from bench.many_meetings import add_meetings
            from bench.reporting import measure_everything

            if arguments.live:
                return measure_live(services, arguments)
            if arguments.circles:
                copy_circles(arguments.circles)
            if arguments.meetings:
                add_meetings(arguments.meetings)
            status = measure_everything(
                requests=arguments.requests,
                only=arguments.only,
                explain=arguments.explain,
                of_meetings=bool(arguments.meetings),
            )
    except ServicesError as problem:
        sys.exit(str(problem))
    if arguments.only or arguments.meetings:
        return status
    status |= measure_formation([1_000], arguments.seed) | measure_reminders(50_000, 0)
    return status | kill_workers()


def measure_live(services: embedded.Services, arguments: argparse.Namespace) -> int:
    from bench.live import measure

    seconds, every = arguments.seconds, arguments.every
    return measure(services, circles=arguments.live, seconds=seconds, every=every)


def measure_formation(people: list[int], seed: int) -> int:
    """In a process of its own, because it measures memory."""
    print("\nForming circles", flush=True)
    command = [sys.executable, "-m", "bench.formation", *map(str, people), "--seed", str(seed)]
    return subprocess.run(command, check=False).returncode


def measure_reminders(count: int, old: int) -> int:
    """In a process of its own, because it brings a kind of reminder of its own."""
    print("\nReminders", flush=True)
    command = [sys.executable, "-m", "bench.reminders", str(count), "--old", str(old)]
    return subprocess.run(command, check=False).returncode


def kill_workers() -> int:
    """The large variant of the test that kills workers while they send."""
    print("\nKilling workers while they send 5,000 mails", flush=True)
    command = [sys.executable, "-m", "pytest", "-n", "0", "-q", "tests/faults/test_reminders.py"]
    environment = os.environ | {"PEERLOOM_FAULTS_MAILS": "5000"}
    for name in ("DATABASE_URL", "REDIS_URL", "PEERLOOM_VAR", *PRODUCTION):
        environment.pop(name, None)
    return subprocess.run(command, env=environment, check=False).returncode


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--members", type=int, default=100_000, help="people (100000)")
    parser.add_argument(
        "--circles", type=int, default=0, help="copy circles until there are so many (0: none)"
    )
    parser.add_argument(
        "--meetings",
        type=int,
        default=0,
        help="add past meetings until there are so many, and open only the pages that show them",
    )
    parser.add_argument(
        "--live",
        type=int,
        nargs="?",
        const=60,
        default=0,
        metavar="CIRCLES",
        help="so many circles (60) meet live at once, and nothing else is measured",
    )
    parser.add_argument("--seconds", type=int, default=30, help="how long they meet (30)")
    parser.add_argument(
        "--every", type=float, default=10, help="seconds until each live meeting moves on (10)"
    )
    parser.add_argument("--seed", type=int, default=1, help="which invented organisation (1)")
    parser.add_argument("--requests", type=int, default=40, help="measured for each page (40)")
    parser.add_argument("--only", default="", metavar="WORDS", help="pages whose name has these")
    parser.add_argument("--explain", action="store_true", help="show the plans of slow queries")
    parser.add_argument(
        "--formation",
        type=int,
        nargs="+",
        metavar="PEOPLE",
        help="form circles of so many invented people, and measure nothing else",
    )
    parser.add_argument(
        "--reminders", type=int, help="plan and send so many reminders, and measure nothing else"
    )
    parser.add_argument(
        "--old", type=int, default=0, help="then again with so many sent ones in the table (0)"
    )
    parser.add_argument("--folder", help="where the throwaway data lies (the system's own place)")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
