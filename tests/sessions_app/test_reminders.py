from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.core import mail
from django.db import connection
from django.utils import timezone

from notifications.actions import send
from notifications.models import Reminder
from sessions_app.models import Attendance, Meeting
from sessions_app.reminders import before, recap
from tests.factories import (
    AttendanceFactory,
    CommitmentFactory,
    DecisionFactory,
    FacilitationFactory,
    MeetingFactory,
    MembershipFactory,
)

pytestmark = pytest.mark.django_db


def meeting_in(circle, **ahead):
    return MeetingFactory(circle=circle, starts_at=timezone.now() + timedelta(**ahead))


def send_all():
    for pk in Reminder.objects.due().values_list("pk", flat=True):
        send(pk)


def states():
    return sorted(Reminder.objects.values_list("state", flat=True))


def test_planning_a_meeting_owes_every_seat_a_reminder_two_days_before():
    seat = MembershipFactory()
    MembershipFactory(circle=seat.circle, left_on=timezone.localdate())
    meeting = meeting_in(seat.circle, days=5)

    before.plan_for_meeting(meeting)

    owed = Reminder.objects.get()
    assert owed.recipient == seat.person
    assert owed.due_at == meeting.starts_at - timedelta(hours=48)


def test_moving_a_meeting_moves_its_reminders():
    seat = MembershipFactory()
    meeting = meeting_in(seat.circle, days=5)
    before.plan_for_meeting(meeting)
    meeting.starts_at += timedelta(days=1)
    meeting.ends_at += timedelta(days=1)
    meeting.save()

    before.plan_for_meeting(meeting)

    waiting = Reminder.objects.get(state=Reminder.State.PLANNED)
    assert states() == ["cancelled", "planned"]
    assert waiting.due_at == meeting.starts_at - timedelta(hours=48)


def test_moving_a_meeting_away_and_back_owes_one_reminder():
    seat = MembershipFactory()
    meeting = meeting_in(seat.circle, days=5)
    before.plan_for_meeting(meeting)
    before.withdraw_for_meeting(meeting)

    before.plan_for_meeting(meeting)

    assert states() == ["planned"]


def test_the_sweep_owes_late_joiners_their_reminder_once():
    seat = MembershipFactory()
    meeting = meeting_in(seat.circle, hours=40)
    before.plan_for_meeting(meeting)
    MembershipFactory(circle=seat.circle)

    counts = [before.plan_missing(), before.plan_missing()]

    assert counts == [1, 0]
    assert Reminder.objects.count() == 2


@pytest.mark.parametrize("count", [1, 4])
def test_the_sweep_asks_the_database_a_fixed_number_of_times(count, django_assert_num_queries):
    for _ in range(count):
        meeting_in(MembershipFactory().circle, hours=40)

    with django_assert_num_queries(4):  # meetings, owed, seats, insert
        assert before.plan_missing() == count


def test_the_sweep_leaves_later_meetings_alone():
    meeting_in(MembershipFactory().circle, hours=49)

    assert before.plan_missing() == 0


def test_two_days_before_each_seat_gets_one_mail():
    first = MembershipFactory()
    second = MembershipFactory(circle=first.circle)
    meeting_in(first.circle, hours=40)

    for _ in range(2):
        before.plan_missing()
        send_all()

    assert sorted(message.to[0] for message in mail.outbox) == sorted(
        [first.person.email, second.person.email]
    )
    assert states() == ["sent", "sent"]


def test_the_mail_shows_the_readers_time_and_the_circles():
    seat = MembershipFactory(person__time_zone="America/New_York")
    meeting = MeetingFactory(
        circle=seat.circle,
        time_zone="Europe/Berlin",
        starts_at=timezone.now().replace(minute=0, second=0, microsecond=0) + timedelta(hours=30),
        place="Room Baltic",
    )
    before.plan_for_meeting(meeting)

    send_all()

    here = meeting.starts_at.astimezone(seat.person.zone)
    there = meeting.starts_at.astimezone(meeting.zone)
    body = mail.outbox[0].body
    assert f"{here:%H:%M}" in body
    assert "(America/New_York)" in body
    assert f"{there:%H:%M} (Europe/Berlin)" in body
    assert "Room Baltic" in body


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"state": Meeting.State.CANCELLED}, "The meeting was cancelled or has begun."),
        ({"starts_at": timezone.now() + timedelta(hours=47)}, "The meeting was moved."),
    ],
)
def test_a_reminder_whose_facts_changed_is_not_sent(change, reason):
    seat = MembershipFactory()
    meeting = meeting_in(seat.circle, hours=40)
    before.plan_for_meeting(meeting)
    Meeting.objects.filter(pk=meeting.pk).update(
        **change, ends_at=timezone.now() + timedelta(hours=60)
    )

    send_all()

    assert len(mail.outbox) == 0
    assert Reminder.objects.get().problem == reason


