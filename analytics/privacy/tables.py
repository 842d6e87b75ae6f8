"""Two-way tables whose cells can be had by subtracting across rows and down columns.

Hiding at least two cells in every row and column is not enough: two hidden rectangles that share
only one cell's row and column give that cell away. So every small cell is tested against all the
ways of adding rows and subtracting columns at once.

Take the hidden cells as pipes from rows to columns, as wide as their people. What a reader can work
out is what flows out of a set of rows and columns that holds, with any column, all rows with a
hidden cell in it: add those rows, subtract those columns, subtract what is shown. The smallest such
group around a cell is a minimum cut (Ford and Fulkerson 1956), and it must be `k` people or more.
"""

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from analytics.privacy.groups import parts_to_hide
from analytics.privacy.visibility import K, Visibility, explain, refuse_impossible

Cell = tuple[int, int]
Counts = Sequence[Sequence[int]]


@dataclass(frozen=True, slots=True)
class TableVisibility:
    """What may be shown of a table: cells by row and column, totals, and the grand total."""

    cells: tuple[tuple[Visibility, ...], ...]
    row_totals: tuple[Visibility, ...]
    column_totals: tuple[Visibility, ...]
    total: Visibility


@dataclass(frozen=True, slots=True)
class Leak:
    """Rows and columns whose totals and shown cells give away fewer than `k` people."""

    rows: frozenset[int]
    columns: frozenset[int]

    def is_stopped_by(self, cell: Cell) -> bool:
        return (cell[0] in self.rows) != (cell[1] in self.columns)


def judge_table(counts: Counts, k: int = K) -> TableVisibility:
    """A table of disjoint groups shown with its row totals, column totals and grand total.

    Small cells are hidden, then the next smallest (of equals the first, row by row) of those that
    stop a leak. Totals are hidden only when they are small, would reveal a small total, or when no
    cell can stop a leak; with a total goes its whole row or column. Raises ValueError for a
    threshold under `K`, a negative count, and rows of different lengths. Cells that overlap (a
    person may be in several), or stand without totals, cannot be subtracted: `judge` each.
    """
    width = len(counts[0]) if counts else 0
    if any(len(row) != width for row in counts):
        raise ValueError("The rows of a table must be of one length.")
    refuse_impossible(k, (count for row in counts for count in row))
    row_totals = [sum(row) for row in counts]
    column_totals = [sum(column) for column in zip(*counts, strict=True)]
    rows, columns = parts_to_hide(row_totals, k), parts_to_hide(column_totals, k)
    while (hidden := _cells_to_hide(counts, rows, columns, k)) is None:
        _hide_a_total((row_totals, column_totals), (rows, columns), k)
    return TableVisibility(
        cells=tuple(
            tuple(explain(n, k, is_hidden=(i, j) in hidden) for j, n in enumerate(row))
            for i, row in enumerate(counts)
        ),
        row_totals=tuple(explain(n, k, is_hidden=i in rows) for i, n in enumerate(row_totals)),
        column_totals=tuple(
            explain(n, k, is_hidden=j in columns) for j, n in enumerate(column_totals)
        ),
        total=explain(sum(row_totals), k, is_hidden=sum(row_totals) < k),
    )


def _cells_to_hide(counts: Counts, rows: set[int], columns: set[int], k: int) -> set[Cell] | None:
    """The cells to hide beside these totals, or None if some leak cannot be stopped so."""
    cells = {(i, j): n for i, row in enumerate(counts) for j, n in enumerate(row) if n}
    if sum(cells.values()) < k:
        return set(cells)
    hidden = {(i, j) for (i, j), n in cells.items() if n < k or i in rows or j in columns}
    # Rows whose totals are hidden are known only together, as if they were one row.
    merged: dict[Cell, int] = {}
    for i, j in hidden:
        place = min(rows) if i in rows else i, min(columns) if j in columns else j
        merged[place] = merged.get(place, 0) + cells[i, j]
    spare = sorted((n, cell) for cell, n in cells.items() if cell not in hidden)
    for small in sorted(cell for cell, n in merged.items() if n < k):
        while leak := _leak_around(small, merged, k):
            stop = next((cell for _, cell in spare if leak.is_stopped_by(cell)), None)
            if stop is None:
                return None
            spare.remove((cells[stop], stop))
            hidden.add(stop)
            merged[stop] = cells[stop]
    return hidden


def _hide_a_total(
    totals: tuple[Sequence[int], Sequence[int]], hidden: tuple[set[int], set[int]], k: int
) -> None:
    """Add the smallest total on show to the hidden ones, and what that needs beside it."""
    _, axis, line = min(
        (total, axis, line)
        for axis in (0, 1)
        for line, total in enumerate(totals[axis])
        if total and line not in hidden[axis]
    )
    # One hidden total alone would follow from the others.
    hidden[axis].update(parts_to_hide(totals[axis], k, already={*hidden[axis], line}, at_least=2))


def _leak_around(cell: Cell, hidden: Mapping[Cell, int], k: int) -> Leak | None:
    """The smallest group around a hidden cell that totals give away, if it is under `k` people."""
    room = dict(hidden)
    flow = 0
    while flow < k:
        row_from, column_from = _reach(cell, room)
        if cell[1] not in column_from:
            return Leak(frozenset(row_from), frozenset(column_from))
        flow += _push(room, row_from, column_from, cell[1])
    return None


def _reach(cell: Cell, room: Mapping[Cell, int]) -> tuple[dict[int, int | None], dict[int, int]]:
    """The rows and columns within reach of the cell's row, and whence, until its column is."""
    source, sink = cell
    columns_of: dict[int, list[int]] = {}
    rows_of: dict[int, list[int]] = {}
    for (row, column), amount in room.items():
        rows_of.setdefault(column, []).append(row)
        if amount:
            columns_of.setdefault(row, []).append(column)
    row_from: dict[int, int | None] = {source: None}
    column_from: dict[int, int] = {}
    queue = deque([source])
    while queue and sink not in column_from:
        row = queue.popleft()
        for column in columns_of.get(row, []):
            column_from.setdefault(column, row)
            # Back from a column to its rows there is always room.
            for other in rows_of.pop(column, []):
                if other not in row_from:
                    row_from[other] = column
                    queue.append(other)
    return row_from, column_from


def _push(
    room: dict[Cell, int],
    row_from: Mapping[int, int | None],
    column_from: Mapping[int, int],
    sink: int,
) -> int:
    """Send what fits along the path found, and say how much that was."""
    there: list[Cell] = []
    back: list[Cell] = []
    column: int | None = sink
    while column is not None:
        row = column_from[column]
        there.append((row, column))
        column = row_from[row]
        if column is not None:
            back.append((row, column))
    amount = min(room[place] for place in there)
    for place in there:
        room[place] -= amount
    for place in back:
        room[place] += amount
    return amount
