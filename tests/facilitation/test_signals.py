from datetime import UTC, datetime, timedelta

import pytest

from facilitation.signals import Figures, Held, headline, signals_of

NOW = datetime(2026, 5, 12, 10, 0, tzinfo=UTC)


def held(pk=1, *, hours_ago=72, came=4, expected=5, has_recap=True, day="9 May"):
    ended_at = NOW - timedelta(hours=hours_ago)
    return Held(pk, day, ended_at, came=came, expected=expected, has_recap=has_recap)


def figures(**known):
    return Figures(**{"circle": 7, "meets": True, "has_next_meeting": True} | known)


def reasons(**known):
    return [signal.reason for signal in signals_of(figures(**known), now=NOW)]


def only_signal(**known):
    (signal,) = signals_of(figures(**known), now=NOW)
    return signal


def test_circle_that_goes_well_has_no_signal():
    well = figures(last=[held(), held(2), held(3)], commitments=3, carried=1, goals=5)

    assert signals_of(well, now=NOW) == []


def test_circle_without_any_figure_has_no_signal():
    assert reasons() == []


@pytest.mark.parametrize(
    ("came", "said"),
    [
        ([7, 7, 7], []),
        ([7, 7, 6], ["67\u00a0% came to the last three meetings"]),
        ([10, 10, 1], []),
        ([6], ["60\u00a0% came to the last meeting"]),
        ([0], ["0\u00a0% came to the last meeting"]),
    ],
)
def test_thin_attendance_is_under_seventy_percent_of_all_seats(came, said):
    assert reasons(last=[held(came=number, expected=10) for number in came]) == said


def test_meetings_that_nobody_noted_do_not_count_as_empty():
    last = [held(came=0, expected=0, hours_ago=2), held(2, came=3, expected=5)]

    assert figures(last=last).attendance == 0.6
    assert reasons(last=last) == ["60\u00a0% came to the last meeting"]


def test_attendance_of_a_circle_that_never_met_is_unknown():
    assert figures().attendance is None
    assert held(came=0, expected=0).share is None
    assert held(came=2, expected=4).share == 0.5


def test_circle_without_a_next_meeting_is_led_to_scheduling():
    signal = only_signal(has_next_meeting=False)

    assert signal.reason == "No next meeting is planned"
    assert (signal.to, signal.pk) == ("meetings:meeting_new", 7)


def test_circle_that_is_not_meeting_needs_no_next_meeting():
    assert reasons(has_next_meeting=False, meets=False) == []


@pytest.mark.parametrize(("hours_ago", "count"), [(24, 0), (24.1, 1)])
def test_recap_is_overdue_after_a_day(hours_ago, count):
    assert len(reasons(last=[held(has_recap=False, hours_ago=hours_ago)])) == count


def test_overdue_recap_leads_to_the_latest_one():
    signal = only_signal(last=[held(3, has_recap=False), held(2), held(1, has_recap=False)])

    assert signal.reason == "The recap of 9 May is not shared yet, and one before it"
    assert (signal.to, signal.pk) == ("meetings:recap", 3)


@pytest.mark.parametrize(
    ("names", "said"),
    [
        (["Ama"], "Ama could not be there twice in a row"),
        (["Ama", "Joon"], "Ama and Joon could not be there twice in a row"),
        (["Ama", "Joon", "Lena"], "Ama, Joon and Lena could not be there twice in a row"),
        (["Ama", "Joon", "Lena", "Ruth"], "Four members could not be there twice in a row"),
    ],
)
def test_members_who_missed_two_meetings_are_named_without_blame(names, said):
    assert reasons(missed_two=names) == [said]


@pytest.mark.parametrize(
    ("known", "said"),
    [
        ({"carried": 3}, []),
        ({"carried_twice": 1}, ["One commitment was carried twice"]),
        ({"carried_twice": 2}, ["Two commitments were carried twice"]),
        (
            {"carried_twice": 2, "carried_three_times": 1},
            ["One commitment was carried three times or more"],
        ),
    ],
)
def test_commitments_carried_twice_ask_for_a_look(known, said):
    assert reasons(**known) == said


def test_commitment_carried_three_times_becomes_a_hot_seat_topic():
    assert only_signal(carried_three_times=1).answer == "Take it up on a hot seat"


@pytest.mark.parametrize(
    ("goals", "stale", "said"),
    [
        (0, 0, []),
        (5, 2, []),
        (4, 2, ["Two of four shared goals have not moved for three weeks"]),
        (2, 1, ["One of two shared goals has not moved for three weeks"]),
        (2, 2, ["No shared goal has moved for 22 days"]),
    ],
)
def test_goals_are_a_signal_when_half_of_them_stand_still(goals, stale, said):
    assert reasons(goals=goals, stale_goals=stale, days_without_movement=22) == said


@pytest.mark.parametrize(
    ("hours_ago", "said"), [(23, []), (25, ["Who was there on 9 May is not noted"])]
)
def test_attendance_is_asked_for_after_a_day(hours_ago, said):
    last = [held(came=0, expected=0, hours_ago=hours_ago)]

    assert reasons(last=last) == said


def test_attendance_asked_for_leads_to_the_latest_meeting_without_it():
    signal = only_signal(last=[held(3), held(2, came=0, expected=0), held(1, came=0, expected=0)])

    assert (signal.to, signal.pk) == ("meetings:attendance", 2)


def test_heaviest_reason_comes_first():
    said = reasons(
        last=[held(came=1, has_recap=False), held(2, came=0, expected=0)],
        has_next_meeting=False,
        missed_two=["Ama"],
        carried_twice=1,
        goals=1,
        stale_goals=1,
        days_without_movement=30,
    )

    assert said == [
        "20\u00a0% came to the last meeting",
        "No next meeting is planned",
        "The recap of 9 May is not shared yet",
        "Ama could not be there twice in a row",
        "No shared goal has moved for 30 days",
        "One commitment was carried twice",
        "Who was there on 9 May is not noted",
    ]


def test_very_thin_attendance_weighs_more():
    half = only_signal(last=[held(came=5, expected=10)])
    less = only_signal(last=[held(came=4, expected=10)])

    assert less.weight > half.weight


@pytest.mark.parametrize(
    ("needing", "total", "said"),
    [
        (0, 1, "Your circle is going well"),
        (1, 1, "Your circle needs you"),
        (0, 8, "Your eight circles are going well"),
        (1, 8, "One of your eight circles needs you"),
        (3, 8, "Three of your eight circles need you"),
        (8, 8, "All eight of your circles need you"),
        (14, 60, "14 of your 60 circles need you"),
        (0, 0, "You hold no open circle"),
    ],
)
def test_headline(needing, total, said):
    assert headline(needing, total) == said
