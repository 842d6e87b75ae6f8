"""When one is asked, what HR's records say, and what the form takes. Hardly any database."""

from datetime import UTC, date, datetime

import pytest

from circles.follow_ups.moments import asked_at, moments, next_moment, open_moment
from circles.follow_ups.page import Line
from circles.follow_ups.records import recorded
from circles.forms.follow_ups import FollowUpForm
from circles.models import OutcomeFollowUp
from circles.models.follow_up import MOMENTS
from members.models import CareerEvent, Member

JOINED, TODAY = date(2025, 1, 31), date(2026, 3, 10)


def event(on, kind="promotion", to_level=None):
    return CareerEvent(on=on, kind=kind, to_level=to_level)


def test_moments_count_months_by_the_calendar():
    days = [(each.months, each.on.isoformat()) for each in moments(date(2024, 11, 30))]

    assert days == [
        (3, "2025-02-28"),
        (6, "2025-05-30"),
        (9, "2025-08-30"),
        (12, "2025-11-30"),
        (14, "2026-01-30"),
        (24, "2026-11-30"),
    ]


def test_moments_close_when_the_next_one_opens():
    found = moments(JOINED)

    assert [each.until for each in found[:-1]] == [each.on for each in found[1:]]
    assert (found[0].until, found[0].last_day) == (date(2025, 7, 31), date(2025, 7, 30))
    assert found[-1].until == date(2027, 7, 31)


@pytest.mark.parametrize(
    ("today", "now", "then"),
    [
        (date(2025, 4, 29), None, 3),
        (date(2025, 4, 30), 3, 6),
        (date(2025, 7, 30), 3, 6),
        (date(2025, 7, 31), 6, 9),
        (date(2026, 3, 31), 14, 24),
        (date(2027, 1, 31), 24, None),
        (date(2027, 7, 30), 24, None),
        (date(2027, 7, 31), None, None),
    ],
)
def test_one_moment_is_open_at_a_time(today, now, then):
    opened, coming = open_moment(JOINED, today), next_moment(JOINED, today)

    assert (opened and opened.months, coming and coming.months) == (now, then)


@pytest.mark.parametrize(
    ("zone", "first", "again"),
    [
        ("UTC", datetime(2026, 3, 20, 9, tzinfo=UTC), datetime(2026, 3, 30, 9, tzinfo=UTC)),
        # Clocks change on 29 March: nine o'clock stays nine o'clock.
        (
            "Europe/Berlin",
            datetime(2026, 3, 20, 8, tzinfo=UTC),
            datetime(2026, 3, 30, 7, tzinfo=UTC),
        ),
        (
            "Pacific/Auckland",
            datetime(2026, 3, 19, 20, tzinfo=UTC),
            datetime(2026, 3, 29, 20, tzinfo=UTC),
        ),
    ],
)
def test_one_is_asked_at_nine_on_ones_own_clock(zone, first, again):
    moment = moments(date(2025, 12, 20))[0]

    assert asked_at(moment, Member(time_zone=zone)) == (first, again)


@pytest.mark.parametrize(
    ("level", "events", "words"),
    [
        (None, [], ""),
        (6, [], "HR records: level 6."),
        (6, [event(date(2026, 3, 1), to_level=6)], "HR records: level 6 since 1 March 2026."),
        # An event before joining dates the level, too.
        (6, [event(date(2020, 3, 1), to_level=6)], "HR records: level 6 since 1 March 2020."),
        # Where the person's own row lags behind, both stand there.
        (
            5,
            [event(date(2026, 3, 1), to_level=6)],
            "HR records: level 5 and a promotion to level 6 on 1 March 2026.",
        ),
        (None, [event(date(2026, 3, 1))], "HR records: a promotion on 1 March 2026."),
        (
            None,
            [event(date(2026, 2, 1), "regrade", 4), event(date(2025, 9, 1), to_level=7)],
            "HR records: level 4 since 1 February 2026 and a promotion to level 7 on "
            "1 September 2025.",
        ),
        # What was before joining is no news, and what is to come is not known yet.
        (None, [event(date(2024, 3, 1)), event(date(2026, 3, 11), to_level=9)], ""),
        (None, [event(date(2026, 3, 1), "lateral")], ""),
    ],
)
def test_records_say_in_words_what_is_not_asked(level, events, words):
    found = recorded(level, events, joined_on=JOINED, today=TODAY)

    assert found.words == words
    assert found.knows_the_level == bool(words)


def form(*, is_recorded=False, **fields):
    return FollowUpForm({"months": "3"} | fields, is_recorded=is_recorded)


@pytest.mark.parametrize(
    "fields", [{"level": "0"}, {"people": "none"}, {"helped_level": "0"}, {"comment": "Hm"}]
)
def test_one_answer_is_enough(fields):
    assert form(**fields).is_valid()


def test_no_answer_at_all_is_none():
    empty = form(comment="  ")

    assert empty.errors == {
        "__all__": ["Answer at least one question, or choose “Not this time” below."]
    }


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"level": "six"}, "level"),
        ({"people": "most"}, "people"),
        ({"helped_budget": "6"}, "helped_budget"),
        ({"months": "4", "people": "more"}, "months"),
        ({"comment": "x" * 1001}, "comment"),
    ],
)
def test_nonsense_is_refused_at_its_field(fields, field):
    assert list(form(**fields).errors) == [field]


def test_level_of_ones_own_disputes_what_hr_records():
    told = form(is_recorded=True, level="7")

    assert told.is_valid()
    assert told.cleaned_data["disputes_records"] is True
    assert "disputes_records" not in form(level="7").fields


def test_form_asks_for_all_and_only_the_six_moments():
    assert [value for value, _ in form().fields["months"].choices] == list(MOMENTS)


def test_answer_reads_in_words():
    answer = OutcomeFollowUp(
        answered_at=datetime(2026, 3, 10, tzinfo=UTC),
        level=6,
        people="more",
        helped_people=5,
        helped_budget=0,
        comment="Thanks",
    )

    assert Line(moments(JOINED)[0], answer, is_open=True).said == [
        ("Your level", "6"),
        ("People you lead", "More than when I joined; your circle helped: a great deal"),
        ("Budget you answer for", "Nothing changed"),
        ("Your comment", "Thanks"),
    ]
    assert Line(moments(JOINED)[0], OutcomeFollowUp(), is_open=True).said == []
