import pytest

from analytics.privacy import (
    TableVisibility,
    Visibility,
    curve_floor,
    find_leak,
    judge,
    judge_answers,
    judge_partition,
    judge_table,
    judge_tree,
    keeps_old_figure,
    nearest_five,
    outward_percents,
    whole_percent,
)

SHOWN = Visibility.SHOWN
SMALL = Visibility.HIDDEN_SMALL
COMPLEMENT = Visibility.HIDDEN_COMPLEMENT
ALIKE = Visibility.HIDDEN_ALIKE
EMPTY = Visibility.EMPTY


@pytest.mark.parametrize(
    "guard",
    [
        lambda k: judge(50, k),
        lambda k: judge_answers([50], k),
        lambda k: judge_partition([50], k),
        lambda k: judge_tree({}, {}, k),
        lambda k: judge_table([[50]], k),
        lambda k: find_leak([], {}, k),
        lambda k: keeps_old_figure(set(), set(), k),
        curve_floor,
    ],
)
def test_threshold_can_be_raised_but_not_lowered(guard):
    guard(5)
    guard(20)

    with pytest.raises(ValueError, match="never shown under 5 people: 4 is too low"):
        guard(4)


@pytest.mark.parametrize(
    "guard",
    [
        judge,
        lambda count: judge_answers([9, count]),
        lambda count: judge_partition([9, count]),
        lambda count: judge_tree({"A": 9, "B": count}, {"A": None, "B": "A"}),
        lambda count: judge_table([[9, count]]),
        lambda count: find_leak([], {"a": count}),
    ],
)
def test_negative_count_is_refused(guard):
    with pytest.raises(ValueError, match="cannot have -1 people"):
        guard(-1)


@pytest.mark.parametrize(
    ("people", "k", "expected"),
    [(0, 5, EMPTY), (1, 5, SMALL), (4, 5, SMALL), (5, 5, SHOWN), (5, 6, SMALL), (19, 20, SMALL)],
)
def test_group_is_shown_from_the_threshold_on(people, k, expected):
    assert judge(people, k) is expected


def test_every_state_has_a_sentence_of_its_own():
    assert {state: state.sentence(7) for state in Visibility} == {
        SHOWN: "Shown: at least 7 people.",
        SMALL: "Hidden: fewer than 7 people.",
        COMPLEMENT: "Hidden: showing it would reveal a smaller group.",
        ALIKE: "Hidden: fewer than 10 people, who all gave the same answer.",
        EMPTY: "No data.",
    }


@pytest.mark.parametrize(
    ("people_by_answer", "expected"),
    [
        ([], EMPTY),
        ([0, 0], EMPTY),
        ([4], SMALL),
        ([0, 9, 0], ALIKE),
        ([5], ALIKE),
        ([8, 1], SHOWN),
        ([10], SHOWN),
    ],
)
def test_small_unanimous_group_is_hidden(people_by_answer, expected):
    assert judge_answers(people_by_answer) is expected


def test_unanimous_group_under_a_raised_threshold_is_simply_small():
    assert judge_answers([9], k=12) is SMALL


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ([], ()),
        ([40, 30, 20], (SHOWN, SHOWN, SHOWN)),
        ([40, 30, 3], (SHOWN, COMPLEMENT, SMALL)),  # one small part: hide the next smallest
        ([40, 30, 3, 2], (SHOWN, SHOWN, SMALL, SMALL)),  # two hide one another
        ([40, 30, 2, 2], (SHOWN, COMPLEMENT, SMALL, SMALL)),  # unless 4 people remain
        ([30, 30, 3], (COMPLEMENT, SHOWN, SMALL)),  # of equals the first
        ([40, 0, 3], (COMPLEMENT, EMPTY, SMALL)),  # nobody cannot hide anybody
        ([3, 0], (SMALL, EMPTY)),  # the total is small, too
        ([1, 1, 1], (SMALL, SMALL, SMALL)),
        ([0, 0], (EMPTY, EMPTY)),
    ],
)
def test_partition_hides_until_the_rest_is_a_crowd(counts, expected):
    assert judge_partition(counts) == expected


def test_partition_obeys_a_raised_threshold():
    assert judge_partition([40, 30, 9], k=10) == (SHOWN, COMPLEMENT, SMALL)
    assert judge_partition([40, 30, 9], k=9) == (SHOWN, SHOWN, SHOWN)


PARENTS = {
    "Bank": None,
    "Bank / Retail": "Bank",
    "Bank / Retail / North": "Bank / Retail",
    "Bank / Retail / South": "Bank / Retail",
    "Bank / Legal": "Bank",
}


