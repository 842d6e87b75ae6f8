"""Positions, orders, clocks and the words about airtime: nothing here asks a database."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sessions_app.agenda.segments import Segment, Step
from sessions_app.forms.live import PlusDeltaForm
from sessions_app.live.airtime import airtime_words, shares_of
from sessions_app.live.clocks import Clock, segment_clock, shown, step_clock, turn_clock
from sessions_app.live.orders import fair_order, gone, joined, put_last, put_now, seniors_of
from sessions_app.live.position import Position, Route
from sessions_app.models import LiveMeeting

NOON = datetime(2026, 3, 29, 0, 30, tzinfo=UTC)

segments = st.lists(
    st.builds(
        Segment,
        key=st.uuids().map(str),
        name=st.just("Part"),
        minutes=st.integers(0, 60),
        mode=st.sampled_from(["circle", "member", "presenter"]),
        times=st.integers(0, 3),
        steps=st.lists(st.just(Step("Talk", 5)), max_size=4),
    ),
    min_size=1,
    max_size=5,
    unique_by=lambda segment: segment.key,
)
people = st.lists(st.integers(1, 30), max_size=8, unique=True)
moves = st.lists(st.sampled_from(["after", "before", "after_turn", "after_segment"]), max_size=25)


def is_valid(route, at):
    stop = next(stop for stop in route.stops if stop.key == at.segment)
    return 0 <= at.turn < stop.turns and 0 <= at.step < stop.steps


@settings(max_examples=40)
@given(segments, people, moves)
def test_any_moves_keep_a_valid_position(agenda, order, made):
    route = Route(agenda, {segment.key: order for segment in agenda})
    at = Position(agenda[0].key)

    for move in made:
        onward = getattr(route, move)(at)

        assert is_valid(route, onward)
        if move == "after" and not at.is_closing:
            assert route.before(onward) == at
        at = onward


@settings(max_examples=40)
@given(segments, people)
def test_going_on_reaches_the_closing_steps_after_every_step_once(agenda, order):
    route = Route(agenda, {segment.key: order for segment in agenda})
    at, seen = Position(agenda[0].key), []

    while not at.is_closing:
        seen.append(at)
        at = route.after(at)

    assert len(seen) == len(set(seen)) == sum(stop.turns * stop.steps for stop in route.stops)


@settings(max_examples=40)
@given(segments, st.integers(0, 40), st.integers(0, 40), st.booleans())
def test_position_the_agenda_has_lost_settles_on_one_it_has(agenda, turn, step, known):
    route = Route(agenda, {})
    lost = Position(agenda[-1].key if known else "gone", turn, step)

    assert is_valid(route, route.settled(lost))


@settings(max_examples=40)
@given(people, st.integers(0, 50), st.sets(st.integers(1, 30)), st.sets(st.integers(1, 30)))
def test_fair_order_seats_everybody_once_and_opens_with_someone_new(who, shift, opened, last):
    order = fair_order(who, shift=shift, opened=opened, last=last)

    early = [person for person in who if person not in last]
    assert sorted(order) == sorted(who)
    assert order[len(early) :] == [person for person in order if person in last]
    if set(early) - opened:
        assert order[0] not in opened


def test_each_meeting_begins_with_the_next_person():
    openers = [fair_order([1, 2, 3], shift=shift)[0] for shift in range(4)]

    assert openers == [1, 2, 3, 1]


@settings(max_examples=40)
@given(people, st.integers(1, 30), st.integers(0, 7), st.sets(st.integers(1, 30)))
def test_changing_an_order_loses_nobody(order, person, turn, last):
    with_them = sorted({*order, person})

    now, place = put_now(order, person, turn=turn)
    late = joined(order, person, turn=turn, last=last)

    assert sorted(now) == sorted(late) == with_them
    assert now[place] == person
    assert late[: turn + 1] == order[: turn + 1] or len(order) <= turn
    assert sorted(put_last(order, person, turn=turn)) == sorted(order)
    assert set(order) - set(gone(order, person, turn=turn)) <= {person}


def test_late_comers_come_last_but_before_those_who_speak_last():
    assert joined([1, 2, 3], 4, turn=0, last={3}) == [1, 2, 4, 3]
    assert joined([1, 2, 3], 4, turn=2, last={3}) == [1, 2, 3, 4]


@pytest.mark.parametrize(
    ("levels", "found"),
    [
        ({1: 3, 2: 5, 3: 5, 4: None}, {2, 3}),
        ({1: 3, 2: 3}, set()),
        ({1: None, 2: None}, set()),
        ({}, set()),
    ],
)
def test_seniors_are_the_highest_unless_all_are(levels, found):
    assert seniors_of(levels) == found


@pytest.mark.parametrize(
    ("seconds", "face"), [(402, "06:42"), (0, "00:00"), (-65, "+01:05"), (6000, "100:00")]
)
def test_clock_counts_up_once_it_is_over(seconds, face):
    assert shown(seconds) == face


def test_clock_knows_nothing_of_summer_time():
    clock = Clock(NOON, 3600)

    assert clock.left(NOON + timedelta(minutes=45)) == 900
    assert clock.ends_ms == round((NOON + timedelta(hours=1)).timestamp() * 1000)


def test_extension_lengthens_the_segment_and_turns_share_what_was_planned():
    live = LiveMeeting(segment_began_at=NOON, turn_began_at=NOON, step_began_at=NOON)
    live.extra_seconds = 120
    part = Segment("s1", "Round", 12, "member")

    assert segment_clock(live, part).seconds == 840
    assert turn_clock(live, part, 4) == Clock(NOON, 180)
    assert turn_clock(live, part, 1) is None
    assert step_clock(live, Step("Each", 0, 2), 5) == Clock(NOON, 600)
    assert step_clock(live, Step("Talk"), 5) is None
    assert step_clock(live, None, 5) is None


@pytest.mark.parametrize(
    ("spoken", "silent", "words"),
    [
        ([("Ama", 60)], 3, ""),
        ([("Ama", 300), ("Jo", 300)], 4, "Ama has spoken half of the time; who hasn’t yet?"),
        ([("Ama", 900), ("Jo", 60)], 4, "Ama has spoken nearly all of the time; who hasn’t yet?"),
        (
            [("Ama", 700), ("Jo", 100), ("Li", 200)],
            0,
            "Ama has spoken most of the time; who would like to come in?",
        ),
        ([("Ama", 200), ("Jo", 200), ("Li", 200)], 1, "One of you has not spoken yet."),
        ([("Ama", 200), ("Jo", 200), ("Li", 200)], 2, "Two of you have not spoken yet."),
        ([("Ama", 200), ("Jo", 200)], 0, "Everyone has been heard."),
        (
            [("Ama", 300), *((f"P{n}", 100) for n in range(7))],
            0,
            "Ama has spoken a third of the time; who would like to come in?",
        ),
    ],
)
def test_airtime_names_a_voice_far_over_its_share_and_asks(spoken, silent, words):
    assert airtime_words(shares_of(spoken), silent=silent) == words


def test_airtime_shares_fill_the_bar_in_the_order_of_seats():
    shares = shares_of([("Ama", 30), ("Jo", 0), ("Li", 90)])

    assert [(share.name, share.start, share.width) for share in shares] == [
        ("Ama", 0.0, 25.0),
        ("Li", 25.0, 75.0),
    ]
    assert shares_of([("Ama", 0)]) == []


@pytest.mark.parametrize(
    ("plus", "delta", "errors"),
    [
        (" Good talk \n\nOn time\n", "", []),
        ("", " \n ", ["__all__"]),
        ("", "x" * 501, ["delta"]),
        ("line\n" * 11, "", ["plus"]),
    ],
)
def test_plus_delta_takes_a_line_at_a_time(plus, delta, errors):
    form = PlusDeltaForm({"plus": plus, "delta": delta})

    assert sorted(form.errors) == errors
    if not errors:
        assert form.cleaned_data == {"plus": ["Good talk", "On time"], "delta": []}
