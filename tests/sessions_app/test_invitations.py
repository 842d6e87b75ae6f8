"""What calendars are told by mail: once, the latest, and to whom it concerns."""

from datetime import UTC, datetime, time, timedelta

import pytest
from django.utils import timezone
from icalendar import Calendar

from circles.models import Leave
from notifications import planner
from notifications.actions import plan, send, withdraw
from notifications.models import Reminder
from sessions_app.actions.meetings import cancel_meeting, change_meeting, restore_meeting
from sessions_app.actions.series import end_series, resume_series
from sessions_app.models import Invitation, Meeting, Series
from sessions_app.recurrence.words import describe
from sessions_app.reminders import comers
from sessions_app.reminders.invitations import tell_meeting, tell_series
from tests.factories import (
    AttendanceFactory,
    MeetingFactory,
    MembershipFactory,
    PersonFactory,
    SeriesFactory,
)

SOON = timezone.now() + timedelta(minutes=1)
pytestmark = pytest.mark.django_db


def deliver(mailoutbox):
    """Send what is owed as if its minute were over; returns the new mails."""
    seen = len(mailoutbox)
    told = Reminder.objects.filter(kind__in=("invitation", "cancellation"), state="planned")
    for reminder in told.order_by("pk"):
        Reminder.objects.filter(pk=reminder.pk).update(due_at=timezone.now())
        send(reminder.pk)
    return mailoutbox[seen:]


def calendar_in(mail):
    content, mimetype = mail.alternatives[1]
    attached = mail.attachments[0]
    assert attached.filename == "invite.ics"
    assert attached.content == content.encode()
    calendar = Calendar.from_ical(content)
    assert mimetype == f"text/calendar; method={calendar['METHOD']}"
    return calendar


def flat(mail):
    return " ".join(mail.body.split())


@pytest.fixture
def seat():
    return MembershipFactory(circle__name="Night owls", circle__stage="active")


def meeting_for(seat, **fields):
    starts_at = (timezone.now() + timedelta(days=5)).replace(hour=15, minute=0, microsecond=0)
    return MeetingFactory(circle=seat.circle, **{"starts_at": starts_at.replace(second=0)} | fields)


def series_for(seat, **fields):
    """A weekly series with three meetings to come."""
    first = timezone.localdate() + timedelta(days=3)
    series = SeriesFactory(
        circle=seat.circle,
        starts_on=first,
        at=time(15),
        planned_until=first + timedelta(days=14),
        **fields,
    )
    for week in range(3):
        day = first + timedelta(weeks=week)
        starts_at = datetime.combine(day, time(15), UTC)
        MeetingFactory(circle=seat.circle, series=series, nominal_on=day, starts_at=starts_at)
    return series


def change(thing, **fields):
    type(thing).objects.filter(pk=thing.pk).update(sequence=thing.sequence + 1, **fields)
    thing.refresh_from_db()


def test_single_meeting_is_told_moved_and_called_off(seat, mailoutbox):
    meeting = meeting_for(seat, video_url="https://x.test/call")
    tell_meeting(meeting)
    tell_meeting(meeting)
    (invited,) = deliver(mailoutbox)
    was = meeting.starts_at
    change(meeting, starts_at=was + timedelta(days=1), ends_at=meeting.ends_at + timedelta(days=1))
    tell_meeting(meeting)
    (moved,) = deliver(mailoutbox)
    change(meeting, place="Room 4")
    tell_meeting(meeting)
    (changed,) = deliver(mailoutbox)
    change(meeting, state=Meeting.State.CANCELLED)
    tell_meeting(meeting)
    (off,) = deliver(mailoutbox)

    calendars = [calendar_in(mail) for mail in (invited, moved, changed, off)]
    events = [calendar.events[0] for calendar in calendars]
    assert [str(one["METHOD"]) for one in calendars] == ["REQUEST", "REQUEST", "REQUEST", "CANCEL"]
    assert [event["SEQUENCE"] for event in events] == [0, 1, 2, 3]
    assert len({str(event["UID"]) for event in events}) == 1
    assert events[1]["DTSTART"].dt == meeting.starts_at
    assert (events[2]["STATUS"], events[3]["STATUS"]) == ("CONFIRMED", "CANCELLED")
    assert flat(invited).count("/answer/") == 2
    assert f"It moved from {was:%A} {was.day} {was:%B}, 15:00 to 16:00 (UTC) to" in flat(moved)
    assert "The time stays." in flat(changed)
    assert off.subject.startswith("Called off: Night owls, ")
    told = Invitation.objects.get()
    assert (told.method, told.sequence, told.meeting) == ("cancel", 3, meeting)