@pytest.mark.parametrize(
    ("direct", "expected"),
    [
        # Nothing small anywhere.
        ((6, 6, 20, 30, 10), (SHOWN, SHOWN, SHOWN, SHOWN, SHOWN)),
        ((0, 0, 20, 30, 10), (SHOWN, SHOWN, SHOWN, SHOWN, SHOWN)),
        # Legal is small, so Retail, and with it all under it, goes as well.
        ((0, 0, 20, 30, 3), (SHOWN, COMPLEMENT, COMPLEMENT, COMPLEMENT, SMALL)),
        # Legal hides among those directly in the bank.
        ((6, 0, 20, 30, 3), (SHOWN, SHOWN, SHOWN, SHOWN, SMALL)),
        # Two people directly in Retail: Retail - North - South would give them away.
        ((6, 2, 20, 30, 10), (SHOWN, SHOWN, COMPLEMENT, SHOWN, SHOWN)),
        # Two people directly in the bank: the smaller of its units goes.
        ((2, 0, 20, 30, 10), (SHOWN, SHOWN, SHOWN, SHOWN, COMPLEMENT)),
        # North is small, so South goes: those two are all of Retail.
        ((0, 0, 3, 30, 10), (SHOWN, SHOWN, SMALL, COMPLEMENT, SHOWN)),
        # A unit without anybody is empty, not hidden.
        ((0, 0, 20, 30, 0), (SHOWN, SHOWN, SHOWN, SHOWN, EMPTY)),
        ((1, 1, 1, 1, 0), (SMALL, SMALL, SMALL, SMALL, EMPTY)),
        ((1, 1, 1, 1, 1), (SHOWN, SMALL, SMALL, SMALL, SMALL)),
        ((0, 0, 0, 0, 0), (EMPTY, EMPTY, EMPTY, EMPTY, EMPTY)),
    ],
)
def test_tree_shows_no_remainder_of_a_few(direct, expected):
    people = dict(zip(PARENTS, direct, strict=True))

    assert judge_tree(people, PARENTS) == dict(zip(PARENTS, expected, strict=True))


def test_tree_guards_the_total_over_several_tops():
    judged = judge_tree({"A": 30, "B": 20, "C": 3}, {"A": None, "B": None, "C": None})

    assert judged == {"A": SHOWN, "B": COMPLEMENT, "C": SMALL}


@pytest.mark.parametrize(
    ("people", "parents", "reason"),
    [
        ({"A": 9, "X": 9}, {"A": None}, "'X' has people but no place in the tree"),
        ({"A": 9}, {"A": "X"}, "'A' is under 'X', which is not in the tree"),
        ({}, {"A": "B", "B": "A"}, "form a cycle"),
        ({}, {"A": "A"}, "form a cycle"),
    ],
)
def test_tree_refuses_what_is_not_a_tree(people, parents, reason):
    with pytest.raises(ValueError, match=reason):
        judge_tree(people, parents)


def test_table_closes_a_small_cell_in_a_rectangle():
    counts = [[3, 12], [8, 9], [20, 30]]  # engineering, operations, sales × women, men

    judged = judge_table(counts)

    assert judged == TableVisibility(
        cells=((SMALL, COMPLEMENT), (COMPLEMENT, COMPLEMENT), (SHOWN, SHOWN)),
        row_totals=(SHOWN, SHOWN, SHOWN),
        column_totals=(SHOWN, SHOWN),
        total=SHOWN,
    )


def test_table_without_small_cells_is_shown_whole():
    judged = judge_table([[5, 0, 7], [9, 8, 0]])

    assert judged.cells == ((SHOWN, EMPTY, SHOWN), (SHOWN, SHOWN, EMPTY))
    assert set(judged.row_totals + judged.column_totals) == {SHOWN}


def test_table_hides_totals_when_no_cell_can_stop_the_leak():
    # Row 1 less column 1 is the 2 in the corner, whatever becomes of the cells.
    judged = judge_table([[8, 2], [0, 20]])

    assert judged.cells == ((COMPLEMENT, SMALL), (EMPTY, COMPLEMENT))
    assert judged.column_totals == (COMPLEMENT, COMPLEMENT)
    assert judged.row_totals == (SHOWN, SHOWN)


def test_table_hides_the_smallest_total_and_the_next():
    judged = judge_table([[8, 2, 0], [0, 20, 0], [0, 0, 30]])

    assert judged.column_totals == (COMPLEMENT, COMPLEMENT, SHOWN)
    assert judged.row_totals == (SHOWN, SHOWN, SHOWN)
    assert judged.cells[2] == (EMPTY, EMPTY, SHOWN)


def test_table_hides_no_more_than_it_must():
    judged = judge_table([[1, 30, 1], [2, 3, 1], [3, 30, 7]])

    assert judged.cells == (
        (SMALL, COMPLEMENT, SMALL),
        (SMALL, SMALL, SMALL),
        (SMALL, SHOWN, COMPLEMENT),
    )
    assert set(judged.row_totals + judged.column_totals) == {SHOWN}


