import datetime as dt

import pytest

from analytics.imports import FileRefused
from members.models import CareerEvent
from tests.analytics.import_files import bring_in, counts, lines, reasons
from tests.factories import CareerEventFactory, PersonFactory

pytestmark = pytest.mark.django_db

HEADER = "employee_id,on,kind,from_level,to_level"


@pytest.fixture
def ada():
    return PersonFactory(
        employee_number="E1", name="Ada", hired_on=dt.date(2020, 1, 1), left_on=dt.date(2024, 1, 1)
    )


def events(*rows):
    return bring_in("career_events", lines(HEADER, *rows))


def test_events_are_added_future_ones_too(ada):
    ben = PersonFactory(employee_number="E2", name="Ben")

    plan = events("E1,2021-05-01,Promotion,2,3", "E2,2090-01-01,lateral,,")

    assert counts(plan) == (2, 0, 0, 0)
    assert set(
        CareerEvent.objects.values_list("person", "on", "kind", "from_level", "to_level")
    ) == {
        (ada.pk, dt.date(2021, 5, 1), "promotion", 2, 3),
        (ben.pk, dt.date(2090, 1, 1), "lateral", None, None),
    }


def test_same_file_twice_changes_nothing(ada):
    events("E1,2021-05-01,promotion,2,3")

    assert counts(events("E1,2021-05-01,promotion,2,3")) == (0, 0, 1, 0)


def test_levels_are_corrected_and_cleared(ada):
    CareerEventFactory(person=ada, on=dt.date(2021, 5, 1), from_level=2, to_level=3)

    plan = events("E1,2021-05-01,promotion,,4")

    event = CareerEvent.objects.get()
    assert counts(plan) == (0, 1, 0, 0)
    assert (event.from_level, event.to_level) == (None, 4)


def test_missing_level_columns_leave_levels_alone(ada):
    CareerEventFactory(person=ada, on=dt.date(2021, 5, 1), from_level=2, to_level=3)

    plan = bring_in("career_events", lines("employee_id,on,kind", "E1,2021-05-01,promotion"))

    assert counts(plan) == (0, 0, 1, 0)
    assert CareerEvent.objects.get().to_level == 3


def test_day_of_hiring_and_day_of_leaving_are_allowed(ada):
    plan = events("E1,2020-01-01,regrade,,", "E1,2024-01-01,lateral,,")

    assert counts(plan) == (2, 0, 0, 0)


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (
            "E9,2021-05-01,promotion,2,3",
            "employee_id: nobody has the employee_id “E9”. Import the person first, or correct the "
            "number.",
        ),
        (
            "E1,2019-12-31,promotion,2,3",
            "on: 2019-12-31 is before Ada (E1) was hired, on 2020-01-01. Correct one of them.",
        ),
        (
            "E1,2024-01-02,lateral,,",
            "on: 2024-01-02 is after Ada (E1) left, on 2024-01-01. Correct one of them.",
        ),
        (
            "E1,2021-05-01,promotion,3,3",
            "to_level: a promotion raises the level, but this one goes from 3 to 3. Correct the "
            "levels, or the kind.",
        ),
        (
            "E1,2021-05-01,raise,2,3",
            "kind: write promotion, lateral, demotion or regrade, not “raise”.",
        ),
        ("E1,,promotion,2,3", "on is empty. Fill it in."),
    ],
)
def test_refused_row_says_why(ada, row, reason):
    plan = events(row, "E1,2022-01-01,lateral,,")

    assert reasons(plan) == {2: reason}
    assert CareerEvent.objects.count() == 0


def test_level_that_stays_is_compared_with_the_one_that_changes(ada):
    CareerEventFactory(person=ada, on=dt.date(2021, 5, 1), from_level=2, to_level=3)

    plan = bring_in(
        "career_events", lines("employee_id,on,kind,to_level", "E1,2021-05-01,promotion,2")
    )

    assert "goes from 2 to 2" in reasons(plan)[2]


def test_duplicate_in_the_file_is_refused_naming_both_rows(ada):
    plan = events("E1,2021-05-01,promotion,2,3", "", "E1,2021-05-01,promotion,2,4")

    assert reasons(plan) == {
        4: "Rows 2 and 4 both have a promotion of Ada (E1) on 2021-05-01. Keep one of them."
    }


def test_unknown_columns_are_ignored_with_a_note(ada):
    plan = bring_in(
        "career_events", lines("employee_id,on,kind,Reason", "E1,2021-05-01,lateral,move")
    )

    assert plan.notes == ["Ignored, because unknown: reason."]
    assert counts(plan) == (1, 0, 0, 0)


def test_missing_column_refuses_the_file():
    with pytest.raises(FileRefused, match="lacks the columns on, kind"):
        bring_in("career_events", lines("employee_id", "E1"))
