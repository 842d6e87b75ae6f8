from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from circles.models import Leave
from circles.needs import needs_of
from notifications.catalogue import compose
from notifications.kinds import NoLongerWanted
from notifications.models import Reminder
from sessions_app.actions import catch_up_on, mark_attendance, share_recap
from sessions_app.actions.live import close_unbegun
from sessions_app.models import Attendance, Meeting
from sessions_app.reminders.absence import MISSED_TWO
from sessions_app.reminders.buddies import BUDDY_NOTE, circles_at_halfway
from sessions_app.reminders.recap import RECAP
from sessions_app.tasks.promises import find_circles_at_halfway
from tests.factories import (
    AttendanceFactory,
    CircleFactory,
    CommitmentFactory,
    FacilitationFactory,
    MeetingFactory,
    MembershipFactory,
)

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 5, 12, 10, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def circle():
    circle = CircleFactory(stage="active", name="Night owls")
    for name in ("Ama Boateng", "Joon Park", "Lena Weiss", "Ruth Cohen"):
        MembershipFactory(circle=circle, person__name=name)
    return circle


def member(circle, name):
    return circle.memberships.get(person__name__startswith=name).person


def meeting_in(circle, **fields):
    ahead = {name: fields.pop(name) for name in ("days", "hours") if name in fields}
    return MeetingFactory(circle=circle, starts_at=NOW + timedelta(**ahead), **fields)


def missed_by(meeting, *people):
    for person in people:
        AttendanceFactory(meeting=meeting, person=person, attended=False)


def test_absentees_get_the_recap_with_what_is_theirs(circle):
    ama, joon, lena = (member(circle, name) for name in ("Ama", "Joon", "Lena"))
    meeting = meeting_in(circle, hours=-5, recap="We met.")
    missed_by(meeting, ama)
    AttendanceFactory(meeting=meeting, person=joon, rsvp="not_going")
    AttendanceFactory(meeting=meeting, person=lena, attended=True)
    CommitmentFactory(circle=circle, owner=ama, promise="Ask Dana")
    CommitmentFactory(circle=circle, owner=lena, promise="Unspeakable")
    CommitmentFactory(owner=ama, promise="Of another circle")
    share_recap(meeting)
    letters = {
        reminder.recipient.short_name: compose(reminder)
        for reminder in Reminder.objects.filter(kind=RECAP)
    }

    assert letters["Ama"].paragraphs == [
        "You missed this one. Here is what was decided, and what others promised. "
        "Your own open promises stand at the end.",
        "We met.",
    ]
    assert letters["Ama"].sections == [("Your own open promises", ["Ask Dana"])]
    assert letters["Joon"].paragraphs[0].startswith("You missed this one.")
    assert letters["Joon"].sections == []
    assert letters["Lena"].paragraphs == ["We met."]


def test_who_missed_a_meeting_is_asked_to_catch_up_for_a_fortnight(circle):
    ama, joon = member(circle, "Ama"), member(circle, "Joon")
    meeting = meeting_in(circle, days=-1, recap="We met.", state="recap_sent", recap_sent_at=NOW)
    missed_by(meeting, ama)
    AttendanceFactory(meeting=meeting, person=joon, attended=True)
    unshared = meeting_in(circle, days=-3)
    missed_by(unshared, ama)

    (need,) = needs_of(ama)

    assert need.words == "Catch up with what you missed: Night owls, 11 May"
    assert need.url == f"{meeting.get_absolute_url()}#recap"
    assert needs_of(joon) == []
    with time_machine.travel(NOW + timedelta(days=15), tick=False):
        assert needs_of(ama) == []
    catch_up_on(meeting, person=ama)
    assert needs_of(ama) == []


def test_two_misses_in_a_row_bring_one_kind_mail_to_the_member_alone(circle):
    FacilitationFactory(circle=circle)
    ama, joon = member(circle, "Ama"), member(circle, "Joon")
    ama.time_zone = "America/New_York"
    ama.save()
    meetings = [meeting_in(circle, days=-days) for days in (15, 8, 1)]
    for meeting in meetings:
        mark_attendance(meeting, marks={ama.pk: False, joon.pk: True}, by=joon)

    owed = Reminder.objects.get(kind=MISSED_TWO)

    assert (owed.recipient, owed.subject) == (ama, f"meeting:{meetings[1].pk}")
    # Three hours later it is nine in the morning in New York.
    assert owed.due_at == NOW + timedelta(hours=3)
    letter = compose(owed)
    assert letter.heading == "We missed you twice. Everything all right?"
    mark_attendance(meetings[2], marks={ama.pk: True}, by=ama)
    with pytest.raises(NoLongerWanted, match="after all"):
        compose(owed)


