"""Which times come out of what people said: pure, and held against a slow second opinion."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sessions_app.finding.candidates import Question, proposals
from sessions_app.finding.judging import CANNOT, IF_NEED_BE, SUITS, UNKNOWN, Asked, meaning, outside
from sessions_app.finding.obstacles import why_not_all
from sessions_app.finding.rhythms import Slot, taking_turns

BERLIN = ZoneInfo("Europe/Berlin")
MONDAY = date(2026, 3, 2)
WORK = tuple(day * 24 + hour for day in range(5) for hour in range(7, 22))
ZONES = (
    *("Europe/Berlin", "Africa/Accra", "Asia/Kolkata", "Asia/Kathmandu", "America/New_York"),
    *("Australia/Sydney", "Australia/Lord_Howe", "UTC"),
)


def weekly(rhythm="weekly", minutes=60, since=MONDAY, zone=BERLIN):
    return Question(rhythm, minutes, since, zone)


def hours(days, *spans):
    return tuple(day * 24 + hour for day in days for span in spans for hour in range(*span))


busy_times = st.lists(
    st.tuples(st.integers(0, 8 * 7 * 24 * 4), st.integers(1, 96)).map(
        lambda quarter: (
            datetime(2026, 3, 2, tzinfo=UTC) + timedelta(minutes=15 * quarter[0]),
            datetime(2026, 3, 2, tzinfo=UTC) + timedelta(minutes=15 * sum(quarter)),
        )
    ),
    max_size=4,
)


def disjoint(intervals):
    kept = []
    for interval in sorted(intervals):
        if not kept or interval[0] > kept[-1][1]:
            kept.append(interval)
    return tuple(kept)


people_said = st.lists(
    st.builds(
        lambda zone, begins, length, extra, busy, answered: {
            "zone": zone,
            "has_answered": answered,
            "hours": hours(range(5), (begins, begins + length)),
            "if_need_be": hours(range(5), (begins + length, begins + length + extra)),
            "busy": disjoint(busy),
        },
        st.sampled_from(ZONES),
        st.integers(0, 15),
        st.integers(0, 8),
        st.integers(0, 1),
        busy_times,
        st.booleans() | st.just(True),
    ),
    min_size=1,
    max_size=3,
)


def fits(person, starts, minutes, painted):
    """The slow way: whether every minute lies in hours that were painted, and none is busy."""
    for minute in range(0, minutes, 15):
        moment = starts + timedelta(minutes=minute)
        local = moment.astimezone(ZoneInfo(person.zone))
        if painted and local.weekday() * 24 + local.hour not in painted:
            return False
        if any(begins <= moment < ends for begins, ends in person.busy):
            return False
    return True


@settings(max_examples=8)
@given(said=people_said, rhythm=st.sampled_from(["fortnightly", "monthly", "once"]))
def test_whom_a_time_suits_is_free_at_every_meeting_and_order_does_not_matter(said, rhythm):
    people = [Asked(key=key, **each) for key, each in enumerate(said)]
    question = weekly(rhythm)

    found = proposals(question, people)

    assert found == proposals(question, people[::-1])
    assert len({each.slots for each in found}) == len(found) <= 5
    for each in found[:2]:
        moments = question.moments(each.slots)
        assert min(moments).astimezone(BERLIN).date() >= MONDAY
        for person in people[:2]:
            status = each.people[person.key].status
            painted = {*person.hours} if person.hours or not person.if_need_be else {-1}
            glad = all(fits(person, starts, 60, painted) for starts in moments)
            assert (status == UNKNOWN) == (not person.has_answered)
            if person.has_answered:
                assert (status == SUITS) == glad


@pytest.mark.parametrize(
    ("weekday", "begins", "minutes", "expected"),
    [
        (0, 8 * 60, 60, (0, "")),
        (0, 17 * 60, 60, (0, "")),
        (0, 6 * 60 + 30, 60, (90, "early")),
        (0, 17 * 60 + 30, 60, (30, "late")),
        (0, 23 * 60, 60, (360, "late")),
        (0, 1 * 60, 60, (420, "early")),
        (0, 23 * 60 + 30, 120, (450, "late")),
        (5, 10 * 60, 60, (240, "weekend")),
    ],
)
def test_how_far_a_meeting_lies_outside_working_hours(weekday, begins, minutes, expected):
    assert outside(weekday, begins, minutes) == expected


def test_clock_change_is_judged_at_the_meetings_after_it():
    """17:00 in Berlin is 16:00 in Accra until clocks go forward, then 15:00."""
    ama = Asked(1, "Africa/Accra", hours=hours(range(7), (16, 24)))
    slot = Slot(datetime(2026, 3, 2, 17))

    said = meaning(ama, weekly().moments([slot]), 60)

    assert (said.status, said.locals) == (CANNOT, ("16:00", "15:00"))
    assert (len(said.missed), said.of, said.missed[0]) == (22, 26, "2026-03-30")


def test_one_day_at_the_dentist_is_no_reason_to_look_elsewhere():
    noon = datetime(2026, 3, 9, 12, tzinfo=UTC)
    lena = Asked(1, "UTC", hours=WORK, busy=((noon, noon + timedelta(hours=1)),))
    slot = Slot(datetime(2026, 3, 2, 12))

    said = meaning(lena, weekly(zone=ZoneInfo("UTC")).moments([slot]), 60)

    assert (said.status, said.missed) == (IF_NEED_BE, ("2026-03-09",))


def test_best_time_is_when_everyone_can_within_working_hours():
    people = [Asked(key, zone, hours=WORK) for key, zone in enumerate(ZONES[:2])]

    found = proposals(weekly(), people)

    assert 3 <= len(found) <= 5
    assert [each.count(CANNOT) for each in found] == [0] * len(found)
    assert found[0].slots[0].starts == datetime(2026, 3, 2, 12)
    assert [each.people[1].out for each in found] == [""] * len(found)


def test_candidates_are_not_quarter_hours_beside_each_other():
    only_tuesday = Asked(1, "Europe/Berlin", hours=hours([1], (8, 20)))

    found = proposals(weekly(), [only_tuesday])

    starts = sorted(each.slots[0].starts for each in found)
    gaps = [later - earlier for earlier, later in pairwise(starts)]
    assert len(found) == 4
    assert min(gaps) >= timedelta(hours=3)


def test_who_bore_odd_hours_before_bears_less_now():
    london, auckland = (
        Asked(1, "Europe/London", borne=0.0),
        Asked(2, "Pacific/Auckland", borne=0.0),
    )
    tired = Asked(2, "Pacific/Auckland", borne=3000.0)
    question = weekly(zone=ZoneInfo("Europe/London"))

    before = proposals(question, [london, auckland])[0].people
    after = proposals(question, [london, tired])[0].people

    assert after[2].burden < before[2].burden
    assert after[1].burden > before[1].burden


def test_far_apart_circle_is_offered_two_times_that_take_turns():
    people = [
        Asked(1, "Europe/London", hours=WORK),
        Asked(2, "Pacific/Auckland", hours=WORK),
    ]
    question = weekly("monthly", zone=ZoneInfo("Europe/London"))

    turns = [each for each in proposals(question, people) if len(each.slots) == 2]

    assert len(turns) == 1
    first, second = turns[0].slots
    assert first.starts.weekday() == second.starts.weekday()
    assert second.starts.date() > first.starts.date()
    assert turns[0].count(CANNOT) == 0


def test_slots_that_take_turns_never_meet_in_one_week():
    one, other = taking_turns(
        Slot(datetime(2026, 3, 3, 8)), Slot(datetime(2026, 3, 3, 20)), "fortnightly"
    )
    question = weekly("fortnightly")

    days = [moment.date() for moment in question.moments([one, other])]

    gaps = {later - earlier for earlier, later in pairwise(days)}
    assert gaps == {timedelta(weeks=2)}
    assert one.rule("fortnightly", step=2) == "FREQ=WEEKLY;INTERVAL=4;BYDAY=TU"


@pytest.mark.parametrize(
    ("rhythm", "starts", "rule"),
    [
        ("weekly", datetime(2026, 3, 3, 9), "FREQ=WEEKLY;BYDAY=TU"),
        ("fortnightly", datetime(2026, 3, 3, 9), "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU"),
        ("monthly", datetime(2026, 3, 10, 9), "FREQ=MONTHLY;BYDAY=2TU"),
        ("monthly", datetime(2026, 3, 31, 9), "FREQ=MONTHLY;BYDAY=-1TU"),
    ],
)
def test_rule_of_a_slot(rhythm, starts, rule):
    assert Slot(starts).rule(rhythm) == rule


def test_last_weekday_of_the_month_is_kept():
    days = Slot(datetime(2026, 3, 31, 9)).days("monthly")

    assert [next(days).isoformat() for _ in range(3)] == ["2026-03-31", "2026-04-28", "2026-05-26"]


def test_past_slot_begins_with_its_next_turn():
    slot = Slot(datetime(2026, 3, 3, 9))

    moved = slot.not_before("weekly", datetime(2026, 3, 3, 10), step=2)

    assert moved == Slot(datetime(2026, 3, 17, 9))


def test_nobody_asked_and_nothing_possible_give_nothing():
    no_hour = datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)

    assert proposals(weekly(), []) == []
    assert proposals(weekly(), [Asked(1, "UTC", busy=(no_hour,))]) == []


NAMES = {1: "Ama", 2: "Kenji", 3: "Lena"}


@pytest.mark.parametrize(
    ("given_hours", "cannot", "said"),
    [
        ((WORK, WORK, WORK), 0, ""),
        ((WORK, hours([0], (9, 10)), WORK), 1, "Kenji gave no 90 minutes in one piece"),
        ((hours([0], (9, 11)), hours([1], (9, 11)), WORK), 1, "Ama and Kenji share no 90 minutes"),
        ((WORK, WORK, WORK), 1, "two of three who answered is the most"),
    ],
)
def test_why_no_time_suits_everyone(given_hours, cannot, said):
    people = [Asked(key, "UTC", hours=each) for key, each in enumerate(given_hours, start=1)]

    told = why_not_all(weekly(minutes=90), people, NAMES, cannot)

    assert said in told
    assert bool(told) == bool(said)
