"""PostgreSQL and Valkey of our own, for development and tests: real ones, from Python wheels.

They live in var/ (or PEERLOOM_VAR), listen on Unix sockets only, and end with the process that
started them. Whoever runs them holds a lock on that folder and says in services.json where they
are, so that a command typed beside `make run` finds them. Production never comes here.
"""

import fcntl
import json
import os
import re
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from config.postgres import Postgres, is_open_to_all, who_may_run_it
from config.processes import (
    Identity,
    Process,
    ServicesError,
    is_running,
    last_lines,
    stop,
    undisturbed,
    wait_until,
)
from config.valkey import Valkey

ROOT = Path(__file__).resolve().parent.parent
START_SECONDS = 60
THROWAWAY_PREFIX = "peerloom-test-"
LEFTOVER_SECONDS = 3600
# The kernel allows 107 bytes (104 on macOS) for a socket's path, and URLs dislike odd characters.
PLAIN_PATH = re.compile(r"[A-Za-z0-9/._+-]{1,85}")


class AlreadyRunning(ServicesError):
    """Another process runs the services of this folder."""


def already_running(folder: Path) -> AlreadyRunning:
    return AlreadyRunning(
        f"Peerloom already runs from {folder}. Stop it first, "
        "or set PEERLOOM_VAR and PORT to run a second one beside it."
    )


@dataclass
class Services:
    """Running servers, and the lock on the folder that holds their data."""

    folder: Path
    lock: int
    postgres: Postgres
    valkey: Valkey
    processes: dict[str, Process] = field(default_factory=dict)

    @property
    def urls(self) -> tuple[str, str]:
        return self.postgres.url, self.valkey.url

    def ended(self) -> str | None:
        """The first server that is no longer there, with its last words."""
        for name, log in (("valkey", self.valkey.log), ("postgres", self.postgres.log)):
            process = self.processes.get(name)
            if process and process.poll() is not None:
                return f"{name} has ended ({process.returncode}):\n{last_lines(log)}"
        return None

    def begin(self) -> None:
        """Start both at once and wait for them; raises ServicesError with the reason."""
        self.processes["valkey"] = self.valkey.start()
        self.postgres.prepare()
        self.processes["postgres"] = self.postgres.start()
        if not wait_until(self._are_ready, START_SECONDS):
            raise ServicesError(
                f"The embedded services are not ready after {START_SECONDS} seconds:\n"
                f"{last_lines(self.postgres.log)}\n{last_lines(self.valkey.log)}"
            )
        self.postgres.create_database()
        database_url, redis_url = self.urls
        note = {"database_url": database_url, "redis_url": redis_url}
        note["valkey_pid"] = str(self.processes["valkey"].pid)
        partial = self.folder / "services.json.partial"
        partial.write_text(json.dumps(note, indent=2) + "\n")
        partial.replace(self.folder / "services.json")

    def _are_ready(self) -> bool:
        if reason := self.ended():
            raise ServicesError(reason)
        return self.valkey.is_ready() and self.postgres.is_ready(self.processes["postgres"])

    def restart(self, name: Literal["postgres", "valkey"], end: int) -> None:
        """End one server by that signal and start it again on its data. For tests."""
        stop(self.processes[name], (end, START_SECONDS))
        self.processes[name] = (self.postgres if name == "postgres" else self.valkey).start()
        if not wait_until(self._are_ready, START_SECONDS):
            raise ServicesError(f"{name} is not ready after {START_SECONDS} seconds.")

    @undisturbed()
    def stop(self) -> None:
        """Stop both in good order and leave no process, socket or lock behind."""
        (self.folder / "services.json").unlink(missing_ok=True)
        if valkey := self.processes.get("valkey"):
            stop(valkey, (signal.SIGTERM, 3))
        if postgres := self.processes.get("postgres"):
            stop(postgres, (signal.SIGINT, 5), (signal.SIGQUIT, 2))
        _remove_socket_folder(self.folder)
        os.close(self.lock)


def var_folder() -> Path:
    return Path(os.environ.get("PEERLOOM_VAR") or ROOT / "var").absolute()


def urls(folder: Path | None = None) -> tuple[str, str] | None:
    """DATABASE_URL and REDIS_URL of the services that run in the folder, if any do."""
    folder = folder or var_folder()
    try:
        found = json.loads((folder / "services.json").read_text())
        handle = os.open(folder, os.O_RDONLY)
    except (OSError, ValueError):
        return None
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return found["database_url"], found["redis_url"]
    finally:
        os.close(handle)
    return None  # nobody holds the lock, so the note was left by a process that was killed


