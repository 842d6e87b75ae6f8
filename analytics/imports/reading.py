"""Reads a CSV file that somebody made, and says in words what is wrong with it."""

import codecs
import csv
import io
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

MAX_ROWS = 500_000
SEPARATORS = ",;"
CHUNK_BYTES = 1 << 20

SAVE_AS = "In Excel, choose File, Save As, “CSV UTF-8 (Comma delimited)”, and take that file."
ARCHIVE = f"This is a ZIP archive (perhaps an Excel workbook), not a CSV file. {SAVE_AS}"
UTF_16 = f"This file is UTF-16 text, not UTF-8. {SAVE_AS}"
SIGNATURES = (
    (b"PK\x03\x04", ARCHIVE),
    (b"PK\x05\x06", ARCHIVE),
    (b"\xd0\xcf\x11\xe0", f"This is an old Excel workbook, not a CSV file. {SAVE_AS}"),
    (b"\x1f\x8b", "This file is compressed (gzip). Unpack it and take the CSV file in it."),
    (b"%PDF", "This is a PDF, not a CSV file. Export the table as CSV instead."),
    (b"\xff\xfe", UTF_16),
    (b"\xfe\xff", UTF_16),
)


class FileRefused(Exception):
    """Why a file cannot be read at all, and what to do about it."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row as a spreadsheet numbers it. With a problem, its cells cannot be told apart."""

    number: int
    cells: dict[str, str] = field(default_factory=dict)
    problem: str = ""


def heading(cell: str) -> str:
    """A column's name as we compare it: `Employee ID` is `employee_id`."""
    return "_".join(cell.replace("_", " ").replace("-", " ").lower().split())


class Table:
    """The rows of a CSV file. Raises FileRefused unless it is UTF-8 text with all columns needed.

    The separator is found from the first row, which names the columns.
    """

    def __init__(
        self, file: BinaryIO, *, known: Collection[str], required: Collection[str]
    ) -> None:
        self._file = file
        check_is_text(file)
        self._separator, header = self._find_header(known, required)
        self.columns = [heading(cell) for cell in header]
        self._check_columns(header, required)

    @property
    def unknown_columns(self) -> list[str]:
        return [name for name in self.columns if name and name not in self._known]

    def measure(self) -> int:
        """How many rows there are. Raises FileRefused for none, too many and broken ones."""
        count = sum(1 for _ in self.rows())
        if not count:
            raise FileRefused("This file names its columns but has no rows below them.")
        if count > MAX_ROWS:
            raise FileRefused(
                f"This file has {count:,} rows. Split it into files of at most {MAX_ROWS:,} rows."
            )
        return count

    def rows(self) -> Iterator[Row]:
        """The rows below the header. Empty ones are left out; they count in the numbering."""
        records = self._records(self._separator)
        next(records)
        width = len(self.columns)
        for number, record in records:
            cells = [cell.strip() for cell in record]
            if len(cells) != width:
                while len(cells) > width and not cells[-1]:
                    cells.pop()
            if problem := self._shape_problem(cells):
                yield Row(number, problem=problem)
            else:
                named = zip(self.columns, cells, strict=True)
                yield Row(number, {name: cell for name, cell in named if name})

    def _shape_problem(self, cells: list[str]) -> str:
        width = len(self.columns)
        if len(cells) != width:
            counted = "1 cell" if len(cells) == 1 else f"{len(cells)} cells"
            advice = (
                "Put quotation marks around a cell that contains the separator."
                if len(cells) > width
                else "Add the missing cells, empty if need be."
            )
            return f"This row has {counted}, but there are {width} columns. {advice}"
        for name, cell in zip(self.columns, cells, strict=True):
            if cell and not name:
                return (
                    "This row has a value in a column without a name. Name the column or empty it."
                )
        return ""

    def _find_header(
        self, known: Collection[str], required: Collection[str]
    ) -> tuple[str, list[str]]:
        self._known = known
        found: list[tuple[int, int, str, list[str]]] = []
        problem: FileRefused | None = None
        for separator in SEPARATORS:
            try:
                _, cells = next(self._records(separator))
            except StopIteration:
                needed = ", ".join(required)
                raise FileRefused(
                    f"This file is empty. Its first row names the columns, among them {needed}."
                ) from None
            except FileRefused as reason:
                problem = reason
            else:
                ours = sum(heading(cell) in known for cell in cells)
                found.append((ours, len(cells), separator, cells))
        if problem and not any(ours for ours, *_ in found):
            raise problem
        _, _, separator, cells = max(found, key=lambda candidate: candidate[:2])
        return separator, cells

    def _check_columns(self, header: list[str], required: Collection[str]) -> None:
        places: dict[str, int] = {}
        for place, name in enumerate(self.columns, start=1):
            if name and (first := places.setdefault(name, place)) != place:
                raise FileRefused(
                    f"Columns {first} and {place} are both called “{name}”. Remove or rename one."
                )
        missing = [name for name in required if name not in places]
        if missing:
            seen = ", ".join(f"“{cell.strip()[:40]}”" for cell in header[:20])
            lacking = "the column" if len(missing) == 1 else "the columns"
            raise FileRefused(
                f"This file lacks {lacking} {', '.join(missing)}. Its first row says {seen}. "
                "Name the columns there as this page lists them, separated by commas or semicolons."
            )

    def _records(self, separator: str) -> Iterator[tuple[int, list[str]]]:
        """The numbered records that hold anything."""
        self._file.seek(0)
        text = io.TextIOWrapper(self._file, encoding="utf-8-sig", newline="")
        number = 0
        try:
            for number, record in enumerate(
                csv.reader(text, delimiter=separator, strict=True), start=1
            ):
                if any(cell and not cell.isspace() for cell in record):
                    yield number, record
        except csv.Error as error:
            raise FileRefused(_broken_record(number + 1, error)) from error
        finally:
            text.detach()


