"""Halfway to the next meeting each member is asked about their own open promises, once."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core import mail
from django.urls import reverse

from circles.models import Circle, Leave
from notifications import planner
from notifications.models import Reminder
from sessions_app import actions
from sessions_app.models import Commitment, Meeting
from sessions_app.reminders.about import CYCLE
from sessions_app.reminders.commitment_check import COMMITMENT_CHECK, Between, wanted
from tests.factories import CommitmentFactory, MeetingFactory, MembershipFactory
from tests.notifications.sending import send

pytestmark = pytest.mark.django_db

# A Tuesday; the circle met on Monday and meets again in a fortnight.
NOW = datetime(2026, 5, 12, 10, 0, tzinfo=UTC)
ENDED = datetime(2026, 5, 11, 13, 0, tzinfo=UTC)
HALFWAY = datetime(2026, 5, 18, 13, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


@pytest.fixture
def seat():
    return MembershipFactory(circle__stage=Circle.Stage.ACTIVE, circle__name="Night owls")


@pytest.fixture
def coming(seat):
    MeetingFactory(
        circle=seat.circle, starts_at=ENDED - timedelta(hours=1), state=Meeting.State.CLOSED
    )
    return MeetingFactory(circle=seat.circle, starts_at=ENDED + timedelta(days=14))


def promised(seat, **fields):
    fields.setdefault("created_at", ENDED)
    return CommitmentFactory(circle=seat.circle, owner=seat.person, **fields)


def owed(seat):
    rows = Reminder.objects.filter(kind=COMMITMENT_CHECK, state=Reminder.State.PLANNED)
    return list(rows.filter(recipient=seat.person).values_list("due_at", flat=True))


def keep(seat):
    return planner.keep(CYCLE, [seat.circle_id])


def test_halfway_lies_between_the_end_of_one_meeting_and_the_start_of_the_next():
    assert Between(ENDED, ENDED + timedelta(days=14)).halfway == HALFWAY


@pytest.mark.parametrize("count", [1, 4])
def test_what_is_wanted_takes_a_constant_number_of_queries(count, django_assert_num_queries):
    circles = []
    for _ in range(count):
        seat = MembershipFactory(circle__stage="active")
        MeetingFactory(circle=seat.circle, starts_at=ENDED, state=Meeting.State.CLOSED)
        MeetingFactory(circle=seat.circle, starts_at=ENDED + timedelta(days=14))
        promised(seat)
        circles.append(seat.circle_id)

    with django_assert_num_queries(4):  # meetings closed and planned, letters sent, promises
        found = list(wanted(circles))

    assert len(found) == count


def test_a_promise_is_asked_about_by_day_in_the_zone_of_who_made_it(seat, coming):
    there = MembershipFactory(circle=seat.circle, person__time_zone="Asia/Tokyo")
    silent = MembershipFactory(circle=seat.circle)
    actions.promise(seat.circle, owner=seat.person, text="Ask Dana")

    actions.promise(seat.circle, owner=there.person, text="Call Lee")

    assert owed(seat) == [HALFWAY]
    # In Tokyo it is ten in the evening then, so the letter comes at nine on the next day.
    assert owed(there) == [datetime(2026, 5, 19, 0, 0, tzinfo=UTC)]
    assert owed(silent) == []


def test_moving_the_next_meeting_moves_the_letter(seat, coming):
    promised(seat)
    keep(seat)
    Meeting.objects.filter(pk=coming.pk).update(
        starts_at=coming.starts_at + timedelta(days=2), ends_at=coming.ends_at + timedelta(days=2)
    )

    planner.keep("meeting", [coming.pk])

    assert owed(seat) == [HALFWAY + timedelta(days=1)]


@pytest.mark.parametrize(
    ("settle", "take_back"),
    [
        (actions.keep, actions.undo),
        (actions.keep_partly, actions.undo),
        (actions.say_on_it, actions.take_back_on_it),
        (lambda made: actions.drop(made, reason="No time"), actions.undo),
    ],
)
def test_answering_the_last_open_promise_withdraws_it_and_taking_back_owes_it_again(
    seat, coming, settle, take_back
):
    made, other = promised(seat), promised(seat)
    actions.keep(other)

    settle(made)
    settled = owed(seat)
    take_back(made)

    assert settled == []
    assert owed(seat) == [HALFWAY]


@pytest.mark.parametrize(
    "fact",
    [
        lambda seat: Leave.objects.create(
            membership=seat, began_on=NOW.date(), back_by=NOW.date() + timedelta(days=9)
        ),
        lambda seat: type(seat).objects.filter(pk=seat.pk).update(left_on=NOW.date()),
        lambda seat: Circle.objects.update(stage=Circle.Stage.PAUSED),
        lambda seat: Meeting.objects.filter(state="planned").update(state="cancelled"),
        lambda seat: Meeting.objects.filter(state="planned").update(state="live"),
        lambda seat: Commitment.objects.update(created_at=HALFWAY + timedelta(hours=1)),
        lambda seat: Meeting.objects.filter(state="planned").update(
            starts_at=ENDED + timedelta(days=3), ends_at=ENDED + timedelta(days=3, hours=1)
        ),
    ],
)
def test_nobody_is_asked_who_is_away_or_where_no_cycle_runs(seat, coming, fact):
    promised(seat)
    keep(seat)
    fact(seat)

    planner.keep("circle", [seat.circle_id])

    assert owed(seat) == []


def test_the_letter_lists_what_one_promised_oneself_and_comes_once_a_cycle(seat, coming, clock):
    peer = MembershipFactory(circle=seat.circle)
    promised(seat, promise="Ask Dana", due_on=ENDED.date() + timedelta(days=13))
    promised(seat, promise="Write the plan")
    promised(seat, promise="Something settled", state="done", settled_at=NOW)
    promised(peer, promise="Their own business")
    CommitmentFactory(owner=seat.person, promise="In another circle", created_at=ENDED)
    keep(seat)
    clock.move_to(HALFWAY)

    send()
    Meeting.objects.filter(pk=coming.pk).update(
        starts_at=coming.starts_at + timedelta(days=9), ends_at=coming.ends_at + timedelta(days=9)
    )
    keep(seat)

    (letter,) = [message for message in mail.outbox if message.to == [seat.person.email]]
    assert letter.subject == "How is it going with what you promised Night owls?"
    assert "- Ask Dana (due Sunday 24 May)\n- Write the plan\n" in letter.body
    for words in ("Something settled", "Their own business", "In another circle"):
        assert words not in letter.body
    assert f"{reverse('meetings:commitments')}?show=asked" in letter.body
    assert owed(seat) == []


@pytest.mark.parametrize(
    ("fact", "reason"),
    [
        (
            lambda seat: type(seat).objects.filter(pk=seat.pk).update(left_on=NOW.date()),
            "They have no seat in the circle any more, or are on leave.",
        ),
        (
            lambda seat: Meeting.objects.filter(state="planned").update(state="cancelled"),
            "The circle has met since, or no next meeting is planned.",
        ),
        (
            lambda seat: Commitment.objects.update(state="done", settled_at=NOW),
            "They settled what they promised, said how it goes, or are away.",
        ),
    ],
)
def test_facts_are_checked_again_when_it_is_sent(seat, coming, clock, fact, reason):
    promised(seat)
    keep(seat)
    fact(seat)
    clock.move_to(HALFWAY)

    send()

    assert mail.outbox == []
    assert Reminder.objects.get().problem == reason
