"""Times one page: whole requests through all middleware, inside this process."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from django.db import connection
from django.test import Client

from bench.organisation import Organisation, Visit
from bench.pages import Page
from bench.plans import Query

WARM_UP = 3
# A page this slow has lost already; the others wait.
ENOUGH, PATIENCE_MS = 5, 10_000
Execute = Callable[[str, Any, bool, dict[str, Any]], Any]


@dataclass
class QueryClock:
    """Counts the queries of one request and the time they take; notes each statement once."""

    page: str
    seen: dict[str, Query]
    count: int = 0
    milliseconds: float = 0

    def __call__(
        self, execute: Execute, sql: str, params: Any, many: bool, context: dict[str, Any]
    ) -> Any:
        started = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            taken = (time.perf_counter() - started) * 1000
            self.count += 1
            self.milliseconds += taken
            known = self.seen.get(sql)
            if known is None or known.milliseconds < taken:
                self.seen[sql] = Query(self.page, sql, params, taken)


@dataclass
class Measurement:
    """What the requests to one page took, in milliseconds."""

    page: Page
    times: list[float] = field(default_factory=list)
    sql_times: list[float] = field(default_factory=list)
    queries: list[int] = field(default_factory=list)
    seen: dict[str, Query] = field(default_factory=dict)
    work: list[float] = field(default_factory=list)
    problem: str = ""
    reference: float = 1

    @property
    def p50(self) -> float:
        return median(self.times)

    @property
    def p95(self) -> float:
        return percentile_95(self.times)

    @property
    def work_p95(self) -> float:
        """Of the time that processors worked for a request, ours and PostgreSQL's."""
        return percentile_95(self.work)

    @property
    def verdict(self) -> str:
        """A page that waited for busy processors is judged by the work it needs."""
        if self.problem:
            return self.problem
        if self.p95 <= self.page.budget_ms:
            return "ok"
        return "ok by its work" if self.work_p95 <= self.page.budget_ms else "slow"


def percentile_95(values: list[float]) -> float:
    return quantiles(values, n=20, method="inclusive")[-1]


class Browser:
    """Opens pages as different people through one handler, as one worker of the server does."""

    def __init__(self) -> None:
        self.client = Client()
        self.cookies: dict[int | None, SimpleCookie] = {None: SimpleCookie()}

    def sign_in(self, visit: Visit) -> None:
        """Once a person; what it takes is not measured."""
        if visit.person and visit.person.pk not in self.cookies:
            self.client.cookies = self.cookies[visit.person.pk] = SimpleCookie()
            self.client.force_login(visit.person)

    def open(self, visit: Visit) -> tuple[int, float]:
        """The status, and the milliseconds until the last byte of the answer is there."""
        self.client.cookies = self.cookies[visit.person.pk if visit.person else None]
        started = time.perf_counter()
        response = self.client.get(visit.address, secure=True)
        response.getvalue() if response.streaming else response.content
        return response.status_code, (time.perf_counter() - started) * 1000


def measure(page: Page, organisation: Organisation, browser: Browser, count: int) -> Measurement:
    visits = page.draw(organisation, count)
    if not visits:
        raise LookupError(f"Nothing to open for “{page.name}”. Give more --members.")
    visits = [visits[number % len(visits)] for number in range(count)]
    for visit in visits:
        browser.sign_in(visit)
    measured = Measurement(page)
    before = reference(browser)
    try:
        for visit in visits[:WARM_UP]:
            browser.open(visit)
        for visit in visits:
            observe(visit, browser, measured)
            if len(measured.times) >= ENOUGH and sum(measured.times) > PATIENCE_MS:
                break
    # Whatever it is, the other pages are measured too.
    except Exception as problem:
        measured.problem = f"{type(problem).__name__}: {problem}"
    measured.reference = (before + reference(browser)) / 2
    return measured


def observe(visit: Visit, browser: Browser, measured: Measurement) -> None:
    clock = QueryClock(measured.page.name, measured.seen)
    worked = processor_ms()
    with connection.execute_wrapper(clock):
        status, milliseconds = browser.open(visit)
    measured.work.append(processor_ms() - worked)
    if status != 200:
        measured.problem = f"{visit.address} answers {status}"
    measured.times.append(milliseconds)
    measured.sql_times.append(clock.milliseconds)
    measured.queries.append(clock.count)


def processor_ms() -> float:
    """What processors have done for this thread and for its PostgreSQL backend until now.

    Where the system does not tell the latter (only Linux does), the time itself stands for it.
    """
    try:
        spent = Path(f"/proc/{connection.connection.get_backend_pid()}/schedstat").read_text()
    except (AttributeError, OSError):
        return time.perf_counter() * 1000
    return time.thread_time() * 1000 + int(spent.split()[0]) / 1_000_000


def reference(browser: Browser) -> float:
    """What a fixed piece of work takes just now: it tells a slow page from a busy machine."""
    times = []
    for _ in range(5):
        started = time.perf_counter()
        with connection.cursor() as cursor:
            cursor.execute("SELECT sum(number) FROM generate_series(1, 20000) AS number")
        sum(number * number for number in range(20_000))
        browser.open(Visit(None, "/healthz"))
        times.append((time.perf_counter() - started) * 1000)
    return median(times)
