import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, time, timedelta

import pytest
import time_machine
from django.db import connection

from circles.actions.pauses import pause_circle, resume_circle
from notifications.models import Reminder
from sessions_app.actions import cancel_meeting, change_meeting, restore_meeting, schedule_meeting
from sessions_app.actions.defaults import set_defaults
from sessions_app.actions.filling import left_out
from sessions_app.actions.meetings import CannotCancel, CannotSchedule
from sessions_app.actions.series import (
    end_series,
    extend_series,
    plan_series,
    resume_series,
)
from sessions_app.actions.standing import circles_to_settle, settle_meetings
from sessions_app.models import Meeting, Series
from sessions_app.recurrence.chains import chain_of
from sessions_app.tasks.series import extend_horizons, settle_circle, settle_with_circles
from tests.factories import (
    AttendanceFactory,
    CircleFactory,
    MeetingFactory,
    MembershipFactory,
    SeriesFactory,
)

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 9, 28, 10, 0, tzinfo=UTC)  # A Monday.
THURSDAY = datetime(2026, 10, 1, 15, 0)
WEEKLY = "FREQ=WEEKLY;BYDAY=TH"


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def circle():
    circle = CircleFactory(time_zone="Europe/Berlin", stage="active")
    MembershipFactory(circle=circle, role="host")
    MembershipFactory(circle=circle)
    return circle


def planned(circle, *rules, starts=THURSDAY, minutes=60, **fields):
    by = circle.memberships.first().person
    rules = rules or (WEEKLY,)
    return plan_series(circle, by=by, rules=list(rules), starts=starts, minutes=minutes, **fields)


def coming(circle):
    return list(Meeting.objects.filter(circle=circle).standing().order_by("starts_at"))


def test_planned_series_has_meetings_for_half_a_year_at_one_wall_clock_time(circle):
    set_defaults(
        circle, by=circle.memberships.first().person, place="Room 1", video_url="", quorum=None
    )

    series = planned(circle, title="Peers")

    meetings = coming(circle)
    assert len(meetings) == 26
    assert {meeting.local_starts.time() for meeting in meetings} == {time(15)}
    assert {meeting.starts_at.hour for meeting in meetings} == {13, 14}
    assert [meeting.nominal_on for meeting in meetings] == [meeting.held_on for meeting in meetings]
    assert {(one.title, one.place, one.sequence) for one in meetings} == {("Peers", "Room 1", 0)}
    assert series.planned_until == date(2026, 10, 1) + timedelta(days=180)
    owed = Reminder.objects.filter(kind="meeting_48h", state=Reminder.State.PLANNED)
    assert owed.count() == 52
    assert owed.filter(subject=f"meeting:{meetings[3].pk}").first().due_at == meetings[
        3
    ].starts_at - timedelta(hours=48)


def test_planning_fifty_meetings_takes_few_queries(circle, django_assert_max_num_queries):
    MembershipFactory.create_batch(6, circle=circle)

    # Five of them tell calendars; sixteen plan what the meetings owe.
    with django_assert_max_num_queries(33):
        planned(circle, "FREQ=WEEKLY;BYDAY=TU,TH;COUNT=50")

    assert len(coming(circle)) == 50
    assert Series.objects.get().planned_until == date.max


def test_weekly_then_monthly_is_a_chain(circle):
    first = planned(circle, f"{WEEKLY};COUNT=6", "FREQ=MONTHLY;BYDAY=1TH;COUNT=2")

    chain = chain_of(first)
    assert [link.follows for link in chain] == [None, first]
    assert [meeting.held_on for meeting in coming(circle)] == [
        *(date(2026, 10, 1) + timedelta(weeks=week) for week in range(6)),
        date(2026, 12, 3),
        date(2027, 1, 7),
    ]
    assert chain_of(chain[1]) == chain


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"rules": ["FREQ=MONTHLY;BYMONTHDAY=31;BYMONTH=2"]}, "No day fits this rhythm"),
        ({"starts": datetime(2026, 9, 24, 15)}, "That day has passed."),
        ({"rules": ["FREQ=WEEKLY"], "starts": datetime(2026, 9, 28, 11)}, "That time has passed"),
        ({"starts": datetime(2030, 1, 1, 15)}, "That is more than two years away."),
        ({"minutes": 5}, "A meeting takes from 10 minutes to 8 hours."),
        ({"holidays_of": "DE-XX"}, "The holidays of “DE-XX” are not known here."),
    ],
)
def test_series_that_cannot_be_is_refused(circle, asked, words):
    usual = {"rules": [WEEKLY], "starts": THURSDAY, "minutes": 60}

    with pytest.raises(CannotSchedule, match=words):
        plan_series(circle, by=circle.memberships.first().person, **usual | asked)

    assert not Series.objects.exists()


def test_paused_circle_plans_no_series(circle):
    circle.stage = "paused"
    circle.save()

    with pytest.raises(CannotSchedule, match="This circle pauses"):
        planned(circle)


