from fractions import Fraction
from itertools import chain, combinations

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from analytics.privacy import (
    K,
    Visibility,
    find_leak,
    judge,
    judge_partition,
    judge_table,
    judge_tree,
)

SHOWN, EMPTY = Visibility.SHOWN, Visibility.EMPTY
HIDDEN = set(Visibility) - {SHOWN, EMPTY}

quick = settings(max_examples=150, deadline=None)
thresholds = st.sampled_from([5, 5, 6, 10])
counts = st.one_of(st.integers(0, 4), st.integers(0, 12), st.just(0), st.integers(5, 60))
partitions = st.lists(counts, max_size=8)


@st.composite
def tables(draw, count=counts):
    width = draw(st.integers(1, 5))
    row = st.lists(count, min_size=width, max_size=width)
    return draw(st.lists(row, min_size=1, max_size=5))


@st.composite
def trees(draw, count=counts):
    # People directly in each unit, and the unit above it; units in any order.
    people = draw(st.lists(count, min_size=1, max_size=12))
    above = [
        draw(st.none() | st.integers(0, unit - 1)) if unit else None for unit in range(len(people))
    ]
    order = draw(st.permutations(range(len(people))))
    return dict(enumerate(people)), {unit: above[unit] for unit in order}


def members(unit, parents):
    # The units whose people count in this one.
    below = [child for child, parent in parents.items() if parent == unit]
    return {unit}.union(*(members(child, parents) for child in below))


def released_from_tree(judged, people, parents, k):
    everyone = [set(people)] if judge(sum(people.values()), k) is SHOWN else []
    return everyone + [members(unit, parents) for unit in parents if judged[unit] is SHOWN]


def released_from_table(judged):
    height, width = len(judged.cells), len(judged.cells[0])
    groups = {((i, j),): judged.cells[i][j] for i in range(height) for j in range(width)}
    rows = [[(i, j) for j in range(width)] for i in range(height)]
    columns = [[(i, j) for i in range(height)] for j in range(width)]
    groups |= {("row", i, *row): judged.row_totals[i] for i, row in enumerate(rows)}
    groups |= {("column", j, *col): judged.column_totals[j] for j, col in enumerate(columns)}
    groups["total", *chain(*rows)] = judged.total
    return [
        {atom for atom in group if isinstance(atom, tuple)}
        for group, state in groups.items()
        if state is SHOWN
    ]


@quick
@given(partitions, thresholds)
def test_partition_leaks_nothing(parts, k):
    judged = judge_partition(parts, k)

    shown = [{part} for part, state in enumerate(judged) if state is SHOWN]
    total = [set(range(len(parts)))] if judge(sum(parts), k) is SHOWN else []
    assert find_leak(shown + total, dict(enumerate(parts)), k) is None


@quick
@given(trees(), thresholds)
def test_tree_leaks_nothing(tree, k):
    people, parents = tree

    judged = judge_tree(people, parents, k)

    assert find_leak(released_from_tree(judged, people, parents, k), people, k) is None


@quick
@given(tables(), thresholds)
def test_table_leaks_nothing(table, k):
    judged = judge_table(table, k)

    people = {(i, j): n for i, row in enumerate(table) for j, n in enumerate(row)}
    assert find_leak(released_from_table(judged), people, k) is None


@quick
@given(tables(), thresholds)
def test_table_never_hides_one_cell_alone_under_a_shown_total(table, k):
    judged = judge_table(table, k)

    down = list(zip(*judged.cells, strict=True))
    lines = [
        *zip(judged.cells, judged.row_totals, table, strict=True),
        *zip(down, judged.column_totals, zip(*table, strict=True), strict=True),
    ]
    for states, total, line in lines:
        hidden = [n for n, state in zip(line, states, strict=True) if state in HIDDEN]
        # Alone, a hidden cell is what its total says: no secret, and no shield for another.
        if total is SHOWN and any(n < k for n in hidden):
            assert len(hidden) >= 2
            assert sum(hidden) >= k


