"""The audit: can anything small be worked out from everything that is released together?

A reader may add and subtract released groups in any proportions. What they can then know is the row
space of the matrix of releases (rows) over atoms, the finest disjoint groups (columns).
"""

from collections.abc import Collection, Hashable, Iterable, Mapping
from fractions import Fraction
from typing import TypeVar

from analytics.privacy.visibility import K, refuse_impossible

Atom = TypeVar("Atom", bound=Hashable)
Row = dict[int, Fraction]


def find_leak(
    releases: Iterable[Collection[Atom]], people: Mapping[Atom, int], k: int = K
) -> frozenset[Atom] | None:
    """A union of atoms with 1 to k - 1 people that the releases give away, or None.

    `people` holds the size of every atom; that an atom is empty is taken to be known. Exact
    rational arithmetic, and a search over unions of small atoms: meant for the tens of groups on a
    page, not for thousands. Raises ValueError for a threshold under `K`, a negative size, and an
    atom without a size.
    """
    refuse_impossible(k, people.values())
    appears_in: dict[Atom, list[int]] = {atom: [] for atom in people}
    for number, release in enumerate(releases):
        for atom in release:
            if atom not in appears_in:
                raise ValueError(f"Atom {atom!r} has no size.")
            appears_in[atom].append(number)
    # Atoms released always together stay together: one column for all of them.
    together: dict[frozenset[int], list[Atom]] = {}
    for atom, numbers in appears_in.items():
        if people[atom] and numbers:
            together.setdefault(frozenset(numbers), []).append(atom)
    columns = list(together.values())
    sizes = [sum(people[atom] for atom in column) for column in columns]
    rows: dict[int, Row] = {}
    for column, numbers_together in enumerate(together):
        for number in numbers_together:
            rows.setdefault(number, {})[column] = Fraction(1)
    union = _smallest_union(_reduced(rows.values()), sizes, k)
    return frozenset(atom for column in union for atom in columns[column]) if union else None


def _reduced(rows: Iterable[Row]) -> dict[int, Row]:
    """The reduced row echelon form, by pivot column."""
    basis: dict[int, Row] = {}
    for row in rows:
        rest = dict(row)
        for pivot in [column for column in row if column in basis]:
            _subtract(rest, basis[pivot], rest[pivot])
        if rest:
            pivot = min(rest)
            scale = rest[pivot]
            rest = {column: value / scale for column, value in rest.items()}
            for other in basis.values():
                if pivot in other:
                    _subtract(other, rest, other[pivot])
            basis[pivot] = rest
    return basis


def _subtract(row: Row, other: Row, times: Fraction) -> None:
    for column, value in other.items():
        left = row.get(column, Fraction(0)) - times * value
        if left:
            row[column] = left
        else:
            del row[column]


def _smallest_union(basis: Mapping[int, Row], sizes: list[int], k: int) -> tuple[int, ...]:
    """The columns of the smallest union of under `k` people in the row space, or none.

    A vector is in the row space when it is the sum of its own pivots' rows. So each column has a
    debt (what its row brings along in columns without a pivot, or the removal of itself), and a
    union is in the row space when the debts of its columns cancel out.
    """
    small = sorted((size, column) for column, size in enumerate(sizes) if size < k)
    debts: list[tuple[int, int, Row]] = []
    for size, column in small:
        if column in basis:
            debt = {c: value for c, value in basis[column].items() if c != column}
        else:
            debt = {column: Fraction(-1)}
        debts.append((size, column, debt))
    # Breadth first over unions of rising people, each extended by later columns only.
    waiting: dict[int, list[tuple[int, tuple[int, ...], Row]]] = {0: [(0, (), {})]}
    for people in range(k):
        for start, union, owed in waiting.pop(people, []):
            if union and not owed:
                return union
            for position in range(start, len(debts)):
                size, column, debt = debts[position]
                if people + size >= k:
                    break
                total = dict(owed)
                _subtract(total, debt, Fraction(-1))
                extended = (position + 1, (*union, column), total)
                waiting.setdefault(people + size, []).append(extended)
    return ()