def start(
    folder: Path, *, durable: bool = True, patience: float = 1, identity: Identity | None = None
) -> Services:
    """Start both servers in the folder, or raise ServicesError (AlreadyRunning) with the reason."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = _claim(folder, patience)
        try:
            _tidy_after_a_killed_start(folder)
            identity = identity or who_may_run_it()
            sockets = _make_socket_folder(folder, identity)
            postgres = Postgres(folder, sockets, durable=durable, identity=identity)
            services = Services(folder, lock, postgres, Valkey(folder, sockets, durable=durable))
        except BaseException:
            os.close(lock)
            raise
        try:
            services.begin()
        except BaseException:
            services.stop()
            raise
    except PermissionError as problem:
        raise ServicesError(
            f"{problem.filename or folder} belongs to someone else. "
            "Set PEERLOOM_VAR to a folder of your own."
        ) from problem
    return services


@contextmanager
def ensure_services() -> Iterator[None]:
    """For one command: the services that run in var/, or else its own until the command ends."""
    folder = var_folder()
    deadline = time.monotonic() + START_SECONDS
    own = None
    while own is None and (loan := _borrow(folder)) is None:
        try:
            own = start(folder)
        except AlreadyRunning:  # they are starting or stopping just now: look again
            if time.monotonic() > deadline:
                raise
    try:
        yield
    finally:
        if own:
            _wait_for_borrowers(folder)
            own.stop()
        elif loan is not None:
            os.close(loan)


@contextmanager
def throwaway_services(
    identity: Identity | None = None, *, within: Path | None = None
) -> Iterator[Services]:
    """Services for tests: fast, careless about power cuts, and gone afterwards with their data."""
    _sweep_up_after_killed_tests()
    folder = Path(tempfile.mkdtemp(prefix=THROWAWAY_PREFIX, dir=within))
    folder.chmod(0o711)  # nobody has to reach what is handed over to it
    try:
        services = start(folder, durable=False, identity=identity)
        try:
            yield services
        finally:
            services.stop()
            if services.postgres.private:
                shutil.rmtree(services.postgres.private)
    finally:
        shutil.rmtree(folder)


def _claim(folder: Path, patience: float) -> int:
    handle = os.open(folder, os.O_RDONLY)

    def taken() -> bool:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    if not wait_until(taken, patience):
        os.close(handle)
        raise already_running(folder)
    return handle


def _borrow(folder: Path) -> int | None:
    """A hold on the running services, kept until it is closed; None when there are none."""
    while urls(folder):
        try:
            handle = os.open(folder / "run", os.O_RDONLY)
        except FileNotFoundError:
            return None
        fcntl.flock(handle, fcntl.LOCK_SH)
        if urls(folder):
            return handle
        os.close(handle)
    return None


def _wait_for_borrowers(folder: Path) -> None:
    (folder / "services.json").unlink(missing_ok=True)
    handle = os.open(folder / "run", os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        print("Another command still uses these services; waiting for it.", file=sys.stderr)
        fcntl.flock(handle, fcntl.LOCK_EX)
    finally:
        os.close(handle)


def _tidy_after_a_killed_start(folder: Path) -> None:
    note = folder / "services.json"
    try:
        found = json.loads(note.read_text())
        pid, mark = int(found["valkey_pid"]), Valkey.socket_of(found["redis_url"])
    except (OSError, ValueError, KeyError):
        pid, mark = 0, ""
    if pid and is_running(pid, mark):
        os.kill(pid, signal.SIGTERM)
        wait_until(lambda: not is_running(pid, mark), 10)
    note.unlink(missing_ok=True)
    _remove_socket_folder(folder)


def _sweep_up_after_killed_tests() -> None:
    # Their servers ended with them, but nobody was left to delete the folder.
    for folder in Path(tempfile.gettempdir()).glob(f"{THROWAWAY_PREFIX}*"):
        if (
            not os.access(folder, os.W_OK)
            or time.time() - folder.stat().st_mtime < LEFTOVER_SECONDS
        ):
            continue
        with suppress(AlreadyRunning):
            lock = _claim(folder, patience=0)
            _remove_socket_folder(folder)
            shutil.rmtree(folder, ignore_errors=True)
            os.close(lock)


def _make_socket_folder(folder: Path, identity: Identity) -> Path:
    place = folder / "run"
    is_reachable = identity != "nobody" or is_open_to_all(folder)
    if is_reachable and PLAIN_PATH.fullmatch(str(place)):
        place.mkdir(mode=0o700)
        return place
    elsewhere = Path(tempfile.mkdtemp(prefix="peerloom-"))
    place.symlink_to(elsewhere)
    return elsewhere


def _remove_socket_folder(folder: Path) -> None:
    place = folder / "run"
    if place.is_symlink():
        shutil.rmtree(place.readlink(), ignore_errors=True)
        place.unlink()
    elif place.exists():
        shutil.rmtree(place)
