"""Looks again at the queries of the pages: which are slow, which read a whole large table."""

import json
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db import connection

SLOW_QUERY_MS = 20
LARGE_TABLE = 10_000
# Of these a page reads what it shows, however long the past is.
NEVER_WHOLE = {"sessions_app_meeting", "sessions_app_attendance"}


@dataclass
class Query:
    """A statement, with the parameters and the time of its slowest run."""

    page: str
    sql: str
    parameters: Any
    milliseconds: float

    @property
    def is_select(self) -> bool:
        return self.sql.lstrip().upper().startswith("SELECT")


def confirmed_slow(queries: Iterable[Query]) -> Iterator[tuple[Query, float]]:
    """Those that are slow again, and the best of three times; the others waited for a processor."""
    for query in queries:
        if query.is_select and query.milliseconds > SLOW_QUERY_MS:
            best = min(_time(query) for _ in range(3))
            if best > SLOW_QUERY_MS:
                yield query, best


def whole_reads(queries: Iterable[Query]) -> dict[tuple[str, str], set[str]]:
    """Where a plan reads all of a large table: table and condition, and the pages that do it."""
    large = _large_tables()
    found: dict[tuple[str, str], set[str]] = {}
    for query in queries:
        if query.is_select:
            for node in _nodes(_plan(query)):
                if node["Node Type"] == "Seq Scan" and node["Relation Name"] in large:
                    key = (node["Relation Name"], node.get("Filter", "no condition"))
                    found.setdefault(key, set()).add(query.page)
    return found


def explained(query: Query) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS) {query.sql}", query.parameters)
        return [row[0] for row in cursor.fetchall()]


def _time(query: Query) -> float:
    started = time.perf_counter()
    with connection.cursor() as cursor:
        cursor.execute(query.sql, query.parameters)
        cursor.fetchall()
    return (time.perf_counter() - started) * 1000


def _plan(query: Query) -> dict[str, Any]:
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (FORMAT JSON) {query.sql}", query.parameters)
        (found,) = cursor.fetchone()
    plan: dict[str, Any] = (json.loads(found) if isinstance(found, str) else found)[0]["Plan"]
    return plan


def _nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for below in plan.get("Plans", ()):
        yield from _nodes(below)


def _large_tables() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relkind = 'r' AND reltuples > %s", [LARGE_TABLE]
        )
        return {name for (name,) in cursor.fetchall()}
