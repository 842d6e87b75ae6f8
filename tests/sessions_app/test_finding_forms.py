from datetime import UTC, datetime

import pytest
import time_machine

from sessions_app.forms.finding import AvailabilityForm, TimeSearchForm
from tests.factories import CircleFactory, FormatVersionFactory

NOW = datetime(2026, 3, 20, 10, 0, tzinfo=UTC)
ASKED = {"rhythm": "weekly", "minutes": "45", "from_on": "2026-04-01", "answer_by": "2026-03-24"}


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


def circle(**cadence):
    version = FormatVersionFactory.build(definition={"cadence": cadence})
    return CircleFactory.build(format_version=version, time_zone="Europe/Berlin")


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"from_on": "2026-03-19"}, "from_on"),
        ({"from_on": "2027-04-01"}, "from_on"),
        ({"answer_by": "2026-03-19"}, "answer_by"),
        ({"answer_by": "2026-06-30"}, "answer_by"),
        ({"minutes": "5"}, "minutes"),
        ({"rhythm": "daily"}, "rhythm"),
    ],
)
def test_impossible_search_is_refused_at_its_field(typed, field):
    assert list(TimeSearchForm(ASKED | typed, circle=circle()).errors) == [field]


@pytest.mark.parametrize(
    ("per_month", "rhythm"),
    [(4, "weekly"), (2, "fortnightly"), (1, "monthly"), (None, "fortnightly")],
)
def test_search_begins_with_the_rhythm_of_the_format(per_month, rhythm):
    first = TimeSearchForm.first_values(circle(per_month=per_month), minutes=60, days=4)

    assert first["rhythm"] == rhythm


def test_pasted_calendar_is_taken_as_it_is():
    form = AvailabilityForm({"calendar_text": "BEGIN:VCALENDAR\r\n X"})

    assert form.is_valid()
    assert (form.given_by, form.calendar()) == (
        "calendar_text",
        {"content": b"BEGIN:VCALENDAR\n X"},
    )
