"""Migrates one empty database; every process that runs tests begins with a copy of it.

`python -m tests.template` does it in the background while the tests are being collected, and says
how it ended in a file beside the services' data. Whoever cannot have a copy migrates by itself.
"""

import gc
import os
import sys
from pathlib import Path

import psycopg2

from config.processes import Process, spawn, wait_until

NAME = "peerloom_migrated"
PATIENCE_SECONDS = 120


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
        migrate()
        said = "ready"
    finally:
        partial = note.with_suffix(".partial")
        partial.write_text(said)
        partial.rename(note)


def migrate() -> None:
    import django
    from django.core.management import call_command
    from django.db import connection

    cluster = psycopg2.connect(os.environ["DATABASE_URL"])
    cluster.autocommit = True
    with cluster.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {NAME}")
    cluster.close()
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    django.setup()
    connection.settings_dict["NAME"] = NAME
    call_command("migrate", interactive=False, verbosity=0)
    connection.close()


if __name__ == "__main__":
    main()
