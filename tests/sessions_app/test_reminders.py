from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.core import mail
from django.db import connection
from django.utils import timezone

from circles.models import Circle, Leave
from notifications import planner
from notifications.actions import send
from notifications.asking import one_asking
from notifications.composing import compose_all
from notifications.models import Reminder
from notifications.wishing import change_wishes
from sessions_app.actions.live import close_unbegun
from sessions_app.models import Meeting
from sessions_app.reminders import before, recap
from tests.factories import (
    AttendanceFactory,
    CircleFactory,
    CommitmentFactory,
    DecisionFactory,
    FacilitationFactory,
    MeetingFactory,
    MembershipFactory,
    RoleTurnFactory,
)

pytestmark = pytest.mark.django_db


def meeting_in(circle, **ahead):
    return MeetingFactory(circle=circle, starts_at=timezone.now() + timedelta(**ahead))


def send_all():
    for pk in Reminder.objects.due().values_list("pk", flat=True):
        send(pk)


def states():
    return sorted(Reminder.objects.values_list("state", flat=True))


def keep(*meetings):
    planner.keep("meeting", [meeting.pk for meeting in meetings])


def owed(kind):
    rows = Reminder.objects.filter(kind=kind, state=Reminder.State.PLANNED)
    return {reminder.recipient: reminder.due_at for reminder in rows}


def test_meeting_owes_its_agenda_a_question_and_the_way_each_in_its_time():
    seat = MembershipFactory()
    held = FacilitationFactory(circle=seat.circle)
    MembershipFactory(circle=seat.circle, left_on=timezone.localdate())
    meeting = meeting_in(seat.circle, days=9)

    keep(meeting)

    starts_at = meeting.starts_at
    both = [seat.person, held.person]
    assert owed("meeting_7d") == dict.fromkeys(both, starts_at - timedelta(days=7))
    assert owed("meeting_48h") == {seat.person: starts_at - timedelta(hours=48)}
    assert owed("meeting_2h") == dict.fromkeys(both, starts_at - timedelta(hours=2))


@pytest.mark.parametrize(
    ("ahead", "kinds"),
    [
        (timedelta(days=6, hours=1), ["meeting_2h", "meeting_48h", "meeting_7d"]),
        (timedelta(days=3), ["meeting_2h", "meeting_48h"]),
        (timedelta(hours=23), ["meeting_2h"]),
        (timedelta(minutes=50), []),
    ],
)
def test_what_comes_too_late_is_not_planned(ahead, kinds):
    seat = MembershipFactory()

    keep(MeetingFactory(circle=seat.circle, starts_at=timezone.now() + ahead))

    assert sorted(Reminder.objects.values_list("kind", flat=True)) == kinds


@pytest.mark.parametrize(
    ("said", "kinds"),
    [
        ("", ["meeting_2h", "meeting_48h", "meeting_7d"]),
        ("going", ["meeting_2h", "meeting_7d"]),
        ("not_going", []),
    ],
)
def test_who_has_answered_is_not_asked_and_who_cannot_come_hears_nothing(said, kinds):
    seat = MembershipFactory()
    meeting = meeting_in(seat.circle, days=9)
    AttendanceFactory(meeting=meeting, person=seat.person, rsvp=said)

    keep(meeting)

    assert sorted(Reminder.objects.values_list("kind", flat=True)) == kinds


def test_leave_covers_its_days_and_no_others():
    seat = MembershipFactory()
    today = timezone.localdate()
    days = {"began_on": today, "back_by": today + timedelta(days=10)}
    Leave.objects.create(membership=seat, **days)
    away, back = (meeting_in(seat.circle, days=days) for days in (9, 10))

    keep(away, back)

    assert set(Reminder.objects.values_list("subject", flat=True)) == {f"meeting:{back.pk}"}


