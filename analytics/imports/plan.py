"""What a file would do, row by row: the frame that every kind of import fills."""

from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Callable, Collection, Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import islice
from typing import Any, ClassVar, Generic, TypeVar

from django.db import models

from analytics.imports.fields import CellRefused, Column
from analytics.imports.reading import Row, Table
from members.models import Member

BATCH = 2000
# As many rows of each outcome are kept for the preview; all are counted.
MOST_LISTED = 50
MOST_NAMED = 10

Progress = Callable[[int], None]
Model = TypeVar("Model", bound=models.Model)


class Outcome(StrEnum):
    ADD = "add"
    CHANGE = "change"
    SAME = "same"
    REFUSE = "refuse"


@dataclass(frozen=True, slots=True)
class Difference:
    """A value before and after."""

    name: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Listed:
    """A row as the preview shows it."""

    row: int
    about: str
    differences: Sequence[Difference]


@dataclass(slots=True)
class Line:
    """A row's cells as values: None for an empty cell, nothing for a column that is not there."""

    row: int
    values: dict[str, Any] = field(default_factory=dict)


def shown(value: object) -> str:
    """A value as the preview shows it."""
    text = "" if value is None else str(value)
    return text if len(text) <= 100 else text[:99] + "…"


class Plan(ABC):
    """What a file would do. check() and finish() only read; write() then does it.

    With `locked`, in a transaction, what was read stays as it is until write().
    """

    about: ClassVar[str]
    columns: ClassVar[tuple[Column, ...]]
    # Whether columns that are not ours belong to the row too.
    keeps_other_columns: ClassVar[bool] = False

    def __init__(self, table: Table, *, by: Member | None, locked: bool) -> None:
        self.by = by
        self.locked = locked
        self.present = [column for column in self.columns if column.name in table.columns]
        self.outcomes: dict[int, Outcome] = {}
        self.reasons: dict[int, list[str]] = {}
        self.listed: dict[Outcome, list[Listed]] = {Outcome.ADD: [], Outcome.CHANGE: []}
        self.notes: list[str] = []
        self._rows_by_key: dict[Hashable, int] = {}
        if table.unknown_columns and not self.keeps_other_columns:
            self.notes.append(f"Ignored, because unknown: {', '.join(table.unknown_columns)}.")

    def check(self, rows: Iterable[Row]) -> None:
        """Decide about a batch of rows, in a fixed number of queries."""
        self.check_lines([self._read(row) for row in rows])

    @abstractmethod
    def check_lines(self, lines: list[Line]) -> None:
        """Give each line its outcome. Lines that are refused already may lack values."""

    def finish(self) -> None:  # noqa: B027  most kinds need not look at the whole file
        """Decide what only the whole file can tell."""

    @abstractmethod
    def write(self, progress: Progress) -> None:
        """Write what is to be added and changed."""

    def read_other(self, line: Line, row: Row) -> None:  # noqa: B027  only some keep them
        """Take what is in the columns that are not ours."""

    def count(self) -> Counter[Outcome]:
        return Counter(self.outcomes.values())

    @property
    def is_refused(self) -> bool:
        return bool(self.reasons)

    def refuse(self, row: int, reason: str) -> None:
        self.outcomes[row] = Outcome.REFUSE
        reasons = self.reasons.setdefault(row, [])
        if reason not in reasons:
            reasons.append(reason)

    def good(self, lines: Iterable[Line]) -> list[Line]:
        return [line for line in lines if line.row not in self.reasons]

    def decide(
        self, row: int, outcome: Outcome, about: str, differences: Sequence[Difference] = ()
    ) -> None:
        """Note what becomes of a row, unless something has refused it."""
        if row in self.reasons:
            return
        self.outcomes[row] = outcome
        listed = self.listed.get(outcome)
        if listed is not None and len(listed) < MOST_LISTED:
            listed.append(Listed(row, about, differences))

    def add(self, line: Line, about: str) -> None:
        values = (
            Difference(name, "", shown(value))
            for name, value in line.values.items()
            if value is not None
        )
        is_listed = len(self.listed[Outcome.ADD]) < MOST_LISTED
        self.decide(line.row, Outcome.ADD, about, list(values) if is_listed else ())

    def change(self, line: Line, about: str, differences: Sequence[Difference]) -> None:
        """A row whose facts are recorded already: changed if anything differs."""
        self.decide(line.row, Outcome.CHANGE if differences else Outcome.SAME, about, differences)

    def is_first(self, key: Hashable, row: int, what: str) -> bool:
        """Whether no earlier row has the key; else the row is refused, naming both."""
        first = self._rows_by_key.setdefault(key, row)
        if first != row:
            self.refuse(row, f"Rows {first} and {row} both have {what}. Keep one of them.")
        return first == row

    def row_of(self, key: Hashable) -> int | None:
        return self._rows_by_key.get(key)

    def note_new(self, what: str, names: Collection[str]) -> None:
        """Say what else the file brings along, such as units it names for the first time."""
        if names:
            first = ", ".join(sorted(names)[:MOST_NAMED]) + (
                ", …" if len(names) > MOST_NAMED else ""
            )
            self.notes.append(f"New {what}: {len(names):,} ({first}).")

    def _read(self, row: Row) -> Line:
        line = Line(row.number)
        if row.problem:
            self.refuse(row.number, row.problem)
            return line
        for column in self.present:
            cell = row.cells[column.name]
            if not cell and column.is_required:
                self.refuse(row.number, f"{column.name} is empty. Fill it in.")
                continue
            try:
                line.values[column.name] = column.parse(cell) if cell else None
            except CellRefused as reason:
                self.refuse(row.number, f"{column.name}: {reason}")
        self.read_other(line, row)
        return line


class Writer(Generic[Model]):
    """Inserts and updates rows of one model in batches, reporting each."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._done = 0

    def add(self, rows: Iterable[Model]) -> None:
        for batch in batches(rows):
            type(batch[0])._default_manager.bulk_create(batch)
            self._report(batch)

    def change(self, rows: Iterable[Model], fields: list[str]) -> None:
        """Update whole rows by their ids: an upsert is many times faster than bulk_update."""
        for batch in batches(rows):
            type(batch[0])._default_manager.bulk_create(
                batch, update_conflicts=True, unique_fields=["id"], update_fields=fields
            )
            self._report(batch)

    def _report(self, batch: list[Model]) -> None:
        self._done += len(batch)
        self._progress(self._done)


Item = TypeVar("Item")


def batches(items: Iterable[Item]) -> Iterable[list[Item]]:
    """Lists of at most BATCH items."""
    iterator = iter(items)
    while batch := list(islice(iterator, BATCH)):
        yield batch
