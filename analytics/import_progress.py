"""Says how far an import is, and makes sure that one worker is at it.

An import is one transaction, which shows nothing until it ends: progress goes through a connection
of its own. What claims an import is a lock of PostgreSQL's, so a worker that dies lets go of it.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import DEFAULT_DB_ALIAS, connection, connections

from analytics.models import DataImport

ALL_IMPORTS = 0
PATIENCE_SECONDS = 1.0


class ProgressLine:
    """Writes down how many rows of an import are done. Each word is also a sign of life."""

    def __init__(self, import_id: int) -> None:
        self._import_id = import_id
        self._beside = connections.create_connection(DEFAULT_DB_ALIAS)

    def say(self, done: int, total: int) -> None:
        with self._beside.cursor() as cursor:
            cursor.execute(
                "UPDATE analytics_dataimport SET rows_done = %s, rows_total = %s, "
                "touched_at = clock_timestamp() WHERE id = %s",
                [done, total, self._import_id],
            )

    def still_there(self) -> None:
        with self._beside.cursor() as cursor:
            cursor.execute(
                "UPDATE analytics_dataimport SET touched_at = clock_timestamp() WHERE id = %s",
                [self._import_id],
            )

    def close(self) -> None:
        self._beside.close()


@contextmanager
def progress_line(data_import: DataImport) -> Iterator[ProgressLine]:
    progress = ProgressLine(data_import.pk)
    try:
        yield progress
    finally:
        progress.close()


def claim(import_id: int) -> bool:
    """Whether this transaction is now the only one at the import, until it ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtext('import'), %s)", [import_id])
        return bool(cursor.fetchone()[0])


def wait_for_turn(progress: ProgressLine | None = None) -> None:
    """One import is written at a time. Returns when it is this transaction's turn."""
    while not claim(ALL_IMPORTS):
        if progress:
            progress.still_there()
        time.sleep(PATIENCE_SECONDS)