def _broken_record(number: int, error: csv.Error) -> str:
    if "field limit" in str(error):
        return (
            f"Row {number} has a cell of more than {csv.field_size_limit():,} characters. "
            "Perhaps a quotation mark in it is never closed."
        )
    return (
        f"Row {number} has a quotation mark in the wrong place. Put quotation marks around the "
        "whole cell, and write one that belongs to the text twice."
    )


def check_is_text(file: BinaryIO) -> None:
    """Raise FileRefused unless the whole file is UTF-8 text. Holds only a piece of it in memory."""
    file.seek(0)
    start = file.read(4)
    for signature, sentence in SIGNATURES:
        if start.startswith(signature):
            raise FileRefused(sentence)
    file.seek(0)
    decoder = codecs.getincrementaldecoder("utf-8")()
    position = line = 0
    while True:
        chunk = file.read(CHUNK_BYTES)
        # A character cut in two by the end of the last chunk is still in the decoder.
        pending = len(decoder.getstate()[0])
        try:
            decoder.decode(chunk, final=not chunk)
        except UnicodeDecodeError as error:
            line += _line_ends(error.object[: error.start])
            place = position - pending + error.start
            raise FileRefused(
                f"This file is not UTF-8: in line {line + 1}, byte {place + 1:,} of the file "
                f"is {error.object[error.start]:02X}. {SAVE_AS}"
            ) from error
        if (nul := chunk.find(b"\0")) >= 0:
            line += _line_ends(chunk[:nul])
            raise FileRefused(
                f"Line {line + 1} contains a NUL byte, which text never does: the file is damaged, "
                "or is UTF-16. Export it again as CSV in UTF-8."
            )
        if not chunk:
            return
        position += len(chunk)
        line += _line_ends(chunk)


def _line_ends(piece: bytes) -> int:
    return piece.count(b"\n") or piece.count(b"\r")
