from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.utils import timezone

from sessions_app.models import Attendance, Commitment, Goal, Meeting
from tests.factories import (
    AttendanceFactory,
    CheckInFactory,
    CircleFactory,
    CommitmentFactory,
    FacilitationFactory,
    GoalFactory,
    MeetingFactory,
    MembershipFactory,
    PersonFactory,
)

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 5, 12, 10, 0, tzinfo=UTC)


def at(**ahead):
    return NOW + timedelta(**ahead)


@time_machine.travel(NOW, tick=False)
def test_upcoming_meetings_have_not_ended_and_the_next_is_first():
    circle = CircleFactory()
    later = MeetingFactory(circle=circle, starts_at=at(days=3))
    running = MeetingFactory(circle=circle, starts_at=at(minutes=-30))
    MeetingFactory(circle=circle, starts_at=at(days=-1))
    MeetingFactory(circle=circle, starts_at=at(days=1), state=Meeting.State.CANCELLED)

    assert list(Meeting.objects.upcoming()) == [running, later]


@time_machine.travel(NOW, tick=False)
def test_past_meetings_took_place_and_the_latest_is_first():
    circle = CircleFactory()
    older = MeetingFactory(circle=circle, starts_at=at(days=-9))
    latest = MeetingFactory(circle=circle, starts_at=at(hours=-1))
    MeetingFactory(circle=circle, starts_at=at(minutes=0))
    MeetingFactory(circle=circle, starts_at=at(days=-5), state=Meeting.State.CANCELLED)

    assert list(Meeting.objects.past()) == [latest, older]


@time_machine.travel(NOW, tick=False)
def test_meetings_owe_a_recap_from_their_end_until_it_is_shared():
    circle = CircleFactory()
    closed = MeetingFactory(circle=circle, starts_at=at(days=-2), state=Meeting.State.CLOSED)
    ended = MeetingFactory(circle=circle, starts_at=at(hours=-1))
    older = MeetingFactory(circle=circle, starts_at=at(days=-9))
    MeetingFactory(circle=circle, starts_at=at(days=-3), state=Meeting.State.CANCELLED)
    MeetingFactory(
        circle=circle, starts_at=at(days=-4), state=Meeting.State.RECAP_SENT, recap_sent_at=NOW
    )
    MeetingFactory(circle=circle, starts_at=at(minutes=0))

    assert list(Meeting.objects.owing_recap()) == [older, closed, ended]


def test_facilitator_looks_after_the_meetings_of_their_circles():
    held = FacilitationFactory()
    meeting = MeetingFactory(circle=held.circle)
    MeetingFactory()

    assert list(Meeting.objects.looked_after_by(held.person)) == [meeting]


def test_host_looks_after_meetings_only_while_nobody_facilitates():
    seat = MembershipFactory(role="host")
    meeting = MeetingFactory(circle=seat.circle)
    ordinary = MembershipFactory(circle=seat.circle)

    assert list(Meeting.objects.looked_after_by(seat.person)) == [meeting]
    assert not Meeting.objects.looked_after_by(ordinary.person)

    held = FacilitationFactory(circle=seat.circle)

    assert not Meeting.objects.looked_after_by(seat.person)

    held.ended_on = timezone.localdate()
    held.save()

    assert list(Meeting.objects.looked_after_by(seat.person)) == [meeting]


def test_answers_count_those_with_a_seat_today():
    seat = MembershipFactory()
    others = MembershipFactory.create_batch(3, circle=seat.circle)
    left = MembershipFactory(circle=seat.circle, left_on=date(2026, 1, 1))
    held = FacilitationFactory(circle=seat.circle)
    meeting = MeetingFactory(circle=seat.circle)
    MeetingFactory(circle=seat.circle, starts_at=meeting.starts_at + timedelta(days=7))
    going, not_going = Attendance.Rsvp.GOING, Attendance.Rsvp.NOT_GOING
    AttendanceFactory(meeting=meeting, person=seat.person, rsvp=not_going, update="On a train")
    for person in (others[0].person, others[1].person, left.person, held.person):
        AttendanceFactory(meeting=meeting, person=person, rsvp=going)

    found = Meeting.objects.with_answers(seat.person).get(pk=meeting.pk)

    assert (found.my_answer, found.my_update) == ("not_going", "On a train")
    assert (found.seats, found.coming) == (4, 2)


def test_answers_of_somebody_who_said_nothing_are_empty():
    meeting = MeetingFactory()

    found = Meeting.objects.with_answers(PersonFactory()).get()

    assert (found.my_answer, found.my_update, found.seats, found.coming) == ("", "", 0, 0)
    assert found == meeting


@pytest.mark.parametrize(
    ("starts_in", "started", "ended", "near"),
    [
        (timedelta(minutes=16), False, False, False),
        (timedelta(minutes=15), False, False, True),
        (timedelta(0), True, False, True),
        (timedelta(minutes=-59), True, False, True),
        (timedelta(minutes=-60), True, True, False),
    ],
)
def test_meeting_knows_whether_it_has_begun_and_is_near(starts_in, started, ended, near):
    with time_machine.travel(NOW, tick=False):
        meeting = MeetingFactory.build(starts_at=NOW + starts_in)

        assert meeting.has_started == started
        assert meeting.has_ended == ended
        assert meeting.takes_answers == (not ended)
        assert meeting.is_near == near


