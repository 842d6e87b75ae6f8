"""Finds what the rows of a batch speak of, in one query each."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeVar

from django.db import connection

from circles.models import Circle, Programme
from members.models import Member

Named = TypeVar("Named", Circle, Programme)


@dataclass(frozen=True, slots=True)
class Employee:
    """What other imports need to know of a person."""

    pk: int
    name: str
    number: str
    hired_on: dt.date | None
    left_on: dt.date | None

    def __str__(self) -> str:
        return f"{self.name} ({self.number})"


def employees(numbers: Iterable[str]) -> dict[str, Employee]:
    """The people with these employee numbers."""
    found = Member.objects.filter(employee_number__in=set(numbers)).values_list(
        "pk", "name", "employee_number", "hired_on", "left_on"
    )
    return {row[2]: Employee(*row) for row in found}


def unknown_person(column: str, number: str) -> str:
    return (
        f"{column}: nobody has the employee_id “{number}”. Import the person first, "
        "or correct the number."
    )


def lowered(texts: Iterable[str]) -> dict[str, str]:
    """Each text in lower case as the database writes it, whose constraints compare it so."""
    unique = list(set(texts))
    with connection.cursor() as cursor:
        cursor.execute("SELECT text, lower(text) FROM unnest(%s::text[]) AS text", [unique])
        return dict(cursor.fetchall())


def by_lower_name(rows: Iterable[Named]) -> dict[str, Named]:
    """Circles or programmes by their names in lower case."""
    found = list(rows)
    keys = lowered(row.name for row in found)
    return {keys[row.name]: row for row in found}


def reserved_ids(model_table: str, count: int) -> list[int]:
    """Ids for rows that refer to each other, so that all can be inserted at once."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
            [model_table, count],
        )
        return [row[0] for row in cursor.fetchall()]
