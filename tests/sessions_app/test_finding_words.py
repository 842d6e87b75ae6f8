from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from sessions_app.finding.counting import Tally, outcome
from sessions_app.finding.rhythms import Slot
from sessions_app.finding.words import lines, when, when_for
from tests.factories import CandidateFactory, CircleFactory, PersonFactory, TimeSearchFactory

TUESDAY = Slot(datetime(2026, 3, 10, 15))


def search(rhythm="weekly"):
    circle = CircleFactory.build(time_zone="Europe/Berlin")
    return TimeSearchFactory.build(circle=circle, rhythm=rhythm)


@pytest.mark.parametrize(
    ("rhythm", "expected"),
    [
        ("weekly", "Tuesdays 15:00"),
        ("fortnightly", "Every other Tuesday 15:00"),
        ("monthly", "The second Tuesday of the month, 15:00"),
        ("once", "Tuesday 10 March, 15:00"),
    ],
)
def test_when_a_candidate_is(rhythm, expected):
    assert when(search(rhythm), [TUESDAY]) == expected


def test_when_slots_take_turns():
    other = Slot(datetime(2026, 3, 17, 21))

    assert when(search(), [TUESDAY, other]) == "In turn: Tuesday 15:00 and Tuesday 21:00"


@pytest.mark.parametrize(
    ("zone", "expected"),
    [
        ("Europe/Berlin", ""),
        ("Europe/Paris", ""),
        ("Asia/Kolkata", "Tuesday 19:30, later Tuesday 18:30"),
        ("Africa/Accra", "Tuesday 14:00, later Tuesday 13:00"),
    ],
)
def test_when_it_is_for_the_reader(zone, expected):
    assert when_for(search(), [TUESDAY], ZoneInfo(zone)) == expected


def means(status, *, out="", locals_=("15:00",), missed=0, on=()):
    return {"is": status, "out": out, "locals": locals_, "missed": missed, "on": on, "of": 13}


@pytest.mark.parametrize(
    ("said", "turns", "expected"),
    [
        (means("suits"), False, "Suits Ama"),
        (means("suits", out="early", locals_=["06:30"]), False, "06:30 for Ama, early"),
        (
            means("suits", out="late", locals_=["20:00", "21:00"]),
            False,
            "20:00, later 21:00 for Ama, late",
        ),
        (
            means("suits", out="late", locals_=["09:00", "21:00"]),
            True,
            "09:00 and 21:00 in turn for Ama, late",
        ),
        (means("suits", out="weekend"), False, "15:00 for Ama, on the weekend"),
        (means("cannot", missed=13), False, "Ama can’t"),
        (means("cannot", missed=9), False, "Ama can’t at 9 of 13 meetings"),
        (means("if_need_be"), False, "Ama only if need be"),
        (
            means("if_need_be", out="early", locals_=["06:30"]),
            False,
            "Ama only if need be: 06:30 for them",
        ),
        (means("if_need_be", missed=1, on=["2026-03-12"]), False, "Ama can, except on 12 March"),
        (
            means("if_need_be", missed=2, on=["2026-03-12"]),
            False,
            "Ama can, except on 12 March and more",
        ),
        (means("unknown"), False, "No word from Ama"),
        (means("unknown", out="late"), False, "No word from Ama (15:00 for them)"),
    ],
)
def test_what_a_candidate_means_to_somebody(said, turns, expected):
    candidate = CandidateFactory.build(search=search(), people={"1": said, "2": means("cannot")})

    told = [line.words for line in lines(candidate, {1: "Ama"}, takes_turns=turns)]

    assert told == [expected]


AMA, KENJI, LENA = (PersonFactory.build(pk=key, name=f"P{key}") for key in (1, 2, 3))
FIRST, SECOND = (CandidateFactory.build(pk=key, search=search(), place=key) for key in (1, 2))


@pytest.mark.parametrize(
    ("tallies", "taken", "why_not"),
    [
        ([], None, "No time has enough: 2 must be able to come."),
        ([Tally(FIRST, (AMA,))], None, "No time has enough: 2 must be able to come."),
        ([Tally(FIRST, (AMA,), (KENJI,))], FIRST, ""),
        ([Tally(FIRST, (AMA, KENJI)), Tally(SECOND, (AMA, KENJI, LENA))], SECOND, ""),
        ([Tally(FIRST, (AMA, KENJI), (), (LENA,)), Tally(SECOND, (AMA, KENJI))], SECOND, ""),
        ([Tally(FIRST, (AMA,), (KENJI,)), Tally(SECOND, (AMA, KENJI))], SECOND, ""),
        (
            [Tally(FIRST, (AMA, KENJI)), Tally(SECOND, (AMA, LENA))],
            None,
            "Two times stand equally well.",
        ),
    ],
)
def test_what_a_vote_comes_to(tallies, taken, why_not):
    result = outcome(tallies, needed=2)

    assert (result.taken, result.why_not) == (taken, why_not)
