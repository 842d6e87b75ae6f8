"""What calendars answer: taken from whom it concerns, and left alone otherwise."""

import imaplib
import io
import sys
from datetime import UTC, datetime, time, timedelta

import pytest
from django.core.management import call_command
from django.db import OperationalError
from django.utils import timezone

from sessions_app.calendars import mailbox
from sessions_app.calendars.names import reply_address, uid_of
from sessions_app.calendars.replies import LARGEST_MAIL, take
from sessions_app.models import Attendance, Invitation
from sessions_app.tasks.calendars import read_replies, tell_newcomers_and_leavers
from tests.factories import (
    AttendanceFactory,
    MeetingFactory,
    MembershipFactory,
    ReminderFactory,
    SeriesFactory,
)

pytestmark = pytest.mark.django_db
NOW = datetime(2030, 5, 10, 9, tzinfo=UTC)
STARTS = datetime(2030, 5, 14, 15, tzinfo=UTC)


def written(moment):
    return f"{moment:%Y%m%dT%H%M%SZ}"


def mail(
    person, uid, *, to=None, attendee=None, says="ACCEPTED", method="REPLY", extra=(), at=None
):
    """A reply as Outlook writes it."""
    lines = [
        "BEGIN:VCALENDAR",
        "PRODID:Microsoft Exchange Server 2010",
        "VERSION:2.0",
        f"METHOD:{method}",
        "BEGIN:VEVENT",
        f"UID:{uid}",
        f"ATTENDEE;PARTSTAT={says};CN=A:MAILTO:{attendee or person.email.upper()}",
        "COMMENT;LANGUAGE=en-GB:Unspeakable",
        f"DTSTAMP:{written(at or timezone.now())}",
        *extra,
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    calendar = "\r\n".join(lines)
    return (
        f"From: {person.email}\r\nTo: Peerloom <{to or reply_address(person)}>\r\n"
        "Subject: Accepted\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/alternative; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: text/plain\r\n\r\nYes\r\n"
        f"--b\r\nContent-Type: text/calendar; method={method}\r\n\r\n{calendar}\r\n--b--\r\n"
    ).encode()


@pytest.fixture
def seat():
    return MembershipFactory(circle__stage="active")


@pytest.fixture
def meeting(seat):
    starts_at = timezone.now().replace(microsecond=0) + timedelta(days=3)
    return MeetingFactory(circle=seat.circle, starts_at=starts_at, sequence=2)


@pytest.mark.parametrize(
    ("says", "rsvp"), [("ACCEPTED", "going"), ("DECLINED", "not_going"), ("TENTATIVE", "")]
)
def test_answer_to_a_meeting_is_taken(seat, meeting, says, rsvp):
    AttendanceFactory(
        meeting=meeting, person=seat.person, rsvp="going", rsvp_at=NOW.replace(year=2020)
    )
    raw = mail(seat.person, uid_of(meeting), says=says, extra=["SEQUENCE:2"])

    taken = [take(raw), take(raw)]

    said = Attendance.objects.get()
    assert taken == [1, 0]
    assert (said.rsvp, said.rsvp_through, said.update) == (rsvp, "calendar", "")


def test_answer_without_a_time_counts_while_what_its_writer_was_told_holds(seat, meeting):
    told_at = timezone.now() - timedelta(days=1)
    Invitation.objects.create(
        person=seat.person, meeting=meeting, method="request", sequence=0, told_at=told_at
    )
    raw = mail(seat.person, uid_of(meeting), extra=["SEQUENCE:0"])
    waiting = ReminderFactory(
        kind="invitation", subject=f"meeting:{meeting.pk}", recipient=seat.person
    )
    assert take(raw) == 0
    waiting.delete()
    Invitation.objects.update(told_at=timezone.now() + timedelta(hours=1))
    assert take(raw) == 0
    Invitation.objects.update(told_at=told_at)
    elsewhere = MeetingFactory(circle=seat.circle, starts_at=meeting.starts_at + timedelta(days=7))
    Invitation.objects.create(
        person=seat.person, meeting=elsewhere, method="request", sequence=0, told_at=timezone.now()
    )

    assert take(raw) == 1


def test_reply_that_names_only_the_day_is_taken(seat, meeting):
    extra = ["DTSTART;VALUE=DATE:20300101", "SEQUENCE:2"]

    assert take(mail(seat.person, uid_of(meeting), extra=extra)) == 1


def test_older_answer_does_not_undo_a_later_one(seat, meeting):
    now = timezone.now()
    later = mail(seat.person, uid_of(meeting), says="DECLINED", at=now - timedelta(minutes=5))
    early = mail(seat.person, uid_of(meeting), says="ACCEPTED", at=now - timedelta(minutes=9))

    assert [take(later), take(early)] == [1, 0]

    said = Attendance.objects.get()
    assert said.rsvp == "not_going"
    assert said.rsvp_at == (now - timedelta(minutes=5)).replace(microsecond=0)


def test_clock_that_is_ahead_does_not_hold_back_later_answers(seat, meeting):
    ahead = mail(seat.person, uid_of(meeting), at=timezone.now() + timedelta(days=300))

    assert take(ahead) == 1

    assert Attendance.objects.get().rsvp_at <= timezone.now()


REFUSED = {
    "forged address": {"to": "peerloom+1-aaaaaaaaaaaaaaaa@localhost"},
    "plain address": {"to": "peerloom@localhost"},
    "another attendee": {"attendee": "somebody@example.test"},
    "no answer": {"says": "DELEGATED"},
    "another method": {"method": "REQUEST"},
    "earlier sequence": {"extra": ["SEQUENCE:1"]},
    "another start": {"extra": ["DTSTART:20200101T100000Z"]},
    "two people": {"extra": ["ATTENDEE;PARTSTAT=ACCEPTED:mailto:b@example.test\r\nATTENDEE:x"]},
    "no number": {"extra": ["SEQUENCE:many"]},
    "no date": {"extra": ["RECURRENCE-ID:tomorrow"]},
}


@pytest.mark.parametrize("how", REFUSED)
def test_other_mails_are_left_alone(seat, meeting, how):
    given = REFUSED[how]
    if how == "two people":
        given = {"attendee": "c@example.test", **given}

    assert take(mail(seat.person, uid_of(meeting), **given)) == 0

    assert not Attendance.objects.exists()


def test_junk_is_left_alone(seat, meeting):
    good = mail(seat.person, uid_of(meeting))
    other = MembershipFactory()
    foreign = MeetingFactory(circle=other.circle, starts_at=timezone.now() + timedelta(days=3))
    over = MeetingFactory(circle=seat.circle)
    junk = [
        b"",
        b"\x00\xff" * 1000,
        b"Subject: hello\r\n\r\nNo calendar",
        good[:-200],
        good.replace(b"VERSION:2.0", b"VERSION:2.0\r\nBEGIN:VEVENT\r\n" * 50),
        good.replace(b"METHOD:REPLY", b"METHOD:REPLY\r\nX:" + b"y" * 200_000),
        good + b"x" * LARGEST_MAIL,
        good.replace(b"DTSTAMP", b"X-STAMP"),
        mail(seat.person, "7@example.test"),
        mail(seat.person, "7d444840-9dc0-11d1-b245-5ffdce74fad2@example.test"),
        mail(seat.person, uid_of(foreign)),
        mail(seat.person, uid_of(over)),
        b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + b"--b\r\n\r\nx\r\n" * 500,
    ]

    assert [take(raw) for raw in junk] == [0] * len(junk)

    assert not Attendance.objects.exists()


def test_who_left_the_organisation_is_not_answered_for(seat, meeting):
    raw = mail(seat.person, uid_of(meeting))
    seat.person.left_on = timezone.localdate()
    seat.person.save()

    assert take(raw) == 0


def series_of(seat):
    first = timezone.localdate() + timedelta(days=3)
    series = SeriesFactory(
        circle=seat.circle, starts_on=first, at=time(23, 30), time_zone="America/New_York"
    )
    for week in range(3):
        day = first + timedelta(weeks=week)
        starts_at = datetime.combine(day, time(23, 30), series.zone).astimezone(UTC)
        MeetingFactory(
            circle=seat.circle, series=series, nominal_on=day, held_on=day, starts_at=starts_at
        )
    return series, list(series.meetings.order_by("nominal_on"))


def test_one_day_of_a_series_is_found_however_it_is_written(seat):
    series, (first, second, third) = series_of(seat)
    days = [
        f"RECURRENCE-ID:{written(first.starts_at)}",
        f"RECURRENCE-ID;TZID=Eastern Standard Time:{second.nominal_on:%Y%m%d}T233000",
        f"RECURRENCE-ID;VALUE=DATE:{third.nominal_on:%Y%m%d}",
    ]

    taken = [take(mail(seat.person, uid_of(series), extra=[day])) for day in days]
    nowhere = mail(seat.person, uid_of(series), extra=["RECURRENCE-ID;VALUE=DATE:20200101"])

    assert taken == [1, 1, 1]
    assert take(nowhere) == 0
    assert set(Attendance.objects.values_list("meeting", flat=True)) == {
        first.pk,
        second.pk,
        third.pk,
    }


def test_answer_to_the_series_answers_what_has_no_answer(seat):
    series, (first, second, third) = series_of(seat)
    AttendanceFactory(meeting=first, person=seat.person, rsvp="not_going", rsvp_at=NOW)
    # Taken back, after the reply was written: it stays open.
    AttendanceFactory(meeting=third, person=seat.person, rsvp="", rsvp_at=NOW)

    assert take(mail(seat.person, uid_of(series))) == 1

    said = dict(Attendance.objects.values_list("meeting", "rsvp"))
    assert said == {first.pk: "not_going", second.pk: "going", third.pk: ""}


def test_command_reads_one_mail(seat, meeting, monkeypatch, capsys):
    raw = mail(seat.person, uid_of(meeting))
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(raw + b" " * LARGEST_MAIL)))
    call_command("read_replies")
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(raw)))
    call_command("read_replies")

    assert capsys.readouterr().out == "0 taken\n1 taken\n"