@pytest.mark.parametrize("stage", ["paused", "closed"])
def test_no_mail_about_misses_in_a_circle_that_does_not_meet(circle, stage):
    ama = member(circle, "Ama")
    meetings = [meeting_in(circle, days=-days) for days in (8, 1)]
    missed_by(meetings[0], ama)
    mark_attendance(meetings[1], marks={ama.pk: False}, by=ama)
    circle.stage = stage
    circle.save()

    with pytest.raises(NoLongerWanted, match="pauses or is closed"):
        compose(Reminder.objects.get(kind=MISSED_TWO))


@pytest.mark.parametrize(
    ("days", "stage", "told"),
    [((8, 1), "active", 1), ((60, 40), "active", 0), ((8, 1), "closed", 0)],
)
def test_mail_about_misses_is_about_recent_ones(circle, days, stage, told):
    circle.stage = stage
    circle.save()
    ama = member(circle, "Ama")
    meetings = [meeting_in(circle, days=-ago) for ago in days]
    missed_by(meetings[0], ama)

    mark_attendance(meetings[1], marks={ama.pk: False}, by=ama)

    assert Reminder.objects.filter(kind=MISSED_TWO).count() == told


def test_word_sent_twice_counts_when_the_meeting_is_over(circle):
    ama = member(circle, "Ama")
    for days in (8, 1):
        meeting = meeting_in(circle, days=-days)
        AttendanceFactory(meeting=meeting, person=ama, rsvp=Attendance.Rsvp.NOT_GOING)

    close_unbegun(meeting.pk)

    assert Reminder.objects.get(kind=MISSED_TWO).recipient == ama


def halfway(circle, days=4):
    """The circle met `days` ago and meets again in as many."""
    last = meeting_in(circle, days=-days)
    starts_at = last.ends_at + timedelta(days=2 * days)
    return last, MeetingFactory(circle=circle, starts_at=starts_at)


def test_buddies_are_told_halfway_what_the_other_promised(circle):
    last, _ = halfway(circle)
    for seat in circle.memberships.all():
        CommitmentFactory(circle=circle, owner=seat.person, promise=f"By {seat.person.short_name}")
    find_circles_at_halfway()
    find_circles_at_halfway()

    owed = Reminder.objects.filter(kind=BUDDY_NOTE)

    assert {reminder.subject for reminder in owed} == {f"meeting:{last.pk}"}
    assert {reminder.due_at for reminder in owed} == {last.ends_at + timedelta(days=4)}
    assert owed.count() == 4
    told = {}
    for reminder in owed:
        ((heading, promises),) = compose(reminder).sections
        told[reminder.recipient.short_name] = promises
        assert heading == f"{promises[0].removeprefix('By ')} promised"
    pairs = {frozenset([who, promises[0].removeprefix("By ")]) for who, promises in told.items()}
    assert len(pairs) == 2


def test_buddy_note_follows_the_facts(circle):
    last, following = halfway(circle)
    ama = member(circle, "Ama")
    find_circles_at_halfway()
    note = Reminder.objects.get(kind=BUDDY_NOTE, recipient=ama)
    with pytest.raises(NoLongerWanted, match="no open promise"):
        compose(note)
    for seat in circle.memberships.all():
        CommitmentFactory(circle=circle, owner=seat.person)
    assert compose(note).sections

    following.starts_at += timedelta(days=2)
    following.ends_at += timedelta(days=2)
    following.save()
    with pytest.raises(NoLongerWanted, match="moved"):
        compose(note)
    following.state = Meeting.State.CANCELLED
    following.save()
    with pytest.raises(NoLongerWanted, match="no next meeting"):
        compose(note)
    following.starts_at, following.state = note.due_at + (note.due_at - last.ends_at), "planned"
    following.save()
    Leave.objects.create(
        membership=circle.memberships.get(person=ama),
        began_on=NOW.date(),
        back_by=NOW.date() + timedelta(days=9),
    )
    with pytest.raises(NoLongerWanted, match="no buddy"):
        compose(note)


@pytest.mark.parametrize(
    ("met", "meets", "found"),
    [(4, 4, True), (10, 4, False), (2, 9, False), (5, 4, True), (None, 4, False)],
)
def test_only_circles_at_halfway_are_looked_at(circle, met, meets, found):
    if met:
        meeting_in(circle, days=-met)
    meeting_in(circle, days=meets)
    meeting_in(circle, days=meets + 7)

    assert circles_at_halfway() == ([circle.pk] if found else [])


def test_newcomers_since_the_last_meeting_get_no_note_of_it(circle):
    halfway(circle)
    MembershipFactory(circle=circle, joined_on=NOW.date())
    MembershipFactory(circle=CircleFactory(stage="active"))

    find_circles_at_halfway()

    assert Reminder.objects.filter(kind=BUDDY_NOTE).count() == 4