def test_circle_that_rests_or_closes_owes_only_what_it_will_meet_for():
    seat = MembershipFactory(circle__stage="paused")
    today = timezone.localdate()
    meetings = [meeting_in(seat.circle, days=days) for days in (9, 20, 30)]
    pause = seat.circle.pauses.create(began_on=today, back_by=today + timedelta(days=15))
    Circle.objects.filter(pk=seat.circle_id).update(closes_on=today + timedelta(days=25))

    keep(*meetings)
    subjects = set(Reminder.objects.values_list("subject", flat=True))
    pause.back_by = None
    pause.save()
    keep(*meetings)

    assert subjects == {f"meeting:{meetings[1].pk}"}
    assert owed("meeting_2h") == {}


@pytest.mark.parametrize("count", [1, 4])
def test_wanted_asks_the_database_a_fixed_number_of_times(count, django_assert_num_queries):
    meetings = [meeting_in(MembershipFactory().circle, days=9) for _ in range(count)]
    keys = [meeting.pk for meeting in meetings]

    with django_assert_num_queries(2), one_asking():  # members, and facilitators
        for kind in ("meeting_7d", "meeting_48h", "meeting_2h"):
            assert len(list(before.wanted(kind, keys))) == count
    for wanted in (recap.requests, recap.recaps):
        with django_assert_num_queries(2):
            list(wanted(keys))


def test_each_mail_goes_out_once():
    first = MembershipFactory()
    second = MembershipFactory(circle=first.circle)
    meeting = meeting_in(first.circle, hours=40)

    for _ in range(2):
        keep(meeting)
        send_all()

    assert sorted(message.to[0] for message in mail.outbox) == sorted(
        [first.person.email, second.person.email]
    )


def test_wishes_never_touch_the_plan_and_decide_when_it_goes_out():
    seat = MembershipFactory()
    keep(meeting_in(seat.circle, hours=40))
    plan = set(Reminder.objects.values_list("kind", "due_at", "state"))

    change_wishes(seat.person, said={}, kinds={("meeting_48h", "mail"): "off"})

    assert set(Reminder.objects.values_list("kind", "due_at", "state")) == plan
    send_all()
    assert len(mail.outbox) == 0
    assert seat.person.notices.count() == 1


def letters_of(kind):
    """What each reader of that kind is told, by their name, in their zone."""
    rows = list(Reminder.objects.filter(kind=kind).select_related("recipient"))
    return {row.recipient: compose_all(rows)[row.pk] for row in rows}


def test_agenda_says_what_happens_what_one_is_and_what_to_prepare():
    seat = MembershipFactory(circle__name="Night owls")
    held = FacilitationFactory(circle=seat.circle)
    version = seat.circle.format_version
    version.definition |= {
        "agenda": [
            {"name": "Check-in", "minutes": 10, "mode": "member"},
            {"name": "Hot seat", "minutes": 50, "mode": "circle"},
        ],
        "before": ["Bring your key numbers"],
    }
    version.save()
    meeting = meeting_in(seat.circle, days=9)
    RoleTurnFactory(meeting=meeting, role="timekeeper", person=seat.person)
    keep(meeting)

    letters = letters_of("meeting_7d")

    mine, theirs = letters[seat.person], letters[held.person]
    assert mine.button_label == "See the agenda"
    assert [title for title, _ in mine.sections] == ["To prepare", "Agenda"]
    assert mine.sections[0][1][:2] == ["You are timekeeper.", "Bring your key numbers"]
    assert mine.sections[1][1] == [
        "0:00 Check-in, 10 minutes (one person)",
        "0:10 Hot seat, 50 minutes (all together)",
    ]
    assert [title for title, _ in theirs.sections] == ["Agenda"]


