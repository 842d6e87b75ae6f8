"""Many circles meet live at once: gunicorn as in production, and every screen of every member.

Ends with status 1 when the 95th percentile of the polls reaches the budget, or anything fails.
"""

import asyncio
import os
import socket
import sys
import time
from collections.abc import Iterable
from io import StringIO
from pathlib import Path
from random import Random
from statistics import quantiles

from django.core.management import call_command

from bench.live_client import Answer, Log, Screen, drive, watch
from bench.live_world import Table, set_tables
from bench.preparing import ROOT
from config.embedded import Services
from config.processes import Process, ServicesError, spawn, stop, wait_until
from config.run import answers

BUDGET_MS = 150
START_SECONDS = 60
COLUMNS = "{:<22} {:>7} {:>8} {:>8} {:>8} {:>8}"


def measure(services: Services, *, circles: int, seconds: int, every: float = 10) -> int:
    """Run the meetings and print what came of it; the exit status."""
    call_command("remove_demo_logins", stdout=StringIO())  # production does not start with them
    tables = set_tables(circles)
    number = sum(len(table.sessions) for table in tables)
    print(f"\n{circles} circles meet, {number} screens poll every 1.5 s for {seconds} s.")
    port = free_port()
    server = start_server(port, services.folder / "gunicorn.log")
    try:
        servers = {"gunicorn": server, "PostgreSQL": services.processes["postgres"]}
        spent = {}
        screens = asyncio.run(begin(tables, port))
        before = {name: cpu_of(process.pid) for name, process in servers.items()}
        started = time.monotonic()
        worked = time.process_time()
        log = asyncio.run(meet(tables, screens, seconds, every))
        lasted = time.monotonic() - started
        spent = {name: cpu_of(process.pid) - before[name] for name, process in servers.items()}
        spent["the screens"] = time.process_time() - worked
    finally:
        stop(server, (15, 10))
    return report(log, lasted, spent)


def start_server(port: int, log: Path) -> Process:
    """What production starts, but for the address; its own end takes it along."""
    environment = os.environ | {
        "ALLOWED_HOSTS": "127.0.0.1",
        "SITE_URL": f"http://127.0.0.1:{port}",
        "SECURE_SSL_REDIRECT": "false",
        "LOG_LEVEL": "WARNING",
    }
    command = [sys.executable, "-m", "gunicorn", "--config", str(ROOT / "config" / "gunicorn.py")]
    command += ["--bind", f"127.0.0.1:{port}", "--chdir", str(ROOT), "config.wsgi"]
    with log.open("wb") as output:
        server = spawn(command, output=output, environment=environment)
    if not wait_until(lambda: answers("127.0.0.1", port), START_SECONDS):
        stop(server, (15, 5))
        raise ServicesError(f"gunicorn does not answer:\n{log.read_text()[-2000:]}")
    return server


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


async def begin(tables: list[Table], port: int) -> list[list[Screen]]:
    """Every driver begins the meeting of their circle, and everybody's screen shows it.

    As from their pages, which bring the tag of what they show: no screen's first poll is a 200.
    """
    log, screens = Log(), []
    for table in tables:
        around = [Screen(port, session, log) for session in table.sessions]
        screens.append(around)
        await around[0].post(table.address("live_begin"))
        for screen in around:
            await screen.poll(table.address("live_state"))
            screen.close()
    if log.errors:
        raise ServicesError(f"Meetings could not begin: {', '.join(sorted(set(log.errors)))}.")
    return screens


async def meet(tables: list[Table], screens: list[list[Screen]], seconds: int, every: float) -> Log:
    """All screens at once; everything asked before the end is answered before this returns."""
    log, dice = Log(), Random(1)  # noqa: S311  only who asks when
    until = time.monotonic() + seconds
    tasks = []
    for table, around in zip(tables, screens, strict=True):
        for screen in around:
            screen.log = log
        moves = table.address("live_move")
        moving = drive(around[0], moves, every=every, until=until, dice=dice)
        state = table.address("live_state")
        tasks += [moving, *(watch(each, state, until=until, dice=dice) for each in around)]
    await asyncio.gather(*tasks)
    for screen in (screen for around in screens for screen in around):
        screen.close()
    return log


def report(log: Log, lasted: float, spent: dict[str, float]) -> int:
    unchanged = [poll for poll in log.polls if poll.status == 304]
    changed = [poll for poll in log.polls if poll.status == 200]
    print(COLUMNS.format("", "number", "p50", "p95", "p99", "max"))
    for name, found in (
        ("unchanged (304)", unchanged),
        ("changed (200)", changed),
        ("all polls", log.polls),
        ("moves", log.moves),
    ):
        print(COLUMNS.format(name, len(found), *(f"{value:.1f}" for value in spread(found))))
    share = 100 * len(unchanged) / max(1, len(log.polls))
    print(
        f"\n{share:.1f}% of polls found nothing new; {len(log.polls) / lasted:.0f} polls a second."
    )
    cores = ", ".join(f"{name} {seconds / lasted:.2f}" for name, seconds in spent.items())
    print(f"Processors at work: {cores} of {os.cpu_count()}; load {os.getloadavg()[0]:.1f}.")
    each = 1000 * spent["gunicorn"] / max(1, len(log.polls) + len(log.moves))
    print(f"A request takes gunicorn {each:.1f} ms of a processor at the mean.")
    print(f"{log.reconnections} connections made anew; {len(log.errors)} errors", end="")
    print(f": {', '.join(sorted(set(log.errors)))}." if log.errors else ".")
    is_slow = spread(log.polls)[1] >= BUDGET_MS
    print(f"Over the budget of {BUDGET_MS} ms." if is_slow else "Within the budget.")
    return int(is_slow or bool(log.errors))


def spread(answers: Iterable[Answer]) -> tuple[float, float, float, float]:
    """The 50th, 95th and 99th percentile and the most, in milliseconds."""
    times = [answer.milliseconds for answer in answers]
    if len(times) < 2:
        times = [*times, *times] or [0.0, 0.0]
    cuts = quantiles(times, n=100, method="inclusive")
    return cuts[49], cuts[94], cuts[98], max(times)


def cpu_of(pid: int) -> float:
    """Seconds of processor time of a process and all below it, ended ones too; Linux only."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        below = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return 0.0
    ticks = sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")
    return ticks + sum(cpu_of(int(child)) for child in below)
