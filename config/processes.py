"""Processes that we start, and that must never outlive us."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path
from typing import IO, Literal

Process = subprocess.Popen[bytes]
Identity = Literal["same", "namespace", "nobody"]
STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class ServicesError(Exception):
    """Why the embedded services cannot run, in words meant for the person who started them."""


LAUNCHER = Path(__file__).with_name("launch.py")


def launched(
    command: Sequence[str | Path],
    *,
    identity: Identity = "same",
    death_signal: int = signal.SIGTERM,
) -> list[str]:
    """The command, started through launch.py so that it ends when this process does."""
    how = [str(int(death_signal)), str(os.getpid()), identity]
    return [sys.executable, "-I", "-S", str(LAUNCHER), *how, *map(str, command)]


def spawn(
    command: Sequence[str | Path],
    *,
    output: int | IO[bytes],
    identity: Identity = "same",
    death_signal: int = signal.SIGTERM,
    environment: dict[str, str] | None = None,
) -> Process:
    """Start a program in a session of its own: Ctrl-C and group-wide signals reach only us.

    It dies with the thread that calls this, which therefore must be the main one.
    """
    return subprocess.Popen(
        launched(command, identity=identity, death_signal=death_signal),
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT,
        env=environment,
        start_new_session=True,
    )


def stop(process: Process, *steps: tuple[int, float]) -> None:
    """Send each step's signal and wait its seconds; then kill the process and its group."""
    for number, seconds in steps:
        if process.poll() is not None:
            break
        process.send_signal(number)
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            continue
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def package_folder(name: str) -> Path:
    """Where an installed package lies; raises ServicesError when it is not installed."""
    spec = find_spec(name)
    if spec is None or spec.origin is None:
        raise ServicesError(
            f"The package {name} is not installed. Install requirements/run.txt, "
            "or set DATABASE_URL and REDIS_URL to services of your own."
        )
    return Path(spec.origin).parent


def fresh_log(path: Path) -> IO[bytes]:
    """An empty log to write to; the one of the previous start is kept beside it."""
    path.parent.mkdir(exist_ok=True)
    if path.exists():
        path.replace(path.with_suffix(".log.1"))
    return path.open("wb")


def last_lines(path: Path, count: int = 15) -> str:
    return "\n".join(path.read_text(errors="replace").splitlines()[-count:])


def wait_until(condition: Callable[[], bool], seconds: float) -> bool:
    """Whether the condition became true in time."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


@contextmanager
def undisturbed() -> Iterator[None]:
    """Holds the signals that would stop us back until the block, a cleaning up, has ended."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, STOPPING)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def is_running(pid: int, mark: str) -> bool:
    """Whether the process lives and its command line names the mark: numbers are used again."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return mark in _command_line(pid)


def _command_line(pid: int) -> str:
    try:
        if sys.platform == "linux":
            words = Path(f"/proc/{pid}/cmdline").read_bytes()
        else:
            words = subprocess.check_output(["/bin/ps", "-o", "command=", "-p", str(pid)])
    except (OSError, subprocess.CalledProcessError):
        return ""  # it has ended meanwhile
    return words.replace(b"\0", b" ").decode(errors="replace")