def test_cancelled_meeting_takes_no_answers():
    meeting = MeetingFactory.build(
        starts_at=timezone.now() + timedelta(days=1), state=Meeting.State.CANCELLED
    )

    assert not meeting.takes_answers


def test_meeting_without_a_title_is_called_by_its_day():
    assert str(MeetingFactory.build()) == "Meeting on 14 May 2024"
    assert str(MeetingFactory.build(title="Pay")) == "Pay"


def test_meeting_in_a_zone_nobody_knows_is_shown_in_utc():
    assert MeetingFactory.build(time_zone="Mars/Olympus").zone.key == "UTC"


def test_meeting_keeps_the_clock_of_the_zone_it_was_planned_in():
    meeting = MeetingFactory.build(time_zone="America/New_York")

    assert meeting.local_starts == datetime(2024, 5, 14, 11, 0)
    assert meeting.minutes == 60


def test_database_refuses_two_meetings_of_a_circle_at_once():
    meeting = MeetingFactory()

    with pytest.raises(IntegrityError), transaction.atomic():
        MeetingFactory(circle=meeting.circle, starts_at=meeting.starts_at + timedelta(minutes=59))

    MeetingFactory(circle=meeting.circle, starts_at=meeting.ends_at)
    MeetingFactory(starts_at=meeting.starts_at)


def test_recap_version_changes_with_its_words():
    meeting = MeetingFactory.build(recap="One")

    before = meeting.recap_version
    meeting.recap = "Two"

    assert meeting.recap_version != before


def test_open_promises_come_first_by_their_day_then_those_settled_lately():
    owner = PersonFactory()

    def promise(**fields):
        return CommitmentFactory(owner=owner, **fields)

    def settled(days):
        return {"state": Commitment.State.DONE, "settled_at": timezone.now() - timedelta(days=days)}

    someday = promise(due_on=None)
    kept_yesterday = promise(**settled(1))
    promise(**settled(3))
    later = promise(due_on=date(2026, 6, 2), state=Commitment.State.CARRIED)
    sooner = promise(due_on=date(2026, 6, 1))
    kept_now = promise(**settled(0))

    assert list(owner.commitments.open_or_recent()) == [
        sooner,
        later,
        someday,
        kept_now,
        kept_yesterday,
    ]
    assert list(owner.commitments.open()) == [sooner, later, someday]
    assert owner.commitments.settled().count() == 3


@time_machine.travel(NOW, tick=False)
@pytest.mark.parametrize(
    ("state", "due_on", "overdue"),
    [
        (Commitment.State.OPEN, date(2026, 5, 11), True),
        (Commitment.State.OPEN, date(2026, 5, 12), False),
        (Commitment.State.OPEN, None, False),
        (Commitment.State.CARRIED, date(2026, 5, 11), True),
        (Commitment.State.DONE, date(2026, 5, 11), False),
    ],
)
def test_promise_is_overdue_from_the_day_after(state, due_on, overdue):
    settled_at = NOW if state == Commitment.State.DONE else None

    promise = CommitmentFactory.build(state=state, due_on=due_on, settled_at=settled_at)

    assert promise.is_overdue == overdue


def test_promise_was_settled_on_a_day_of_the_readers_zone():
    promise = CommitmentFactory.build(
        state=Commitment.State.DONE, settled_at=datetime(2026, 5, 12, 23, 30, tzinfo=UTC)
    )

    with timezone.override("Europe/Berlin"):
        assert promise.settled_on == date(2026, 5, 13)
    assert CommitmentFactory.build().settled_on is None


def test_database_refuses_to_drop_a_promise_without_a_reason():
    with pytest.raises(IntegrityError):
        CommitmentFactory(state=Commitment.State.DROPPED, settled_at=NOW, reason="")


@time_machine.travel(NOW, tick=False)
@pytest.mark.parametrize(
    ("fields", "stale"),
    [
        ({"started_on": date(2026, 4, 20)}, True),
        ({"started_on": date(2026, 4, 21)}, False),
        ({"last_moved_on": date(2026, 4, 20)}, True),
        ({"last_moved_on": date(2026, 4, 21)}, False),
        ({"last_moved_on": date(2026, 4, 20), "state": Goal.State.REACHED}, False),
    ],
)
def test_goal_is_stale_after_three_weeks_without_a_check_in(fields, stale):
    goal = GoalFactory(**fields)

    assert goal.is_stale == stale
    assert Goal.objects.stale().exists() == stale
    assert goal.is_moving == (goal.last_moved_on is not None and goal.is_active and not stale)


def test_progress_holds_the_last_six_percentages_newest_first():
    goal = GoalFactory()
    for day, percent in enumerate((5, 10, 20, 30, 40, 50, 60), start=1):
        CheckInFactory(goal=goal, on=date(2026, 5, day), percent=percent)

    found = Goal.objects.with_progress(goal.owner).get()

    assert found.progress == [60, 50, 40, 30, 20, 10]


def test_progress_of_a_goal_without_check_ins_is_empty():
    goal = GoalFactory()

    assert Goal.objects.with_progress(goal.owner).get().progress == []


def test_settled_goals_are_those_reached_or_let_go():
    GoalFactory()
    reached = GoalFactory(state=Goal.State.REACHED)
    dropped = GoalFactory(state=Goal.State.DROPPED)

    assert set(Goal.objects.settled()) == {reached, dropped}
