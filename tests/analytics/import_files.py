"""Files for the import tests, and what becomes of them."""

import csv
import io
from concurrent.futures import ThreadPoolExecutor

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection

from analytics.actions import imports as actions
from analytics.imports import Outcome
from tests.factories import organiser

GOOD = b"employee_id,name\nE1,Ada\nE2,Ben\n"
BAD = b"employee_id,name\nE1,Ada\nE1,Ben\n,Cem\n"


def table(*rows, separator=",", encoding="utf-8"):
    """A CSV file of these rows; the first names the columns."""
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=separator).writerows(rows)
    return io.BytesIO(text.getvalue().encode(encoding))


def lines(*rows):
    """A CSV file of these lines."""
    return io.BytesIO("\n".join(rows).encode())


def bring_in(kind, file, **options):
    return actions.import_file(kind, file, "file.csv", **options)


def counts(plan):
    """How many rows were added, changed, unchanged and refused."""
    counted = plan.count()
    return tuple(
        counted[outcome] for outcome in (Outcome.ADD, Outcome.CHANGE, Outcome.SAME, Outcome.REFUSE)
    )


def reasons(plan):
    """The refused rows, each with its reasons in one string."""
    return {row: " ".join(said) for row, said in plan.reasons.items()}


def uploaded(content, kind="people"):
    file = SimpleUploadedFile("file.csv", content)
    return actions.upload_import(kind, file, by=organiser())


def checked(content, kind="people"):
    data_import = uploaded(content, kind)
    actions.check_import(data_import.pk)
    data_import.refresh_from_db()
    return data_import


def confirmed(content, kind="people"):
    data_import = checked(content, kind)
    actions.confirm_import(data_import, by=data_import.uploaded_by)
    data_import.refresh_from_db()
    return data_import


def in_thread(call, *args):
    """Call it in a thread, which has a database connection and so a transaction of its own."""

    def work():
        try:
            return call(*args)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(work).result()