def test_two_hours_before_the_mail_says_where_to_go_in_the_readers_zone():
    seat = MembershipFactory(person__time_zone="America/New_York", circle__name="Night owls")
    meeting = MeetingFactory(
        circle=seat.circle,
        time_zone="Europe/Berlin",
        starts_at=timezone.now().replace(minute=0, second=0, microsecond=0) + timedelta(days=9),
        place="Room Baltic",
        video_url="https://meet.example.org/owls",
    )
    keep(meeting)

    letter = letters_of("meeting_2h")[seat.person]

    here = meeting.starts_at.astimezone(seat.person.zone)
    there = meeting.starts_at.astimezone(meeting.zone)
    facts = dict(letter.facts)
    assert letter.subject == f"Night owls meets at {here:%H:%M}"
    assert "(America/New_York)" in facts["When"]
    assert f"{there:%H:%M} (Europe/Berlin)" in facts["In the circle’s zone"]
    assert (facts["Where"], facts["Online"]) == ("Room Baltic", "https://meet.example.org/owls")
    assert (letter.button_label, letter.choices) == ("Open the meeting", [])


@pytest.mark.parametrize("count", [1, 4])
def test_the_way_costs_as_many_queries_for_many_readers(count, django_assert_num_queries):
    circle = MembershipFactory().circle
    MembershipFactory.create_batch(count - 1, circle=circle)
    keep(meeting_in(circle, days=9))
    rows = list(Reminder.objects.filter(kind="meeting_2h").select_related("recipient"))

    with django_assert_num_queries(3):  # the meetings; who is still owed it, in two
        letters = compose_all(rows)

    assert len({id(letter) for letter in letters.values()}) == 1
    assert len(letters) == count


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
    keep(meeting)
    Meeting.objects.filter(pk=meeting.pk).update(
        **change, ends_at=timezone.now() + timedelta(hours=60)
    )

    send_all()

    assert len(mail.outbox) == 0
    assert Reminder.objects.get(kind="meeting_48h").problem == reason


def test_who_left_or_answered_meanwhile_is_not_reminded():
    left, answered = MembershipFactory.create_batch(2, circle=CircleFactory())
    meeting = meeting_in(left.circle, hours=40)
    keep(meeting)
    left.left_on = timezone.localdate()
    left.save()
    AttendanceFactory(meeting=meeting, person=answered.person, rsvp="going")

    send_all()

    assert len(mail.outbox) == 0
    chases = Reminder.objects.filter(kind="meeting_48h")
    assert set(chases.values_list("problem", flat=True)) == {before.NOBODY_ANY_MORE}


def test_after_a_meeting_its_facilitator_is_asked_for_the_recap_once():
    held = FacilitationFactory()
    meeting = meeting_in(held.circle, hours=-3)

    results = [close_unbegun(meeting.pk), close_unbegun(meeting.pk)]
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
        results.append(close_unbegun(meeting.pk))
        connection.close()

    workers = [Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert sorted(results) == [False, True]
    assert Reminder.objects.filter(kind="recap_request").count() == 1


def test_a_circle_without_facilitator_asks_its_host():
    host = MembershipFactory(role="host")
    meeting = meeting_in(host.circle, hours=-3)

    close_unbegun(meeting.pk)

    assert Reminder.objects.get().recipient == host.person


def test_a_meeting_that_has_not_ended_is_not_followed_up():
    meeting = meeting_in(FacilitationFactory().circle, minutes=-30)

    assert close_unbegun(meeting.pk) is False


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
    close_unbegun(meeting.pk)
    meeting.recap, meeting.state = "We listened.\n\nThen we chose.", Meeting.State.RECAP_SENT
    meeting.recap_sent_at = timezone.now()
    meeting.save()

    for _ in range(2):
        keep(meeting)
        send_all()

    readers = sorted([held.person.email, present.person.email, absent.person.email])
    assert sorted(message.to[0] for message in mail.outbox) == readers
    for words in ("We listened.", "Then we chose.", "We swap the order", "Write the case"):
        assert words in mail.outbox[0].body
    assert states() == ["cancelled", "sent", "sent", "sent"]  # the request was withdrawn


def test_a_recap_request_is_moot_once_the_recap_is_out():
    held = FacilitationFactory()
    meeting = meeting_in(held.circle, hours=-3)
    close_unbegun(meeting.pk)
    Meeting.objects.filter(pk=meeting.pk).update(recap_sent_at=timezone.now())

    send_all()

    assert Reminder.objects.get().problem == "The recap was sent, or the meeting cancelled."