def test_table_hides_a_small_row_with_its_total_and_another():
    judged = judge_table([[2, 1], [9, 8], [20, 30]])

    assert judged.row_totals == (SMALL, COMPLEMENT, SHOWN)
    assert judged.cells == ((SMALL, SMALL), (COMPLEMENT, COMPLEMENT), (SHOWN, SHOWN))
    assert judged.column_totals == (SHOWN, SHOWN)


@pytest.mark.parametrize(
    ("counts", "total"), [([], EMPTY), ([[]], EMPTY), ([[0]], EMPTY), ([[1, 2]], SMALL)]
)
def test_table_of_nobody_or_few_shows_nothing(counts, total):
    judged = judge_table(counts)

    assert judged.total is total
    assert {state for row in judged.cells for state in row} <= {EMPTY, SMALL}


def test_table_of_uneven_rows_is_refused():
    with pytest.raises(ValueError, match="rows of a table must be of one length"):
        judge_table([[5, 5], [5]])


def lines(height, width):
    rows = [{(i, j) for j in range(width)} for i in range(height)]
    columns = [{(i, j) for i in range(height)} for j in range(width)]
    return rows + columns


def test_audit_finds_the_cell_between_two_hidden_rectangles():
    # Every row and column hides two cells or more, and yet (1, 2) is rows 0 + 1 less columns 0 + 1.
    people = {(i, j): 9 for i in range(4) for j in range(4)} | {(1, 2): 2}
    hidden = {(0, 0), (0, 1), (1, 0), (1, 1), (2, 2), (2, 3), (3, 2), (3, 3), (1, 2)}

    assert find_leak([*lines(4, 4), *({c} for c in people if c not in hidden)], people) == {(1, 2)}


@pytest.mark.parametrize(
    ("releases", "leak"),
    [
        ([], None),
        (["abc"], None),
        (["abc", "a"], {"b"}),  # nobody is in c, so b stands alone
        (["ab", "be", "ae"], {"b"}),  # half of ab + be - ae
        (["ab", "be"], None),
        (["ab", "bc"], {"b"}),
        (["b"], {"b"}),
        (["bd"], {"b", "d"}),
        (["ae", "abde"], {"b", "d"}),
        (["ab", "de", "ae"], {"b", "d"}),
        (["ae", "abde", "d"], {"b"}),  # of equals, what comes first
    ],
)
def test_audit_finds_the_smallest_union_given_away(releases, leak):
    people = {"a": 20, "b": 2, "c": 0, "d": 2, "e": 7}

    assert find_leak(releases, people) == leak


def test_audit_refuses_an_atom_of_unknown_size():
    with pytest.raises(ValueError, match="'z' has no size"):
        find_leak(["az"], {"a": 9})


@pytest.mark.parametrize(
    ("now", "k", "expected"),
    [
        ({1, 2, 3, 4, 5, 6}, 5, False),
        ({1, 2, 3, 4, 5, 6, 7}, 5, True),
        ({3, 4, 5, 6, 7, 8}, 5, True),  # 2 came and 2 went
        ({4, 5, 6, 7, 8}, 5, False),  # 3 went and 2 came
        ({4, 5, 6, 7, 8}, 6, True),
        (set(), 5, False),
    ],
)
def test_group_that_changed_by_a_few_people_keeps_its_old_figure(now, k, expected):
    assert keeps_old_figure({1, 2, 3, 4, 5, 6}, now, k) is expected


def test_curve_is_drawn_down_to_ten_people_or_a_higher_threshold():
    assert (curve_floor(), curve_floor(9), curve_floor(20)) == (10, 10, 20)


@pytest.mark.parametrize(
    ("share", "percent"),
    [
        (0, 0),
        (0.004, 0),
        (0.005, 1),
        (0.145, 15),
        (0.285, 29),
        (0.4801, 48),
        (0.999, 100),
        (1, 100),
    ],
)
def test_share_is_rounded_to_whole_percents_halves_up(share, percent):
    assert whole_percent(share) == percent


@pytest.mark.parametrize(
    ("interval", "percents"),
    [
        ((0.1486, 0.1956), (14, 20)),
        ((0.29, 0.55), (29, 55)),  # 0.29 * 100 is a hair under 29, 0.55 * 100 a hair over 55
        ((-0.018, 0.021), (-2, 3)),
        ((0, 1), (0, 100)),
    ],
)
def test_interval_is_rounded_outward(interval, percents):
    assert outward_percents(*interval) == percents


@pytest.mark.parametrize(
    ("count", "rounded"),
    [(0, 0), (2, 0), (3, 5), (5, 5), (7, 5), (8, 10), (3278, 3280), (2.5, 5), (12.4, 10)],
)
def test_count_is_rounded_to_the_nearest_five(count, rounded):
    assert nearest_five(count) == rounded