@quick
@given(partitions, trees(), tables(), thresholds)
def test_state_tells_hidden_from_empty_and_small_from_the_rest(parts, tree, table, k):
    people, parents = tree
    of_units = judge_tree(people, parents, k)
    totals = {unit: sum(people[m] for m in members(unit, parents)) for unit in people}
    judged = [
        *zip(parts, judge_partition(parts, k), strict=True),
        *((totals[unit], state) for unit, state in of_units.items()),
        *zip(chain(*table), chain(*judge_table(table, k).cells), strict=True),
    ]

    for count, state in judged:
        assert (state is EMPTY) == (count == 0)
        assert (state is Visibility.HIDDEN_SMALL) == (0 < count < k)


crowds_or_nobody = st.one_of(st.just(0), st.integers(10, 60))


@quick
@given(
    st.lists(crowds_or_nobody, max_size=8),
    trees(crowds_or_nobody),
    tables(crowds_or_nobody),
    thresholds,
)
def test_nothing_is_hidden_where_nothing_is_small(parts, tree, table, k):
    judged = judge_table(table, k)

    assert not HIDDEN & set(judge_partition(parts, k))
    assert not HIDDEN & set(judge_tree(*tree, k).values())
    assert not HIDDEN & {*chain(*judged.cells), *judged.row_totals, *judged.column_totals}


few = st.sampled_from([0, 0, 1, 2, 3, 4, 30])


@settings(quick, max_examples=60, suppress_health_check=[HealthCheck.filter_too_much])
@given(st.lists(st.lists(few, min_size=4, max_size=4), min_size=3, max_size=4))
def test_table_hides_no_more_where_small_cells_hide_one_another(table):
    cells = {(i, j): n for i, row in enumerate(table) for j, n in enumerate(row)}
    rows = [{(i, j) for j in range(4)} for i in range(len(table))]
    columns = [{(i, j) for i in range(len(table))} for j in range(4)]
    shown = [{cell} for cell, n in cells.items() if n >= K]
    assume(all(sum(cells[cell] for cell in line) >= K for line in rows + columns))
    assume(find_leak([*rows, *columns, *shown], cells) is None)

    judged = judge_table(table)

    assert Visibility.HIDDEN_COMPLEMENT not in {*chain(*judged.cells)}
    assert set(judged.row_totals + judged.column_totals) == {SHOWN}


@quick
@given(trees())
def test_nothing_under_a_hidden_unit_is_shown(tree):
    people, parents = tree

    judged = judge_tree(people, parents)

    for unit, parent in parents.items():
        if parent is not None and judged[parent] is not SHOWN:
            assert judged[unit] is not SHOWN


def rank(rows):
    rows = [list(row) for row in rows]
    found = 0
    for column in range(len(rows[0]) if rows else 0):
        pivot = next((row for row in rows[found:] if row[column]), None)
        if pivot is None:
            continue
        rows.remove(pivot)
        rows.insert(found, pivot)
        found += 1
        for row in rows[found:]:
            times = row[column] / pivot[column]
            row[:] = [a - times * b for a, b in zip(row, pivot, strict=True)]
    return found


@quick
@given(
    sizes=st.lists(st.integers(1, 6), min_size=1, max_size=6),
    releases=st.lists(st.sets(st.integers(0, 5), max_size=6), max_size=6),
    k=st.sampled_from([5, 8]),
)
def test_audit_agrees_with_trying_every_union(sizes, releases, k):
    atoms = range(len(sizes))
    releases = [release & set(atoms) for release in releases]
    matrix = [[Fraction(atom in release) for atom in atoms] for release in releases]
    unions = chain.from_iterable(combinations(atoms, n) for n in range(1, len(sizes) + 1))
    given_away = [
        sum(sizes[atom] for atom in union)
        for union in unions
        if rank(matrix) == rank([*matrix, [Fraction(atom in union) for atom in atoms]])
    ]

    leak = find_leak(releases, dict(enumerate(sizes)), k)

    smallest = min((people for people in given_away if people < k), default=None)
    assert (leak and sum(sizes[atom] for atom in leak)) == smallest
