"""Changing series: whatever the scope, nothing that people wrote is lost."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
import time_machine
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from notifications.models import Reminder
from sessions_app.actions import cancel_meeting, change_meeting
from sessions_app.actions.meetings import CannotSchedule
from sessions_app.actions.series import end_series, plan_series
from sessions_app.actions.series_changes import change_series, what_would_change
from sessions_app.models import Attendance, Decision, Meeting, RoleTurn, Series
from sessions_app.recurrence.chains import chain_of
from tests.factories import (
    AttendanceFactory,
    CircleFactory,
    DecisionFactory,
    MeetingFactory,
    MembershipFactory,
    RoleTurnFactory,
)

NOW = datetime(2026, 9, 28, 10, 0, tzinfo=UTC)  # A Monday.
THURSDAY = datetime(2026, 10, 1, 15, 0)
WEEKLY = "FREQ=WEEKLY;BYDAY=TH"


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


def a_circle():
    circle = CircleFactory(time_zone="Europe/Berlin", stage="active")
    MembershipFactory(circle=circle, role="host")
    return circle


def planned(circle, *rules, **fields):
    by = circle.memberships.first().person
    asked = {"starts": THURSDAY, "minutes": 60} | fields
    return plan_series(circle, by=by, rules=list(rules or (f"{WEEKLY};COUNT=6",)), **asked)


@pytest.fixture
def circle(db):
    return a_circle()


@pytest.fixture
def by(circle):
    return circle.memberships.first().person


def rows(circle):
    return list(Meeting.objects.filter(circle=circle).order_by("pk"))


def days(circle):
    meetings = Meeting.objects.filter(circle=circle).standing().order_by("starts_at")
    return [(one.held_on.month, one.held_on.day) for one in meetings]


def test_this_meeting_alone_is_set_by_hand(circle, by):
    planned(circle)
    second = rows(circle)[1]

    changed = change_series(
        second, scope="this", by=by, starts=datetime(2026, 10, 9, 9), minutes=60, title="Own"
    )

    second.refresh_from_db()
    assert changed.outcome.moved == 1
    assert (second.set_by_hand, second.nominal_on) == (True, date(2026, 10, 8))
    assert (second.held_on, second.title) == (date(2026, 10, 9), "Own")


def test_this_and_the_following_end_one_link_and_begin_another(circle, by):
    series = planned(circle)
    keys = [row.pk for row in rows(circle)]
    kept = AttendanceFactory(meeting=rows(circle)[1], rsvp="going")
    moved = AttendanceFactory(meeting=rows(circle)[2], rsvp="going", update="I kept it")

    changed = change_series(
        rows(circle)[2], scope="following", by=by, starts=datetime(2026, 10, 16, 16), minutes=90
    )

    head, tail = chain_of(series)
    assert (head.pk, head.rule) == (series.pk, f"{WEEKLY};UNTIL=20261014T215959Z")
    assert (tail.rule, tail.starts_on) == ("FREQ=WEEKLY;BYDAY=FR;COUNT=4", date(2026, 10, 16))
    assert [row.pk for row in rows(circle)] == keys
    assert [row.series_id for row in rows(circle)] == [head.pk] * 2 + [tail.pk] * 4
    assert days(circle) == [(10, 1), (10, 8), (10, 16), (10, 23), (10, 30), (11, 6)]
    assert {row.local_starts.time() for row in rows(circle)[2:]} == {time(16)}
    assert (changed.outcome.moved, changed.outcome.asked_again) == (4, 1)
    kept.refresh_from_db()
    moved.refresh_from_db()
    assert (kept.rsvp, moved.rsvp, moved.update) == ("going", "", "I kept it")
    owed = Reminder.objects.filter(kind="meeting_48h", state="planned").values_list(
        "due_at", flat=True
    )
    assert set(owed) == {row.starts_at - timedelta(hours=48) for row in rows(circle)}


def test_all_before_the_first_meeting_edits_in_place(circle, by):
    series = planned(circle, f"{WEEKLY};COUNT=3", "FREQ=MONTHLY;BYDAY=1TH;COUNT=2")
    keys = [row.pk for row in rows(circle)]

    change_series(
        rows(circle)[1],
        scope="all",
        by=by,
        starts=datetime(2026, 10, 8, 17),
        minutes=60,
        title="Peers",
        place="Room 2",
    )

    chain = chain_of(series)
    assert [(link.at, link.sequence, link.place) for link in chain] == [(time(17), 1, "Room 2")] * 2
    assert [row.pk for row in rows(circle)] == keys
    assert {(row.local_starts.time(), row.title) for row in rows(circle)} == {(time(17), "Peers")}
    assert days(circle) == [(10, 1), (10, 8), (10, 15), (11, 5), (12, 3)]


def test_all_leaves_what_took_place(circle, by):
    series = planned(circle)
    with time_machine.travel(datetime(2026, 10, 9, 10, tzinfo=UTC), tick=False):
        change_series(
            rows(circle)[4], scope="all", by=by, starts=datetime(2026, 10, 30, 15), minutes=60
        )

    head, tail = chain_of(series)
    assert days(circle) == [(10, 1), (10, 8), (10, 16), (10, 23), (10, 30), (11, 6)]
    assert [row.series_id for row in rows(circle)] == [head.pk] * 2 + [tail.pk] * 4
    assert tail.rule == "FREQ=WEEKLY;BYDAY=FR;COUNT=4"


def test_words_alone_ask_nobody_again(circle, by):
    series = planned(circle, title="Peers")
    own = change_meeting(rows(circle)[3], starts=THURSDAY + timedelta(21), minutes=60, title="Kick")
    answer = AttendanceFactory(meeting=rows(circle)[2], rsvp="going")

    changed = change_series(
        rows(circle)[3],
        scope="all",
        by=by,
        starts=THURSDAY + timedelta(21),
        minutes=60,
        title="Kick",
        place="Room 2",
    )

    answer.refresh_from_db()
    assert (answer.rsvp, changed.outcome.moved) == ("going", 0)
    # What one meeting is about stays its own.
    assert [row.title for row in rows(circle)] == ["Peers"] * 3 + ["Kick"] + ["Peers"] * 2
    assert {row.place for row in rows(circle)} == {"Room 2"}
    assert (own.set_by_hand, chain_of(series)[0].title) == (False, "Peers")


def test_fewer_meetings_remove_the_empty_and_call_off_the_others(circle, by):
    series = planned(circle)
    DecisionFactory(meeting=rows(circle)[1])
    cancelled = cancel_meeting(rows(circle)[3])

    changed = change_series(
        series,
        scope="all",
        by=by,
        rules=["FREQ=WEEKLY;INTERVAL=2;BYDAY=TH;COUNT=3"],
        starts=THURSDAY,
        minutes=60,
    )

    outcome = changed.outcome
    assert (outcome.removed, outcome.cancelled, outcome.moved, outcome.added) == (1, 1, 0, 0)
    assert days(circle) == [(10, 1), (10, 15), (10, 29)]
    assert Decision.objects.get().meeting.state == "cancelled"
    # Cancelled by hand, and nothing written: it has no place any more.
    assert not Meeting.objects.filter(pk=cancelled.pk).exists()
    assert not Reminder.objects.filter(
        kind="meeting_48h", state="planned", subject__in=[f"meeting:{cancelled.pk}"]
    ).exists()


def test_by_hand_live_and_cancelled_stay_as_they_are(circle, by):
    series = planned(circle)
    by_hand = change_meeting(rows(circle)[1], starts=datetime(2026, 10, 9, 9), minutes=60)
    cancelled = cancel_meeting(rows(circle)[2])

    changed = change_series(
        series, scope="all", by=by, starts=THURSDAY + timedelta(hours=2), minutes=60
    )

    after = rows(circle)
    assert (changed.outcome.by_hand, changed.outcome.moved) == (1, 4)
    assert after[1].starts_at == by_hand.starts_at
    assert (after[2].pk, after[2].state) == (cancelled.pk, "cancelled")
    assert {row.series_id for row in after} == {series.pk}
    Meeting.objects.filter(pk=after[3].pk).update(state="live")
    with pytest.raises(CannotSchedule, match="This meeting has begun or is over"):
        change_series(after[3], scope="following", by=by, starts=THURSDAY, minutes=60)
    change_series(series, scope="all", by=by, starts=THURSDAY, minutes=60)
    assert rows(circle)[3].starts_at == after[3].starts_at
    assert rows(circle)[4].local_starts.time() == time(15)


def test_by_hand_without_a_place_becomes_a_meeting_of_its_own(circle, by):
    series = planned(circle)
    by_hand = change_meeting(rows(circle)[1], starts=datetime(2026, 10, 9, 9), minutes=60)

    rules = ["FREQ=WEEKLY;INTERVAL=2;BYDAY=TH;COUNT=3"]
    change_series(series, scope="all", by=by, rules=rules, starts=THURSDAY, minutes=60)

    by_hand.refresh_from_db()
    assert (by_hand.series, by_hand.nominal_on, by_hand.state) == (None, None, "planned")
    with pytest.raises(CannotSchedule, match="belongs to no series"):
        change_series(by_hand, scope="all", by=by, starts=THURSDAY, minutes=60)
    with pytest.raises(CannotSchedule, match="belongs to no series"):
        change_series(by_hand, scope="this", by=by, starts=THURSDAY, minutes=60)


def test_overlap_is_left_out_but_not_of_the_meeting_in_hand(circle, by):
    series = planned(circle)
    MeetingFactory(circle=circle, starts_at=datetime(2026, 10, 8, 15, 0, tzinfo=UTC))

    asked = {"scope": "all", "by": by, "minutes": 60}
    changed = change_series(series, starts=datetime(2026, 10, 1, 17), **asked)
    second = Meeting.objects.get(series=series, nominal_on=date(2026, 10, 15))

    assert [one.held_on.day for one in changed.outcome.left_out] == [8]
    assert (changed.outcome.removed, series.meetings.count()) == (1, 5)
    MeetingFactory(circle=circle, starts_at=datetime(2026, 10, 15, 17, 0, tzinfo=UTC))
    with pytest.raises(CannotSchedule, match="The circle already meets then"):
        change_series(second, starts=datetime(2026, 10, 15, 19), **asked)


def test_link_that_is_left_over_ends_alone(circle, by):
    series = planned(circle, f"{WEEKLY};COUNT=3", "FREQ=MONTHLY;BYDAY=1TH")

    change_series(series, scope="all", by=by, rules=[WEEKLY], starts=THURSDAY, minutes=60)
    again = change_series(series, scope="all", by=by, starts=THURSDAY, minutes=45)

    first, second = chain_of(series)
    assert (first.rule, first.ended_at, second.meetings.count()) == (WEEKLY, None, 0)
    assert second.ended_at == NOW
    assert again.series == first
    assert {row.minutes for row in rows(circle)} == {45}
    third = change_series(
        series,
        scope="all",
        by=by,
        rules=[f"{WEEKLY};COUNT=2", "FREQ=MONTHLY;BYDAY=1TH;COUNT=1"],
        starts=THURSDAY,
        minutes=45,
    )
    assert [link.follows for link in chain_of(series)] == [None, first, second]
    assert (third.series, days(circle)) == (first, [(10, 1), (10, 8), (11, 5)])


@pytest.mark.parametrize(
    ("starts", "words"),
    [
        (datetime(2026, 9, 24, 15), "That day has passed"),
        (datetime(2026, 9, 28, 11), "That time has passed"),
    ],
)
def test_series_is_not_moved_into_the_past(circle, by, starts, words):
    planned(circle)

    with pytest.raises(CannotSchedule, match=words):
        change_series(rows(circle)[0], scope="following", by=by, starts=starts, minutes=60)


def test_series_that_is_over_is_not_changed(circle, by):
    series = planned(circle)
    asked = {"scope": "all", "by": by, "starts": THURSDAY + timedelta(200), "minutes": 60}

    with (
        time_machine.travel(NOW + timedelta(100), tick=False),
        pytest.raises(CannotSchedule, match="has no meeting to come"),
    ):
        change_series(series, **asked)
    end_series(series)
    with pytest.raises(CannotSchedule, match="This series has ended"):
        change_series(series, **asked)


def test_what_would_change_changes_nothing(circle, by):
    series = planned(circle)
    AttendanceFactory(meeting=rows(circle)[0], rsvp="going")
    before = [(row.starts_at, row.sequence) for row in rows(circle)]

    would = what_would_change(
        series,
        scope="all",
        by=by,
        starts=THURSDAY + timedelta(1),
        minutes=60,
        rules=["FREQ=WEEKLY"],
    )

    assert (would.outcome.moved, would.outcome.asked_again, would.outcome.added) == (6, 1, 20)
    assert [(row.starts_at, row.sequence) for row in rows(circle)] == before
    assert Attendance.objects.get().rsvp == "going"
    assert Series.objects.get().rule == f"{WEEKLY};COUNT=6"


CHANGES = st.tuples(
    st.sampled_from(["this", "following", "all"]),
    st.integers(0, 9),  # which meeting
    st.integers(-3, 9),  # days
    st.integers(8, 20),  # hour
    st.sampled_from([None, "FREQ=WEEKLY", "FREQ=WEEKLY;INTERVAL=2", "FREQ=MONTHLY", "end"]),
)


class NothingIsLost(TestCase):
    """Whatever is changed in whichever order, people's rows stay with their meetings."""

    @given(changes=st.lists(CHANGES, min_size=1, max_size=3), skips=st.integers(0, 20))
    @settings(max_examples=6)
    def test_changes_never_lose_what_people_wrote(self, changes, skips):
        with time_machine.travel(NOW + timedelta(days=skips), tick=False):
            self.change(changes)

    def change(self, changes):
        circle = a_circle()
        by = circle.memberships.first().person
        with time_machine.travel(NOW, tick=False):
            planned(circle, f"{WEEKLY};COUNT=6", "FREQ=MONTHLY;BYDAY=1TH;COUNT=3")
        meetings = rows(circle)
        AttendanceFactory(meeting=meetings[0], attended=True)
        written = [
            AttendanceFactory(meeting=meetings[2], rsvp="going", person=by, update="Soon"),
            DecisionFactory(meeting=meetings[4]),
            RoleTurnFactory(meeting=meetings[7], person=by),
        ]
        past = [(one.pk, one.starts_at) for one in meetings if one.has_started]
        for scope, number, by_days, hour, rule in changes:
            self.try_one(circle, by, scope, number, by_days, hour, rule)
        assert [Meeting.objects.get(pk=pk).starts_at for pk, _ in past] == [at for _, at in past]
        assert Attendance.objects.count() == 2
        assert Decision.objects.get().meeting_id == written[1].meeting_id
        assert RoleTurn.objects.get().meeting_id == written[2].meeting_id
        assert Attendance.objects.get(pk=written[0].pk).update == "Soon"

    def try_one(self, circle, by, scope, number, by_days, hour, rule):
        coming = list(Meeting.objects.filter(circle=circle, series__isnull=False).upcoming())
        if not coming:
            return
        one = coming[number % len(coming)]
        starts = datetime.combine(one.held_on + timedelta(days=by_days), time(hour))
        try:
            if rule is None:
                change_series(one, scope=scope, by=by, starts=starts, minutes=60)
            elif rule == "end":
                end_series(one.series)
            else:
                change_series(
                    one.series, scope="all", by=by, starts=starts, minutes=60, rules=[rule]
                )
        except CannotSchedule:
            pass
