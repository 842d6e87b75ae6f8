"""Measures all pages one after the other and prints what came of it."""

import os
import time
from collections.abc import Iterable
from statistics import median

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection

from analytics.actions.imports import check_import, upload_import
from analytics.actions.reports import REPORTS, current_snapshot
from analytics.imports import PLANS
from analytics.imports.columns import sample
from bench.formed import stage_a_formation
from bench.measuring import Browser, Measurement, measure
from bench.organisation import Organisation
from bench.pages import Page, pages
from bench.plans import NEVER_WHOLE, confirmed_slow, explained, whole_reads

IMPORTS = 40
HEADINGS = ("page", "queries", "sql", "work", "p50", "p95", "max", "× ref", "")
LINE = "{:<20} {:>8} {:>7} {:>7} {:>7} {:>7} {:>7} {:>7}  {}"


def measure_everything(
    *, requests: int, only: str, explain: bool, of_meetings: bool = False
) -> int:
    """Print a line for each page as it is measured. The exit status: 1 if any is not well."""
    organisation, browser = Organisation(), Browser()
    with connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE)")
    if not of_meetings:
        get_ready(organisation)
    print(f"\n{requests} requests a page after a warm-up; milliseconds; load {load()}.")
    print("sql: the median spent on queries. work: the 95th percentile of processor time, which")
    print("other processes cannot lengthen. × ref: p50 as a multiple of a fixed piece of work.\n")
    print(LINE.format(*HEADINGS))
    measured = []
    for page in pages():
        if only in page.name and (not of_meetings or shows_meetings(page)):
            measured.append(measure(page, organisation, browser, requests))
            print(line(measured[-1]), flush=True)
    bad = [found.page.name for found in measured if not found.verdict.startswith("ok")]
    references = [found.reference for found in measured]
    print(
        f"\nThe fixed piece of work took {min(references):.1f} to {max(references):.1f} ms,",
        end=" ",
    )
    print(f"{median(references):.1f} ms at the median; load {load()} at the end.")
    read_whole = tell_queries(measured, explain=explain)
    if of_meetings:
        bad += sorted(read_whole)
    print(f"Over budget or wrong: {', '.join(bad)}." if bad else "Every page is within its budget.")
    return 1 if bad else 0


def get_ready(organisation: Organisation) -> None:
    """What the application itself does at night, a formation, and imports to look at."""
    for report in REPORTS:
        started = time.monotonic()
        current_snapshot(report)
        print(f"Freezing the report on {report} took {time.monotonic() - started:.1f} seconds.")
    stage_a_formation(organisation.logins["organiser"])
    for number in range(IMPORTS):
        content = sample(PLANS["people"].columns)
        file = SimpleUploadedFile(f"people-{number}.csv", content)
        data_import = upload_import("people", file, by=organisation.logins["organiser"])
        check_import(data_import.pk)


def line(found: Measurement) -> str:
    if not found.times:
        return f"{found.page.name:<20} {found.problem}"
    budget = f" (budget {found.page.budget_ms} ms)" if found.verdict == "slow" else ""
    return LINE.format(
        found.page.name,
        spread(found.queries),
        f"{median(found.sql_times):.1f}",
        f"{found.work_p95:.1f}",
        f"{found.p50:.1f}",
        f"{found.p95:.1f}",
        f"{max(found.times):.1f}",
        f"{found.p50 / found.reference:.1f}",
        found.verdict + budget,
    )


def spread(counts: list[int]) -> str:
    low, high = min(counts), max(counts)
    return str(low) if low == high else f"{low}–{high}"


def load() -> str:
    return f"{os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"


def shows_meetings(page: Page) -> bool:
    return page.route.partition(":")[0] in {"meetings", "facilitation"}


def tell_queries(measured: Iterable[Measurement], *, explain: bool) -> set[str]:
    """Print what is slow or reads too much; which tables are read whole that never should be."""
    queries = [query for found in measured for query in found.seen.values()]
    for query, milliseconds in confirmed_slow(queries):
        print(f"\n{query.page}: a query of {milliseconds:.0f} ms\n  {query.sql[:400]}")
        for row in explained(query) if explain else ():
            print(f"    {row}")
    whole = whole_reads(queries)
    for (table, condition), where in sorted(whole.items()):
        print(f"\nThe whole of {table} is read by: {', '.join(sorted(where))}\n  {condition[:400]}")
    return {table for table, _ in whole} & NEVER_WHOLE
