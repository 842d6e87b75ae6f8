from datetime import UTC, date, datetime, timedelta
from threading import Barrier, Thread

import pytest
import time_machine
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from circles.models import Circle
from notifications.models import Reminder
from sessions_app.actions import (
    CannotCancel,
    CannotSchedule,
    cancel_meeting,
    change_meeting,
    restore_meeting,
    schedule_meeting,
)
from sessions_app.actions.meetings import LONGEST, SHORTEST
from sessions_app.models import Attendance, Meeting
from tests.factories import (
    AttendanceFactory,
    CircleFactory,
    FacilitationFactory,
    MeetingFactory,
    MembershipFactory,
    PersonFactory,
)

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 20, 10, 0, tzinfo=UTC)
BERLIN = "Europe/Berlin"


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


def schedule(circle, starts, minutes=90, **fields):
    return schedule_meeting(
        circle,
        by=fields.pop("by", None) or PersonFactory(),
        starts=starts,
        minutes=minutes,
        **fields,
    )


def planned(circle, **ahead):
    starts_at = NOW + timedelta(**ahead)
    return MeetingFactory(circle=circle, starts_at=starts_at)


def test_meeting_is_stored_in_utc_with_the_circles_day_and_zone():
    held = FacilitationFactory(circle__time_zone="Australia/Sydney")

    meeting = schedule(
        held.circle,
        datetime(2026, 5, 14, 8, 30),
        by=held.person,
        title="Pay",
        place="Room 1",
        video_url="https://meet.example.test/1",
    )

    meeting.refresh_from_db()
    assert meeting.starts_at == datetime(2026, 5, 13, 22, 30, tzinfo=UTC)
    assert meeting.ends_at == datetime(2026, 5, 14, 0, 0, tzinfo=UTC)
    assert meeting.held_on == date(2026, 5, 14)
    assert meeting.time_zone == "Australia/Sydney"
    assert meeting.created_by == held.person
    assert (meeting.title, meeting.place) == ("Pay", "Room 1")
    assert meeting.video_url == "https://meet.example.test/1"


def test_scheduling_owes_every_member_a_reminder():
    seat = MembershipFactory()

    meeting = schedule(seat.circle, datetime(2026, 5, 14, 15, 0))

    reminder = Reminder.objects.get(kind="meeting_48h")
    assert reminder.recipient == seat.person
    assert reminder.due_at == meeting.starts_at - timedelta(hours=48)


@pytest.mark.parametrize(
    ("starts", "minutes", "reason"),
    [
        (
            datetime(2026, 3, 29, 2, 30),
            60,
            "02:30 does not exist on 29 March 2026 in Europe/Berlin, because clocks go forward "
            "then. Choose an earlier or a later time.",
        ),
        (datetime(2026, 3, 19, 23, 0), 60, "That day has passed. Choose a later one."),
        (datetime(1, 1, 1), 60, "That day has passed. Choose a later one."),
        (
            datetime(2026, 3, 20, 11, 0),
            60,
            "That time has passed: in Europe/Berlin it is 11:00 now.",
        ),
        (
            datetime(2028, 3, 22, 12, 0),
            60,
            "That is more than two years away. Choose an earlier day.",
        ),
        (
            datetime(9999, 12, 31, 23, 59),
            60,
            "That is more than two years away. Choose an earlier day.",
        ),
        (datetime(2026, 5, 14, 15, 0), 9, "A meeting takes from 10 minutes to 8 hours."),
        (datetime(2026, 5, 14, 15, 0), 481, "A meeting takes from 10 minutes to 8 hours."),
    ],
)
def test_impossible_time_is_refused_in_words(starts, minutes, reason):
    circle = CircleFactory(time_zone=BERLIN)

    with pytest.raises(CannotSchedule) as refusal:
        schedule(circle, starts, minutes)

    assert str(refusal.value) == reason
    assert not Meeting.objects.exists()


