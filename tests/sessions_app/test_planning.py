from datetime import UTC, date, datetime, time

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from sessions_app.actions.repointing import Outcome
from sessions_app.models import Meeting
from sessions_app.planning import next_day, outcome_lines, proposal
from sessions_app.recurrence.occurrences import Occurrence
from tests.factories import CircleFactory, FormatVersionFactory, MeetingFactory, SeriesFactory

TODAY = date(2026, 5, 12)
NOON = datetime(2026, 12, 25, 12, tzinfo=UTC)
CHRISTMAS = Occurrence(NOON.date(), NOON, NOON, is_shifted=False, held_on=NOON.date())


@pytest.mark.parametrize(
    ("last", "per_month", "day"),
    [
        (date(2026, 5, 7), 4, date(2026, 5, 14)),
        (date(2026, 5, 7), 2, date(2026, 5, 21)),
        (date(2026, 5, 7), 1, date(2026, 6, 4)),
        (date(2026, 5, 12), 4, date(2026, 5, 19)),
        (date(2026, 5, 5), 4, date(2026, 5, 19)),
        (date(2026, 1, 6), 2, date(2026, 5, 26)),
        (date(2026, 6, 2), 2, date(2026, 6, 16)),
        (date(2026, 5, 7), 0.5, date(2026, 7, 2)),
        (date(2026, 5, 7), 30, date(2026, 5, 14)),
    ],
)
def test_next_day_keeps_the_weekday_and_the_rhythm(last, per_month, day):
    assert next_day(last, per_month=per_month, today=TODAY) == day


@given(last=st.dates(date(2020, 1, 1), date(2030, 1, 1)), per_month=st.sampled_from([1, 2, 4]))
def test_next_day_is_the_first_on_the_rhythm_after_today_and_the_last_meeting(last, per_month):
    day = next_day(last, per_month=per_month, today=TODAY)

    step = 28 // per_month
    assert day > max(last, TODAY)
    assert (day - last).days % step == 0
    assert (day - max(last, TODAY)).days <= step


@pytest.mark.django_db
def test_circle_that_never_met_is_proposed_its_formats_minutes():
    circle = CircleFactory(format_version=FormatVersionFactory(meeting_minutes=75))
    MeetingFactory(circle=circle, state=Meeting.State.CANCELLED)

    assert proposal(circle) == {"minutes": 75}


@pytest.mark.django_db
@time_machine.travel(datetime(2026, 5, 12, 10, 0, tzinfo=UTC))
def test_proposal_keeps_the_circles_clock_through_the_change_of_season():
    definition = {"agenda": [], "cadence": {"per_month": 2}}
    circle = CircleFactory(
        time_zone="Europe/Berlin", format_version=FormatVersionFactory(definition=definition)
    )
    MeetingFactory(
        circle=circle,
        starts_at=datetime(2026, 3, 19, 14, 0, tzinfo=UTC),
        place="Room 1",
        video_url="https://meet.example.test/1",
    )

    assert proposal(circle) == {
        "day": date(2026, 5, 14),
        "time": time(15, 0),
        "minutes": 60,
        "place": "Room 1",
        "video_url": "https://meet.example.test/1",
    }


@pytest.mark.django_db
@time_machine.travel(datetime(2026, 5, 12, 10, 0, tzinfo=UTC))
def test_proposal_looks_past_what_a_series_has_planned_for_months():
    circle = CircleFactory()
    series = SeriesFactory(circle=circle)
    for day in (date(2026, 4, 21), date(2026, 5, 19), date(2026, 11, 3)):
        starts_at = datetime.combine(day, time(9), UTC)
        MeetingFactory(circle=circle, series=series, nominal_on=day, starts_at=starts_at)

    # Four weeks after the last one the series meets itself.
    assert proposal(circle)["day"] == date(2026, 5, 20)


@pytest.mark.parametrize(
    ("outcome", "lines"),
    [
        (Outcome(), ["No meeting moves, so all answers stay."]),
        (
            Outcome(moved=1, asked_again=2),
            [
                "One meeting moves to another time.",
                "Two answers were for the old times: those people are asked again.",
            ],
        ),
        (
            Outcome(moved=13, added=1, by_hand=2, removed=1, cancelled=3, left_out=[CHRISTMAS]),
            [
                "13 meetings move to another time.",
                "Nobody has answered for the old times yet.",
                "One meeting is planned in addition.",
                "Two meetings were set by hand and stay where they are.",
                "One meeting goes: nobody wrote anything there.",
                "Three meetings are called off; what was written there is kept.",
                "Left out, as the circle already meets then: 25 December.",
            ],
        ),
    ],
)
def test_what_a_change_does_is_said_in_sentences(outcome, lines):
    assert outcome_lines(outcome) == lines