def test_who_cannot_come_is_not_reminded():
    seat = MembershipFactory()
    meeting = meeting_in(seat.circle, hours=40)
    AttendanceFactory(meeting=meeting, person=seat.person, rsvp=Attendance.Rsvp.NOT_GOING)
    before.plan_for_meeting(meeting)

    send_all()

    assert states() == ["cancelled"]


def test_who_left_is_not_reminded():
    seat = MembershipFactory()
    before.plan_for_meeting(meeting_in(seat.circle, hours=40))
    seat.left_on = timezone.localdate()
    seat.save()

    send_all()

    assert len(mail.outbox) == 0


def test_after_a_meeting_its_facilitator_is_asked_for_the_recap_once():
    held = FacilitationFactory()
    meeting = meeting_in(held.circle, hours=-3)

    results = [recap.follow_up(meeting.pk), recap.follow_up(meeting.pk)]
    send_all()

    meeting.refresh_from_db()
    assert results == [True, False]
    assert meeting.state == Meeting.State.CLOSED
    assert [message.to for message in mail.outbox] == [[held.person.email]]
    assert f"/meetings/{meeting.pk}/recap/" in mail.outbox[0].body


@pytest.mark.django_db(transaction=True)
def test_two_follow_ups_at_once_ask_once():
    held = FacilitationFactory()
    meeting = meeting_in(held.circle, hours=-3)
    start, results = Barrier(2), []

    def work():
        start.wait()
        results.append(recap.follow_up(meeting.pk))
        connection.close()

    workers = [Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert sorted(results) == [False, True]
    assert Reminder.objects.count() == 1


def test_a_circle_without_facilitator_asks_its_host():
    host = MembershipFactory(role="host")
    meeting = meeting_in(host.circle, hours=-3)

    recap.follow_up(meeting.pk)

    assert Reminder.objects.get().recipient == host.person


def test_a_meeting_that_has_not_ended_is_not_followed_up():
    meeting = meeting_in(FacilitationFactory().circle, minutes=-30)

    assert recap.follow_up(meeting.pk) is False


def test_the_recap_reaches_everyone_absentees_included_and_nobody_who_came_later():
    held = FacilitationFactory()
    meeting = meeting_in(held.circle, hours=-3)
    present = MembershipFactory(circle=held.circle)
    absent = MembershipFactory(circle=held.circle)
    MembershipFactory(circle=held.circle, joined_on=meeting.held_on + timedelta(days=1))
    AttendanceFactory(meeting=meeting, person=present.person, attended=True)
    AttendanceFactory(meeting=meeting, person=absent.person, attended=False)
    DecisionFactory(meeting=meeting, text="We swap the order")
    CommitmentFactory(
        circle=held.circle, meeting=meeting, owner=present.person, promise="Write the case"
    )
    recap.follow_up(meeting.pk)
    meeting.recap, meeting.state = "We listened.\n\nThen we chose.", Meeting.State.RECAP_SENT
    meeting.recap_sent_at = timezone.now()
    meeting.save()

    for _ in range(2):
        recap.plan_recap(meeting)
        send_all()

    readers = sorted([held.person.email, present.person.email, absent.person.email])
    assert sorted(message.to[0] for message in mail.outbox) == readers
    for words in ("We listened.", "Then we chose.", "We swap the order", "Write the case"):
        assert words in mail.outbox[0].body
    assert states() == ["cancelled", "sent", "sent", "sent"]  # the request was withdrawn


def test_a_recap_request_is_moot_once_the_recap_is_out():
    held = FacilitationFactory()
    meeting = meeting_in(held.circle, hours=-3)
    recap.follow_up(meeting.pk)
    Meeting.objects.filter(pk=meeting.pk).update(recap_sent_at=timezone.now())

    send_all()

    assert Reminder.objects.get().problem == "The recap was sent, or the meeting cancelled."