@pytest.mark.parametrize(
    ("zone", "starts", "first"),
    [
        (BERLIN, datetime(2026, 10, 25, 2, 30), datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
        (
            "Australia/Sydney",
            datetime(2026, 4, 5, 2, 30),
            datetime(2026, 4, 4, 15, 30, tzinfo=UTC),
        ),
    ],
)
def test_of_a_time_that_comes_twice_the_first_is_planned(zone, starts, first):
    meeting = schedule(CircleFactory(time_zone=zone), starts)

    assert meeting.starts_at == first
    assert meeting.local_starts == starts


def test_meeting_over_the_change_of_clocks_keeps_its_length():
    meeting = schedule(CircleFactory(time_zone=BERLIN), datetime(2026, 3, 29, 1, 0), minutes=120)

    assert meeting.ends_at - meeting.starts_at == timedelta(hours=2)
    assert meeting.minutes == 120


def test_closed_circle_meets_no_more():
    circle = CircleFactory(stage=Circle.Stage.CLOSED)

    with pytest.raises(CannotSchedule, match="closed"):
        schedule(circle, datetime(2026, 5, 14, 15, 0))


@pytest.mark.parametrize(
    ("starts", "minutes"),
    [
        (datetime(2026, 5, 14, 15, 0), 60),
        (datetime(2026, 5, 14, 14, 30), 31),
        (datetime(2026, 5, 14, 15, 59), 60),
        (datetime(2026, 5, 14, 14, 0), 240),
    ],
)
def test_overlapping_meeting_is_refused_with_the_other_ones_time(starts, minutes):
    circle = CircleFactory(time_zone=BERLIN)
    schedule(circle, datetime(2026, 5, 14, 15, 0), 60)

    with pytest.raises(CannotSchedule) as refusal:
        schedule(circle, starts, minutes)

    assert str(refusal.value) == (
        "The circle already meets on 14 May from 15:00 to 16:00. Choose another time."
    )


def test_meetings_may_follow_each_other_and_take_a_cancelled_ones_place():
    circle = CircleFactory()
    first = schedule(circle, datetime(2026, 5, 14, 15, 0), 60)

    schedule(circle, datetime(2026, 5, 14, 16, 0), 60)
    cancel_meeting(first)
    schedule(circle, datetime(2026, 5, 14, 15, 0), 60)
    schedule(CircleFactory(), datetime(2026, 5, 14, 15, 0), 60)

    assert Meeting.objects.standing().count() == 3


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    starts=st.datetimes(datetime(2026, 3, 22), datetime(2028, 3, 1)).map(
        lambda local: local.replace(second=0, microsecond=0)
    ),
    minutes=st.integers(SHORTEST, LONGEST),
    zone=st.sampled_from([BERLIN, "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu"]),
)
def test_what_was_asked_is_what_the_wall_clock_shows(starts, minutes, zone):
    circle = CircleFactory(time_zone=zone)
    shown = starts.replace(tzinfo=circle.zone).astimezone(UTC).astimezone(circle.zone)
    if shown.replace(tzinfo=None) != starts:
        with pytest.raises(CannotSchedule, match="does not exist"):
            schedule(circle, starts, minutes)
        return

    meeting = schedule(circle, starts, minutes)

    meeting.refresh_from_db()
    assert (meeting.local_starts.replace(fold=0), meeting.minutes) == (starts, minutes)
    assert meeting.held_on == starts.date()


def changed(meeting, **fields):
    given = {"starts": meeting.local_starts, "minutes": meeting.minutes} | fields
    return change_meeting(meeting, **given)


def test_moved_meeting_asks_everyone_again_and_moves_its_reminders():
    seat = MembershipFactory()
    meeting = schedule(seat.circle, datetime(2026, 5, 14, 15, 0))
    said = AttendanceFactory(
        meeting=meeting, person=seat.person, rsvp=Attendance.Rsvp.GOING, rsvp_at=NOW, update="Yes"
    )

    moved = changed(meeting, starts=datetime(2026, 5, 15, 15, 0))

    assert moved.starts_at == datetime(2026, 5, 15, 15, 0, tzinfo=UTC)
    assert moved.held_on == date(2026, 5, 15)
    said.refresh_from_db()
    assert (said.rsvp, said.rsvp_at, said.update) == ("", None, "Yes")
    waiting = Reminder.objects.get(kind="meeting_48h", state=Reminder.State.PLANNED)
    assert waiting.due_at == moved.starts_at - timedelta(hours=48)


@pytest.mark.parametrize(
    "fields", [{"title": "Pay", "place": "Room 2", "video_url": "https://x.test/"}, {"minutes": 45}]
)
def test_other_changes_keep_the_answers(fields):
    meeting = planned(CircleFactory(), days=3)
    said = AttendanceFactory(meeting=meeting, rsvp=Attendance.Rsvp.GOING)

    after = changed(meeting, **fields)

    after.refresh_from_db()
    assert {name: getattr(after, name) for name in fields} == fields
    said.refresh_from_db()
    assert said.rsvp == Attendance.Rsvp.GOING


