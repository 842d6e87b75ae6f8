"""What happens in a segment, as apps above offer it to the editor of formats."""

import pytest

from circles.formats import segment_kinds
from circles.formats.checks import check
from circles.formats.diff import differences
from circles.forms.format_rows import segment_rows
from tests.circles.test_format_checks import CAREER


@pytest.fixture(autouse=True)
def _offered(monkeypatch):
    monkeypatch.setattr(segment_kinds, "_labels", {})
    segment_kinds.register("quiz", "A quiz")
    segment_kinds.register("check_in", "Arriving")


def with_first(**said):
    first, *others = CAREER.definition["agenda"]
    return CAREER.define(agenda=[{**first, **said}, *others])


def test_kind_is_offered_once_in_the_order_of_labels():
    segment_kinds.register("quiz", "A quiz")

    assert list(segment_kinds.segment_kinds()) == ["quiz", "check_in"]
    with pytest.raises(ValueError, match="'quiz'"):
        segment_kinds.register("quiz", "Another")


def test_editor_offers_kinds_and_keeps_one_that_nobody_knows():
    rows = segment_rows(with_first(does="gone"))

    choices = [key for key, _ in rows.forms[0].fields["does"].choices]
    assert choices == ["", "gone", "quiz", "check_in"]


def test_chosen_kind_stands_in_the_row_and_none_where_nothing_is_chosen():
    typed = {"row-TOTAL_FORMS": 2, "row-INITIAL_FORMS": 0}
    for place, does in enumerate(["quiz", ""]):
        typed |= {
            f"row-{place}-name": "Open",
            f"row-{place}-minutes": 5,
            f"row-{place}-mode": "circle",
            f"row-{place}-does": does,
        }

    rows = segment_rows(CAREER, typed)

    assert rows.is_valid()
    assert [row.get("does") for row in rows.written] == ["quiz", None]


def test_unknown_kind_is_a_problem_and_a_change_is_told():
    unknown, chosen = with_first(does="gone"), with_first(does="check_in")

    changes = differences(CAREER, chosen)

    assert [found.words for found in check(unknown).problems] == [
        "“Check-in”: choose again what happens in it."
    ]
    assert check(chosen).problems == []
    assert [change.words for found in changes for change in found.changes] == [
        "“Check-in”: what happens in it: arriving"
    ]