def test_nothing_is_told_twice_or_too_late_or_to_someone_who_never_knew(seat, mailoutbox):
    meeting, over = meeting_for(seat), meeting_for(seat, state=Meeting.State.CANCELLED)
    tell_meeting(meeting)
    assert len(deliver(mailoutbox)) == 1

    tell_meeting(meeting)
    tell_meeting(over)
    gone = meeting_for(seat, starts_at=timezone.now() - timedelta(hours=3))
    tell_meeting(gone)
    series = SeriesFactory(circle=seat.circle, starts_on=timezone.localdate())
    tell_series(series)
    series.delete()

    assert deliver(mailoutbox) == []
    assert set(Reminder.objects.exclude(state="sent").values_list("problem", flat=True)) == {
        "Their calendar knows it already.",
        "They were never invited to it.",
        "The meeting is over or gone.",
        "The series is gone.",
    }


def test_mail_that_fails_is_not_remembered_as_told(seat, mailoutbox, monkeypatch):
    meeting = meeting_for(seat)
    tell_meeting(meeting)
    with monkeypatch.context() as broken:
        broken.setattr("notifications.channels.mail.build", lambda *a, **k: 1 / 0)
        deliver(mailoutbox)

    assert not Invitation.objects.exists()


def test_series_is_told_whole_and_its_single_days_by_their_names(seat, mailoutbox):
    series = series_for(seat, title="Growth", place="Room 4")
    moved, off, _ = series.meetings.order_by("nominal_on")
    tell_series(series)
    (invited,) = deliver(mailoutbox)
    usual = moved.starts_at
    change(moved, starts_at=usual + timedelta(days=1), ends_at=moved.ends_at + timedelta(days=1))
    change(off, state=Meeting.State.CANCELLED)
    tell_meeting(moved)
    tell_meeting(off)
    told_moved, told_off = deliver(mailoutbox)

    (master, *_) = calendar_in(invited).events
    (event,) = calendar_in(told_moved).events
    (gone,) = calendar_in(told_off).events
    assert master["RRULE"].to_ical() == b"FREQ=WEEKLY"
    assert str(master["UID"]) == str(event["UID"]) == str(gone["UID"])
    assert event["RECURRENCE-ID"].dt == usual
    assert (event["SEQUENCE"], gone["SEQUENCE"], gone["STATUS"]) == (1, 1, "CANCELLED")
    assert flat(invited).count("/answer/") == 2
    assert invited.subject == "Night owls: your meetings"
    assert "15:00 to 16:00 (UTC) to" in flat(told_moved)
    assert told_off.subject.startswith("Called off: ")
    assert set(Invitation.objects.values_list("series", "meeting")) == {
        (series.pk, None),
        (None, moved.pk),
        (None, off.pk),
    }


def test_changed_ended_and_called_off_series(seat, mailoutbox):
    series = series_for(seat)
    tell_series(series)
    deliver(mailoutbox)
    was = describe(series)
    change(series, at=time(16))
    tell_series(series)
    (changed,) = deliver(mailoutbox)
    change(series, video_url="https://x.test/call")
    tell_series(series)
    (same_time,) = deliver(mailoutbox)
    change(series, ended_at=timezone.now())
    series.meetings.filter(nominal_on__gt=series.starts_on).update(state="cancelled")
    tell_series(series)
    (ended,) = deliver(mailoutbox)
    change(series)
    series.meetings.update(state="cancelled")
    tell_series(series)
    (off,) = deliver(mailoutbox)

    assert f"It was: {was}." in flat(changed)
    assert "The time stays." in flat(same_time)
    assert "The meetings of this rhythm end." in flat(ended)
    assert "UNTIL" in calendar_in(ended).events[0]["RRULE"]
    assert off.subject == "Called off: the meetings of Night owls"
    assert str(calendar_in(off)["METHOD"]) == "CANCEL"
    assert Invitation.objects.get().method == "cancel"


def test_what_was_taken_back_before_anybody_was_told_is_not_told(seat, mailoutbox):
    meeting, series = meeting_for(seat), series_for(seat)
    AttendanceFactory(meeting=meeting, person=seat.person, rsvp="going")
    tell_meeting(meeting)
    tell_series(series)
    assert len(deliver(mailoutbox)) == 2

    restore_meeting(cancel_meeting(meeting))
    end_series(series)
    resume_series(series)

    assert deliver(mailoutbox) == []
    refused = Reminder.objects.filter(kind="invitation", problem__contains="taken back")
    assert refused.count() == 2
    meeting.refresh_from_db()
    change(meeting, place="Room 4")
    tell_meeting(meeting)
    (changed,) = deliver(mailoutbox)
    assert calendar_in(changed).events[0]["SEQUENCE"] == 3