def test_overlapping_meetings_are_left_out_and_named(circle):
    MeetingFactory(circle=circle, starts_at=datetime(2026, 10, 8, 13, 30, tzinfo=UTC))
    MeetingFactory(circle=circle, starts_at=datetime(2026, 10, 15, 14, 0, tzinfo=UTC))

    series = planned(circle, f"{WEEKLY};COUNT=3")

    assert [one.held_on for one in series.meetings.all()] == [date(2026, 10, 1), date(2026, 10, 15)]
    missing = left_out([series], until=date(2026, 12, 1))
    assert [one.held_on for one in missing] == [date(2026, 10, 8)]
    with pytest.raises(CannotSchedule, match="None of these meetings can be planned"):
        planned(circle, f"{WEEKLY};COUNT=3")
    assert Series.objects.count() == 1


def test_horizon_moves_on_with_the_days(circle, monkeypatch):
    series = planned(circle)
    done = planned(circle, "FREQ=WEEKLY;COUNT=2", starts=datetime(2026, 10, 2, 15))

    with time_machine.travel(NOW + timedelta(days=30), tick=False):
        extend_horizons()
        extend_horizons()
        assert extend_series(series.pk) == 0

    last = coming(circle)[-1]
    assert (last.held_on, series.meetings.count()) == (date(2027, 4, 22), 30)
    assert done.meetings.count() == 2


def test_changed_defaults_move_nothing(circle):
    planned(circle)
    before = [(one.pk, one.starts_at, one.place) for one in coming(circle)]

    circle.time_zone, circle.meets_weekday, circle.meets_at = "Asia/Tokyo", 0, time(8)
    circle.save()
    set_defaults(
        circle, by=circle.memberships.first().person, place="Elsewhere", video_url="", quorum=3
    )
    with time_machine.travel(NOW + timedelta(days=30), tick=False):
        extend_horizons()

    after = [(one.pk, one.starts_at, one.place) for one in coming(circle)]
    assert after[: len(before)] == before
    # The series goes on in its own zone, too.
    assert coming(circle)[-1].local_starts.time() == time(15)
    assert coming(circle)[-1].time_zone == "Europe/Berlin"


def test_vanished_zone_moves_nothing_that_is_planned(circle):
    series = planned(circle)
    before = {one.pk: one.starts_at for one in coming(circle)}
    Series.objects.update(time_zone="Mars/Olympus")
    Meeting.objects.update(time_zone="Mars/Olympus")

    with time_machine.travel(NOW + timedelta(days=30), tick=False):
        extend_series(series.pk)

    after = {one.pk: one.starts_at for one in coming(circle)}
    assert {key: after[key] for key in before} == before
    assert len(after) > len(before)
    assert coming(circle)[-1].starts_at.time() == time(15)


def test_ended_series_can_be_taken_back_with_its_answers(circle):
    series = planned(circle)
    meetings = coming(circle)
    cancel_meeting(meetings[1])
    answer = AttendanceFactory(meeting=meetings[2], rsvp="going")

    with time_machine.travel(NOW + timedelta(days=5), tick=False):
        assert end_series(series) == 24
        assert end_series(series) == 0
        # One of its times is taken meanwhile.
        MeetingFactory(circle=circle, starts_at=meetings[4].starts_at)
        took_place = Meeting.objects.get(pk=meetings[0].pk)
        assert (took_place.state, took_place.sequence) == ("planned", 0)
        assert Reminder.objects.filter(kind="meeting_48h", state="planned").count() == 2
        back = resume_series(series)
        again = resume_series(series)

    assert (back.restored, back.stay_cancelled) == (23, 1)
    assert (again.restored, again.stay_cancelled) == (0, 0)
    answer.refresh_from_db()
    assert answer.rsvp == "going"
    states = (
        Meeting.objects.filter(series=series).order_by("starts_at").values_list("state", flat=True)
    )
    assert list(states[:6]) == [
        "planned",
        "cancelled",
        "planned",
        "planned",
        "cancelled",
        "planned",
    ]
    series.refresh_from_db()
    assert (series.ended_at, series.sequence) == (None, 2)


def test_end_is_final_when_all_meetings_are_past(circle):
    series = planned(circle)
    end_series(series)

    with (
        time_machine.travel(NOW + timedelta(days=200), tick=False),
        pytest.raises(CannotSchedule, match="All of its meetings are past"),
    ):
        resume_series(series)


