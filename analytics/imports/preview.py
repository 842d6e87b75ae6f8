"""A plan as the pages show it: small, however large the file."""

import gzip
import io
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from defusedcsv import csv

from analytics.imports.plan import MOST_LISTED, Outcome, Plan


def refusals(plan: Plan) -> Iterator[tuple[int, str]]:
    """The refused rows in order, each with its reasons."""
    for row, reasons in sorted(plan.reasons.items()):
        yield row, " ".join(reasons)


def preview(plan: Plan) -> dict[str, Any]:
    """The first rows of each outcome, for DataImport.preview."""
    shown: dict[str, Any] = {
        str(outcome): [asdict(row) for row in listed if row.row not in plan.reasons]
        for outcome, listed in plan.listed.items()
    }
    first = (row for row, _ in zip(refusals(plan), range(MOST_LISTED), strict=False))
    shown[Outcome.REFUSE] = [{"row": number, "reason": reason} for number, reason in first]
    return shown | {"notes": plan.notes}


def refusals_csv(plan: Plan) -> bytes:
    """All refused rows as a compressed CSV file, which no spreadsheet takes for formulas."""
    if not plan.reasons:
        return b""
    packed = io.BytesIO()
    with gzip.open(packed, "wt", encoding="utf-8-sig", newline="") as text:
        writer = csv.writer(text)
        writer.writerow(["row", "problem"])
        writer.writerows(refusals(plan))
    return packed.getvalue()