def test_command_asks_for_the_mail_again_while_the_database_is_away(monkeypatch, capsys):
    def broken(raw):
        raise OperationalError

    monkeypatch.setattr("sessions_app.management.commands.read_replies.take", broken)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"")))

    with pytest.raises(SystemExit) as ended:
        call_command("read_replies")

    assert ended.value.code == 75


class Mailbox:
    """Speaks as imaplib does."""

    error = imaplib.IMAP4.error
    opened = "OK"
    made = []

    def __init__(self, host, port, timeout):
        self.made.append(self)
        self.address = (host, port)
        self.log = []

    def login(self, user, password):
        self.log.append((user, password))

    def select(self, folder):
        self.log.append(folder)
        return self.opened, [b""]

    def search(self, charset, what):
        return "OK", [" ".join(map(str, range(1, len(self.mails) + 1))).encode()]

    def fetch(self, number, what):
        raw = self.mails[int(number) - 1]
        if "SIZE" in what:
            return "OK", [f"{number} (RFC822.SIZE {len(raw)})".encode()]
        return "OK", [(b"1 (BODY[] {9}", raw), b")"]

    def store(self, number, how, flag):
        self.log.append((number, how, flag))

    def logout(self):
        self.log.append("out")


@pytest.mark.parametrize(
    ("url", "program", "port"),
    [
        ("imaps://me%40x:p%2Fw@imap.test/Answers", "IMAP4_SSL", 993),
        ("imap://me%40x:p%2Fw@imap.test/Answers", "IMAP4", 143),
    ],
)
def test_mailbox_is_read_and_marked(seat, meeting, settings, monkeypatch, url, program, port):
    settings.REPLY_IMAP_URL = url
    Mailbox.mails = [mail(seat.person, uid_of(meeting)), b"x" * (LARGEST_MAIL + 1), b"junk"]
    monkeypatch.setattr(Mailbox, "made", [])
    monkeypatch.setattr(imaplib, program, Mailbox)

    read_replies()

    (box,) = Mailbox.made
    assert box.address == ("imap.test", port)
    marks = [(str(number), "+FLAGS", "\\Seen") for number in (1, 2, 3)]
    assert box.log == [("me@x", "p/w"), "Answers", *marks, "out"]
    assert Attendance.objects.get().rsvp == "going"


def test_mailbox_out_of_reach_waits(settings, monkeypatch):
    assert mailbox.read_mailbox() == 0
    settings.REPLY_IMAP_URL = "imaps://me:pw@imap.test"
    Mailbox.mails = []
    monkeypatch.setattr(imaplib, "IMAP4_SSL", Mailbox)
    monkeypatch.setattr(Mailbox, "opened", "NO")
    assert mailbox.read_mailbox() == 0

    def unreachable(*args, **kwargs):
        raise OSError("no route")

    monkeypatch.setattr(imaplib, "IMAP4_SSL", unreachable)
    assert mailbox.read_mailbox() == 0


def test_beat_job_runs_on_nothing():
    tell_newcomers_and_leavers()
