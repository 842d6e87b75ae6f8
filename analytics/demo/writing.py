"""Writes millions of rows with COPY, in an order in which every reference already exists."""

import io
import json
import random
import re
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from allauth.account.models import EmailAddress
from django.db import connection, models
from psycopg2.extensions import cursor as Cursor  # noqa: N812  a class, whatever its spelling

from analytics.demo.plan import Plan
from circles.models import (
    Application,
    Charter,
    Circle,
    Enrolment,
    Facilitation,
    Interest,
    Membership,
    Milestone,
    Offer,
    OutcomeFollowUp,
    Programme,
    RenewalBallot,
    RenewalVote,
    Signature,
    Support,
    Theme,
    WaitlistEntry,
    Wishes,
)
from members.models import CareerEvent, Member, Rating, RoleGrant, Skill, Unit
from sessions_app.models import (
    Attendance,
    Carry,
    CheckIn,
    Commitment,
    Decision,
    Goal,
    Meeting,
    MeetingDefaults,
    PlusDelta,
    RoleTurn,
    Series,
    Topic,
)

# Each model after those that its rows point to.
MODELS: tuple[type[models.Model], ...] = (
    Unit,
    Member,
    EmailAddress,
    RoleGrant,
    CareerEvent,
    Skill,
    Programme,
    Programme.formats.through,
    Milestone,
    Theme,
    Interest,
    Wishes,
    Enrolment,
    Circle,
    Circle.themes.through,
    Membership,
    OutcomeFollowUp,
    Facilitation,
    Charter,
    Signature,
    Offer,
    Application,
    WaitlistEntry,
    Support,
    RenewalVote,
    RenewalBallot,
    MeetingDefaults,
    Series,
    Meeting,
    Attendance,
    RoleTurn,
    Decision,
    PlusDelta,
    Commitment,
    Carry,
    Topic,
    Goal,
    CheckIn,
    Rating,
)
CHUNK = 40_000
SPECIAL = re.compile(r"[\\\t\n\r]")
ESCAPED = {"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r"}


class Missing:
    """Stands where a row has to bring its own value: a moment of the story, never the clock's."""


def _text(value: str) -> str:
    return SPECIAL.sub(lambda found: ESCAPED[found[0]], value) if SPECIAL.search(value) else value


def _json(value: Any) -> str:
    return _text(json.dumps(value, ensure_ascii=False))


def _refuse(_: Missing) -> str:
    raise ValueError("A field that has no default was left out.")


ENCODERS: dict[type, Callable[[Any], str]] = {
    str: _text,
    int: int.__repr__,
    bool: lambda value: "t" if value else "f",
    type(None): lambda _: r"\N",
    date: date.isoformat,
    datetime: datetime.isoformat,
    time: time.isoformat,
    uuid.UUID: str,
    dict: _json,
    list: _json,
    tuple: lambda value: _text(f"{{{','.join(map(str, value))}}}"),
    Missing: _refuse,
}


class Table:
    """Rows on their way to one table."""

    def __init__(self, model: type[models.Model]) -> None:
        meta = model._meta
        # Of a row that is its circle's own the key is the circle's, and comes with the row.
        self.counts_itself = isinstance(meta.pk, models.AutoField)
        fields = [
            field for field in meta.concrete_fields if not isinstance(field, models.AutoField)
        ]
        self.name = meta.db_table
        self.defaults = {field.name: _default(field) for field in fields}
        key = [meta.pk.column] if meta.pk and self.counts_itself else []
        columns = [*key, *(field.column for field in fields)]
        quoted = ", ".join(f'"{column}"' for column in columns)
        self.copy = f'COPY "{self.name}" ({quoted}) FROM STDIN'
        self.lines: list[str] = []
        self.first = self.last = self._sequence("nextval(%s)") - 1 if self.counts_itself else 0

    @property
    def rows(self) -> int:
        return self.last - self.first

    def add(self, values: dict[str, Any]) -> int:
        row = self.defaults | values
        if len(row) != len(self.defaults):
            raise ValueError(f"{self.name} has no {sorted(values.keys() - self.defaults.keys())}.")
        self.last += 1
        encoded = [ENCODERS[type(value)](value) for value in row.values()]
        key = [str(self.last)] if self.counts_itself else []
        self.lines.append("\t".join((*key, *encoded)))
        return self.last

    def flush(self, cursor: Cursor) -> None:
        if self.lines:
            self.lines.append("")
            cursor.copy_expert(self.copy, io.BytesIO("\n".join(self.lines).encode()))
            self.lines = []

    def close(self) -> None:
        """Let the next row of the application continue after ours."""
        if self.rows and self.counts_itself:
            self._sequence("setval(%s, %s)", self.last)

    def _sequence(self, call: str, *arguments: int) -> int:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_get_serial_sequence(%s, 'id')", [self.name])
            sequence = cursor.fetchone()[0]
            cursor.execute(f"SELECT {call}", [sequence, *arguments])
            value: int = cursor.fetchone()[0]
        return value


def _default(field: "models.Field[Any, Any]") -> Any:
    if not field.has_default():
        if field.null:
            return None
        return "" if field.blank and field.empty_strings_allowed else Missing()
    if field.default in (dict, list) or not callable(field.default):
        default = field.get_default()
        return default.value if isinstance(default, models.Choices) else default
    return Missing()


class Writer:
    """Collects rows for all tables, and writes them whenever there are enough."""

    def __init__(self) -> None:
        self.tables = {model: Table(model) for model in MODELS}
        self.waiting = 0

    def add(self, model: type[models.Model], **values: Any) -> int:
        """Take one row and return its key. Values left out take the model's default."""
        self.waiting += 1
        return self.tables[model].add(values)

    def flush_when_full(self) -> None:
        """Call between wholes: what was added since the last call may refer to itself."""
        if self.waiting >= CHUNK:
            self.flush()

    def flush(self) -> None:
        with connection.cursor() as cursor:
            # Check references chunk by chunk, not all of them at the end and from memory.
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            for table in self.tables.values():
                table.flush(cursor.cursor)
        self.waiting = 0

    def close(self) -> None:
        """Write what is left and tell the planner what the tables now hold."""
        self.flush()
        with connection.cursor() as cursor:
            for table in self.tables.values():
                table.close()
                cursor.execute(f'ANALYZE "{table.name}"')

    def counts(self) -> dict[str, int]:
        return {
            str(model._meta.verbose_name_plural): table.rows for model, table in self.tables.items()
        }


@dataclass(frozen=True, slots=True)
class Scribe:
    """Tells one part of the story: knows the plan, throws the dice, writes the rows."""

    plan: Plan
    writer: Writer
    dice: random.Random

    def add(self, model: type[models.Model], **values: Any) -> int:
        return self.writer.add(model, **values)