def test_pause_calls_meetings_off_and_the_series_goes_on_from_today(circle):
    by = circle.memberships.first().person
    series = planned(circle)
    by_hand = cancel_meeting(coming(circle)[5])
    answer = AttendanceFactory(meeting=coming(circle)[6], rsvp="going")
    pause_circle(circle, by=by)

    assert circles_to_settle() == [circle.pk]
    settle_with_circles()
    assert coming(circle) == []
    assert settle_meetings(circle.pk) == (0, 0)
    with time_machine.travel(NOW + timedelta(days=30), tick=False):
        extend_horizons()
        assert (extend_series(series.pk), coming(circle)) == (0, [])
        resume_circle(circle, by=by)
        settle_with_circles()
        extend_horizons()
        assert settle_meetings(circle.pk) == (0, 0)
        assert circles_to_settle() == []

    days = [one.held_on for one in coming(circle)]
    assert (days[0], days[-1]) == (date(2026, 10, 29), date(2027, 4, 22))
    assert by_hand.held_on not in days
    answer.refresh_from_db()
    assert answer.rsvp == "going"


def test_pause_with_an_end_leaves_what_comes_after_it(circle):
    by = circle.memberships.first().person
    planned(circle)
    MeetingFactory(circle=circle, starts_at=NOW + timedelta(days=1))
    pause_circle(circle, by=by, back_by=date(2026, 10, 22))

    off, back = settle_meetings(circle.pk)

    assert (off, back, coming(circle)[0].held_on) == (4, 0, date(2026, 10, 22))


def test_closing_day_calls_off_what_comes_after_it(circle):
    series = planned(circle)
    circle.closes_on = date(2026, 10, 15)
    circle.save()

    settle_with_circles()
    assert [one.held_on.day for one in coming(circle)] == [1, 8]
    with pytest.raises(CannotSchedule, match="The circle closes on 15 October"):
        restore_meeting(series.meetings.get(nominal_on=circle.closes_on))
    with pytest.raises(CannotSchedule, match="The circle closes on 15 October"):
        planned(circle, starts=THURSDAY + timedelta(days=14, hours=3))
    assert planned(circle, starts=THURSDAY + timedelta(hours=3)).meetings.count() == 2
    Meeting.objects.exclude(series=series).delete()
    Series.objects.exclude(pk=series.pk).delete()
    with time_machine.travel(NOW + timedelta(days=10), tick=False):
        assert extend_series(series.pk) == 0
        circle.closes_on = None
        circle.save()
        settle_with_circles()
        assert coming(circle)[2].held_on == date(2026, 10, 15)
        circle.stage = "closed"
        circle.save()
        settle_with_circles()

    reasons = set(Meeting.objects.filter(state="cancelled").values_list("cancelled_for", flat=True))
    # The one of the 8th was still to come that day.
    assert [one.held_on.day for one in coming(circle)] == [1]
    assert reasons == {"closing"}


def test_tasks_let_go_of_rows_that_are_gone():
    settle_circle(0)
    extend_horizons()

    assert not Meeting.objects.exists()


def test_meeting_tells_calendars_whenever_it_changes(circle):
    by = circle.memberships.first().person
    meeting = schedule_meeting(circle, by=by, starts=THURSDAY, minutes=60)
    same = {"starts": THURSDAY, "minutes": 60}

    unchanged = change_meeting(meeting, **same).sequence
    place = change_meeting(meeting, **same, place="Room 2").sequence
    moved = change_meeting(meeting, starts=THURSDAY, minutes=90, place="Room 2")

    assert (unchanged, place, moved.sequence, moved.set_by_hand) == (0, 1, 2, False)
    assert cancel_meeting(meeting).sequence == 3


def test_live_meeting_keeps_its_time_and_may_change_its_place(circle):
    meeting = planned(circle).meetings.first()
    Meeting.objects.filter(pk=meeting.pk).update(state="live")

    with pytest.raises(CannotSchedule, match="This meeting has begun"):
        change_meeting(meeting, starts=THURSDAY + timedelta(hours=1), minutes=60)
    changed = change_meeting(meeting, starts=THURSDAY, minutes=60, place="Room 2", title="Now")

    assert (changed.place, changed.title, changed.state) == ("Room 2", "Now", "live")
    with pytest.raises(CannotCancel, match="This meeting is running"):
        cancel_meeting(meeting)


def test_series_to_plan_further_are_found_by_index():
    SeriesFactory()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        found = Series.objects.running().filter(planned_until__lt=date(2027, 1, 1))
        plan = found.order_by("planned_until").values_list("pk").explain()
        away = Meeting.objects.filter(cancelled_for__in=("pause", "closing"))
        comeback = away.order_by().values("circle").explain()

    assert "series_to_plan_further" in plan
    assert "meeting_that_may_come_back" in comeback


@pytest.mark.django_db(transaction=True)
def test_two_workers_extend_a_series_once():
    circle = CircleFactory(time_zone="Europe/Berlin", stage="active")
    MembershipFactory(circle=circle, role="host")
    series = planned(circle)
    barrier = threading.Barrier(2)

    def extend(_):
        barrier.wait()
        try:
            return extend_series(series.pk)
        finally:
            connection.close()

    with (
        time_machine.travel(NOW + timedelta(days=30), tick=False),
        ThreadPoolExecutor(2) as workers,
    ):
        made = list(workers.map(extend, range(2)))

    assert sorted(made) == [0, 4]
    assert series.meetings.count() == 30
