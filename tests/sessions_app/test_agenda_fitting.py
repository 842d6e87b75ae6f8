import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from circles.formats.shipped import read_formats
from circles.models import FormatVersion
from sessions_app.agenda.fitting import clock, fit, timed
from sessions_app.agenda.segments import Segment, Step, segments_of_version

STEPS = st.lists(
    st.builds(Step, st.just("Talk"), st.integers(0, 20), st.integers(0, 3)), max_size=3
)


@st.composite
def agendas(draw):
    modes = draw(st.lists(st.sampled_from(["circle", "member", "presenter"]), max_size=8))
    return [
        Segment(
            key=f"s{place}",
            name=f"Part {place}",
            minutes=draw(st.integers(0, 60)),
            mode=mode,
            times=draw(st.integers(1, 5)) if mode == "presenter" else 0,
            steps=draw(STEPS),
        )
        for place, mode in enumerate(modes)
    ]


def shipped(key):
    prescribed = next(entry for entry in read_formats() if entry.key == key)
    return segments_of_version(FormatVersion(definition=prescribed.definition))


def minutes_of(fitted):
    return [segment.minutes for segment in fitted.segments]


@settings(max_examples=40, deadline=None)
@given(agendas(), st.integers(0, 30), st.integers(1, 240), st.integers(0, 12))
def test_fitted_agenda_fills_the_meeting_and_never_exceeds_it(agenda, people, minutes, usual):
    fitted = fit(agenda, people=people, minutes=minutes, usual=usual)

    total = sum(minutes_of(fitted))
    assert total == (minutes if agenda else 0)
    assert all(segment.minutes >= 1 for segment in fitted.segments)
    assert all(segment.times <= max(1, people) for segment in fitted.segments)
    keys = [segment.key for segment in fitted.segments]
    assert keys == [segment.key for segment in agenda if segment.key in keys]


@pytest.mark.parametrize("entry", read_formats(), ids=lambda entry: entry.key)
def test_format_at_its_usual_size_stays_as_written(entry):
    agenda = segments_of_version(FormatVersion(definition=entry.definition))

    fitted = fit(agenda, people=entry.size_max, minutes=entry.meeting_minutes, usual=entry.size_max)

    assert fitted.segments == agenda
    assert fitted.notes == []


def test_more_people_cost_a_presenter_first():
    fitted = fit(shipped("mastermind"), people=12, minutes=90, usual=8)

    hot_seats = fitted.segments[2]
    assert (hot_seats.times, hot_seats.steps[0].words) == (2, "State the problem and the ask")
    assert fitted.notes == ["One presenter fewer, so that everyone gets a turn at wins."]
    assert all(s.minutes >= 12 for s in fitted.segments if s.mode == "member")


def test_shorter_meeting_costs_presenters_then_talk():
    fitted = fit(shipped("mastermind"), people=6, minutes=49, usual=8)

    assert fitted.notes == [
        "Two presenters fewer, because the meeting takes 49 minutes.",
        "Plus and delta is 1 minute shorter.",
    ]
    assert minutes_of(fitted) == [10, 10, 20, 8, 1]


def test_presenters_give_what_their_protocol_does_not_need_before_one_goes():
    fitted = fit(shipped("career_circle"), people=8, minutes=82, usual=10)

    assert fitted.segments[3].times == 2
    assert fitted.notes == ["Each presenter at spotlight has 11 minutes instead of 15."]


def test_talk_is_shortened_evenly_and_not_below_its_floor():
    agenda = [
        Segment("a", "Explore", 40, "circle"),
        Segment("b", "Project", 20, "circle"),
        Segment("c", "Commit", 10, "member"),
    ]

    fitted = fit(agenda, people=6, minutes=55)

    assert minutes_of(fitted) == [30, 15, 10]
    assert fitted.notes == ["Explore is 10 minutes shorter.", "Project is 5 minutes shorter."]


def test_nobody_presents_before_turns_get_short():
    fitted = fit(shipped("mastermind"), people=8, minutes=30, usual=8)

    assert [segment.name for segment in fitted.segments] == [
        "Wins", "Commitments", "Commit", "Plus and delta",
    ]  # fmt: skip
    assert fitted.notes == ["Nobody presents this time, because the meeting takes 30 minutes."]


def test_turns_get_short_at_last_and_segments_are_left_out_after_that():
    rounds = [Segment("a", "Check-in", 10, "member"), Segment("b", "Commit", 10, "member")]
    many = [Segment(f"s{n}", f"Part {n}", 5, "circle") for n in range(12)]

    short, cut = fit(rounds, people=10, minutes=10), fit(many, people=5, minutes=10)

    assert short.notes == [
        "Turns at check-in are short: 0:30 each.", "Turns at commit are short: 0:30 each.",
    ]  # fmt: skip
    assert minutes_of(cut) == [1] * 10
    assert cut.notes[-1] == "10 minutes are too few for “Part 10”, “Part 11”."


def test_fewer_people_than_presenters_all_present():
    fitted = fit(shipped("mastermind"), people=2, minutes=90, usual=8)

    assert fitted.segments[2].times == 2
    assert fitted.notes == ["Two people are expected, so two present."]
    assert sum(minutes_of(fitted)) == 90


def test_single_guest_presents_alone():
    assert fit(shipped("career_circle"), people=1, minutes=90).notes == [
        "One person is expected, so one presents."
    ]


def test_steps_for_each_person_grow_with_people():
    ring = Segment("r", "Ring", 20, "circle", steps=[Step("Request", 0, 2), Step("Match", 10)])
    talk = Segment("t", "Talk", 40, "circle")

    fitted = fit([ring, talk], people=9, minutes=60)

    assert minutes_of(fitted) == [28, 32]


def test_time_freed_goes_to_turns():
    agenda = [Segment("a", "Talk", 30, "circle"), Segment("b", "Wins", 10, "member")]

    assert minutes_of(fit(agenda, people=5, minutes=50)) == [30, 20]


@pytest.mark.parametrize(
    ("segment", "people", "who"),
    [
        (Segment("a", "Talk", 10, "circle"), 6, "all together"),
        (Segment("a", "Wins", 10, "member"), 6, "6 people, 1:40 each"),
        (Segment("a", "Wins", 10, "member"), 1, "one person"),
        (Segment("a", "Seats", 50, "presenter", 2), 6, "2 presenters, 25:00 each"),
        (Segment("a", "Seats", 20, "presenter", 1), 6, "one presenter"),
    ],
)
def test_turns_in_words(segment, people, who):
    before = Segment("z", "Open", 65, "circle")

    last = timed([before, segment], people=people)[-1]

    assert (last.who, last.clock) == (who, "1:05")


def test_nothing_fits_into_nothing():
    assert fit([], people=5, minutes=60).segments == []
    assert clock(100) == "1:40"
