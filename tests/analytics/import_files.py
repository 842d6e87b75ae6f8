"""Files for the import tests, and what becomes of them."""

import csv
import io

from analytics.actions.imports import import_file
from analytics.imports import Outcome


def table(*rows, separator=",", encoding="utf-8"):
    """A CSV file of these rows; the first names the columns."""
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=separator).writerows(rows)
    return io.BytesIO(text.getvalue().encode(encoding))


def lines(*rows):
    """A CSV file of these lines."""
    return io.BytesIO("\n".join(rows).encode())


def bring_in(kind, file, **options):
    return import_file(kind, file, "file.csv", **options)


def counts(plan):
    """How many rows were added, changed, unchanged and refused."""
    counted = plan.count()
    return tuple(
        counted[outcome] for outcome in (Outcome.ADD, Outcome.CHANGE, Outcome.SAME, Outcome.REFUSE)
    )


def reasons(plan):
    """The refused rows, each with its reasons in one string."""
    return {row: " ".join(said) for row, said in plan.reasons.items()}