def test_meeting_that_moved_there_and_back_asks_again_who_had_answered(seat, mailoutbox):
    MembershipFactory(circle=seat.circle)
    meeting = meeting_for(seat)
    AttendanceFactory(meeting=meeting, person=seat.person, rsvp="going")
    tell_meeting(meeting)
    assert len(deliver(mailoutbox)) == 2

    for hour in (16, 15):
        starts = meeting.local_starts.replace(hour=hour)
        change_meeting(meeting, starts=starts, minutes=meeting.minutes, title=meeting.title)

    (asked,) = deliver(mailoutbox)
    assert asked.to == [seat.person.email]


def test_what_holds_again_is_told_to_who_was_told_of_its_series_meanwhile(seat, mailoutbox):
    series = series_for(seat)
    day = series.meetings.latest("starts_at")
    tell_series(series)
    change(day, place="Room 4")
    tell_meeting(day)
    deliver(mailoutbox)
    another = series.meetings.earliest("starts_at")
    change(another, place="Room 6")
    tell_meeting(another)
    deliver(mailoutbox)
    change(day)
    tell_meeting(day)
    assert deliver(mailoutbox) == []

    change(series, place="Room 5")
    tell_series(series)
    deliver(mailoutbox)
    change(day)
    tell_meeting(day)

    assert [mail.subject.split(":")[0] for mail in deliver(mailoutbox)] == ["Changed"]


def test_who_is_on_leave_is_told_when_they_are_back(seat, mailoutbox):
    away = MembershipFactory(circle=seat.circle)
    leave = Leave.objects.create(
        membership=away,
        began_on=timezone.localdate(),
        back_by=timezone.localdate() + timedelta(days=30),
    )
    meeting = meeting_for(seat)
    tell_meeting(meeting)
    Reminder.objects.create(
        kind="invitation",
        subject=f"meeting:{meeting.pk}",
        recipient=away.person,
        due_at=timezone.now(),
    )
    first = deliver(mailoutbox)
    assert comers.tell_newcomers() == 0
    Reminder.objects.filter(recipient=away.person).update(
        created_at=timezone.now() - timedelta(days=2)
    )
    leave.ended_on = timezone.localdate()
    leave.save()

    assert comers.tell_newcomers() == 1
    later = deliver(mailoutbox)

    assert [mail.to for mail in first] == [[seat.person.email]]
    assert [mail.to for mail in later] == [[away.person.email]]


def test_newcomers_and_leavers_are_told_once(seat, mailoutbox):
    stays = seat
    series, meeting = series_for(stays), meeting_for(stays)
    untold = series_for(MembershipFactory(circle__stage="active"))
    tell_series(series)
    tell_meeting(meeting)
    deliver(mailoutbox)
    comes = MembershipFactory(circle=stays.circle, joined_on=timezone.localdate())
    MembershipFactory(circle=stays.circle, person=PersonFactory(email=None))

    owed = [comers.tell_newcomers() for _ in range(2)]
    joined = deliver(mailoutbox)
    owed += [comers.tell_newcomers(), comers.tell_leavers()]
    comes.left_on = timezone.localdate()
    comes.save()
    owed += [comers.tell_leavers() for _ in range(2)]
    left = deliver(mailoutbox)
    owed += [comers.tell_newcomers(), comers.tell_leavers()]

    assert owed == [2, 0, 0, 0, 2, 0, 0, 0]
    assert {str(calendar_in(mail)["METHOD"]) for mail in joined} == {"REQUEST"}
    assert {mail.subject for mail in left} == {"Out of your calendar: Night owls"}
    assert {event["STATUS"] for mail in left for event in calendar_in(mail).events} == {"CANCELLED"}
    assert not Invitation.objects.filter(series=untold).exists()
    assert Series.objects.count() == 2


def test_leaver_is_told_though_a_cancellation_was_taken_back_today(seat, mailoutbox):
    series = series_for(seat)
    tell_series(series)
    deliver(mailoutbox)
    plan("cancellation", subject=f"series:{series.pk}", recipients=[seat.person], due_at=SOON)
    withdraw(f"series:{series.pk}", kind="cancellation")
    seat.left_on = timezone.localdate()
    seat.save()

    owed = comers.tell_leavers()

    assert owed == 1


def test_meeting_planned_at_short_notice_is_asked_about_once(seat, mailoutbox):
    meeting = meeting_for(seat, starts_at=timezone.now() + timedelta(hours=30))
    planner.keep("meeting", [meeting.pk])
    tell_meeting(meeting)

    chase = Reminder.objects.get(kind="meeting_48h")

    (asked,) = deliver(mailoutbox)

    assert str(calendar_in(asked)["METHOD"]) == "REQUEST"
    assert not send(chase.pk)
    chase.refresh_from_db()
    assert chase.problem == "The invitation asks the same."