def test_meeting_stays_in_the_zone_it_was_planned_in():
    circle = CircleFactory(time_zone=BERLIN)
    meeting = schedule(circle, datetime(2026, 5, 14, 15, 0))
    Circle.objects.update(time_zone="America/New_York")

    same = changed(meeting, title="Pay")
    moved = changed(meeting, starts=datetime(2026, 5, 14, 16, 0))

    assert same.starts_at == meeting.starts_at
    assert moved.starts_at == datetime(2026, 5, 14, 14, 0, tzinfo=UTC)
    assert moved.time_zone == BERLIN


def test_second_of_two_equal_times_stays_where_it_is():
    meeting = MeetingFactory(
        circle__time_zone=BERLIN,
        time_zone=BERLIN,
        starts_at=datetime(2026, 10, 25, 1, 30, tzinfo=UTC),
    )

    after = changed(meeting, title="Pay")

    assert after.starts_at == meeting.starts_at


def test_moving_onto_another_meeting_is_refused_and_onto_itself_is_not():
    circle = CircleFactory()
    meeting = schedule(circle, datetime(2026, 5, 14, 15, 0), 60)
    schedule(circle, datetime(2026, 5, 14, 17, 0), 60)

    longer = changed(meeting, minutes=120)
    with pytest.raises(CannotSchedule, match="already meets"):
        changed(meeting, minutes=121)

    meeting.refresh_from_db()
    assert meeting.minutes == longer.minutes == 120


def test_meeting_that_has_begun_cannot_be_moved_but_its_place_can_be_changed():
    meeting = planned(CircleFactory(), minutes=-10)

    with pytest.raises(CannotSchedule, match="has begun"):
        changed(meeting, minutes=90)
    after = changed(meeting, place="Next door")

    assert after.place == "Next door"


@pytest.mark.parametrize("fields", [{"days": -1}, {"days": 1, "cancelled": True}])
def test_meeting_that_is_over_or_cancelled_cannot_be_changed(fields):
    meeting = planned(CircleFactory(), days=fields["days"])
    if fields.get("cancelled"):
        cancel_meeting(meeting)

    with pytest.raises(CannotSchedule, match="no longer be changed"):
        changed(meeting, title="Pay")


def test_cancelled_meeting_owes_nothing_and_can_be_restored():
    seat = MembershipFactory()
    meeting = schedule(seat.circle, datetime(2026, 5, 14, 15, 0))

    cancel_meeting(meeting)
    cancel_meeting(meeting)

    meeting.refresh_from_db()
    assert meeting.is_cancelled
    assert not Reminder.objects.filter(kind="meeting_48h", state=Reminder.State.PLANNED).exists()

    restore_meeting(meeting)
    restore_meeting(meeting)

    meeting.refresh_from_db()
    assert meeting.state == Meeting.State.PLANNED
    assert Reminder.objects.filter(kind="meeting_48h", state=Reminder.State.PLANNED).count() == 1


def test_meeting_that_nobody_came_to_can_still_be_struck():
    meeting = planned(CircleFactory(), days=-1)
    AttendanceFactory(meeting=meeting, attended=False)

    assert cancel_meeting(meeting).is_cancelled


def test_meeting_that_took_place_cannot_be_cancelled():
    attended = AttendanceFactory(meeting=planned(CircleFactory(), days=-1), attended=True).meeting
    recapped = MeetingFactory(state=Meeting.State.RECAP_SENT, recap_sent_at=NOW)

    for meeting in (attended, recapped):
        with pytest.raises(CannotCancel, match="took place"):
            cancel_meeting(meeting)

    assert not Meeting.objects.filter(state=Meeting.State.CANCELLED)


def test_cancelled_meeting_whose_time_is_taken_or_past_stays_cancelled():
    circle = CircleFactory()
    taken = planned(circle, days=2)
    cancel_meeting(taken)
    planned(circle, days=2)
    past = planned(circle, days=-2)
    cancel_meeting(past)

    with pytest.raises(CannotSchedule, match="already meets"):
        restore_meeting(taken)
    with pytest.raises(CannotSchedule, match="has passed"):
        restore_meeting(past)

    assert Meeting.objects.filter(state=Meeting.State.CANCELLED).count() == 2


@pytest.mark.django_db(transaction=True)
def test_two_meetings_scheduled_at_the_same_moment_leave_one():
    circle, by = CircleFactory(), PersonFactory()
    start, outcomes = Barrier(2), []

    def run():
        start.wait()
        try:
            schedule(circle, datetime(2026, 5, 14, 15, 0), by=by)
            outcomes.append("scheduled")
        except CannotSchedule:
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["refused", "scheduled"]
    assert Meeting.objects.count() == 1
