"""On Monday at eight, whoever facilitates is told which of their circles need them, and why."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core import mail
from django.urls import reverse

from circles.models import Circle, Facilitation
from facilitation.reminders import (
    FACILITATOR,
    FACILITATOR_DIGEST,
    letter,
    mondays,
    others_in_words,
    wanted,
)
from facilitation.tasks import plan_next_monday
from members.models import Member
from notifications import planner
from notifications.catalogue import kind_named
from notifications.models import Reminder
from tests.factories import (
    AttendanceFactory,
    FacilitationFactory,
    MeetingFactory,
    MembershipFactory,
    PersonFactory,
    ReminderFactory,
)
from tests.notifications.sending import send

# A Tuesday.
NOW = datetime(2026, 5, 12, 10, 0, tzinfo=UTC)
NEXT = datetime(2026, 5, 18, 8, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


def owed():
    rows = Reminder.objects.filter(kind=FACILITATOR_DIGEST, state=Reminder.State.PLANNED)
    return list(rows.order_by("due_at").values_list("recipient", "due_at"))


def circle_of(person, *, needs, **fields):
    """One whose next meeting is planned needs nobody."""
    held = FacilitationFactory(person=person, circle__stage=Circle.Stage.ACTIVE, **fields)
    if not needs:
        MeetingFactory(circle=held.circle, starts_at=NOW + timedelta(days=40))
    return held.circle


@pytest.mark.parametrize(
    ("now", "zone", "last", "coming"),
    [
        (NOW, "UTC", "2026-05-11T08:00+00:00", "2026-05-18T08:00+00:00"),
        (NOW, "Asia/Tokyo", "2026-05-10T23:00+00:00", "2026-05-17T23:00+00:00"),
        # Monday, before eight and at eight; and on Sunday evening, when it is Monday elsewhere.
        (NEXT - timedelta(minutes=1), "UTC", "2026-05-11T08:00+00:00", "2026-05-18T08:00+00:00"),
        (NEXT, "UTC", "2026-05-18T08:00+00:00", "2026-05-25T08:00+00:00"),
        (
            datetime(2026, 5, 17, 23, 30, tzinfo=UTC),
            "Asia/Tokyo",
            "2026-05-17T23:00+00:00",
            "2026-05-24T23:00+00:00",
        ),
        # The clocks go forward on 29 March.
        (
            datetime(2026, 3, 25, 10, tzinfo=UTC),
            "Europe/Berlin",
            "2026-03-23T07:00+00:00",
            "2026-03-30T06:00+00:00",
        ),
    ],
)
def test_monday_at_eight_is_on_the_clock_of_the_person(now, zone, last, coming):
    found = [moment.isoformat(timespec="minutes") for moment, _ in mondays(now, ZoneInfo(zone))]

    assert found == [last, coming]


@pytest.mark.parametrize(
    ("number", "words"),
    [(0, ""), (1, "The other one is going well."), (5, "The other five are going well.")],
)
def test_the_rest_is_said_in_words(number, words):
    assert others_in_words(number) == words


@pytest.mark.django_db
@pytest.mark.parametrize("count", [1, 4])
def test_what_is_wanted_takes_two_queries(count, django_assert_num_queries):
    people = [FacilitationFactory().person_id for _ in range(count)]

    with django_assert_num_queries(2):  # letters sent, appointments
        found = list(wanted(people))

    assert len(found) == 2 * count


@pytest.mark.django_db
@pytest.mark.parametrize("count", [1, 12])
def test_a_letter_takes_as_many_queries_for_twelve_circles(count, django_assert_num_queries):
    person = PersonFactory()
    for _ in range(count):
        circle = circle_of(person, needs=True)
        past = MeetingFactory(circle=circle, starts_at=NOW - timedelta(days=8))
        AttendanceFactory(meeting=past, person=MembershipFactory(circle=circle).person)
    owed = ReminderFactory(kind=FACILITATOR_DIGEST, subject=f"facilitator:{person.pk}")
    owed.recipient = person

    # As the hub: circles, next and last meetings, seats, attendance, commitments, goals; of misses
    # the meetings, attendance, leaves and seats.
    with django_assert_num_queries(11):
        written = letter(owed)

    assert len(written.sections) == count


@pytest.mark.django_db
def test_appointing_and_ending_keep_the_letter():
    held = FacilitationFactory(appointed_on=NOW.date())
    planner.keep("circle", [held.circle_id])
    appointed = owed()
    Facilitation.objects.update(ended_on=NOW.date())

    planner.keep("circle", [held.circle_id])

    assert appointed == [(held.person_id, NEXT)]
    assert owed() == []


@pytest.mark.django_db
def test_who_is_appointed_on_a_monday_waits_for_the_next(clock):
    clock.move_to(NEXT + timedelta(hours=1))
    held = FacilitationFactory(appointed_on=NEXT.date())

    planner.keep("circle", [held.circle_id])

    assert owed() == [(held.person_id, NEXT + timedelta(days=7))]


@pytest.mark.django_db
def test_the_night_plans_for_all_and_follows_a_new_time_zone():
    held = FacilitationFactory()
    FacilitationFactory(circle__stage=Circle.Stage.CLOSED)
    plan_next_monday()
    planned = owed()
    Member.objects.filter(pk=held.person_id).update(time_zone="Asia/Tokyo")

    plan_next_monday()

    assert planned == [(held.person_id, NEXT)]
    assert owed() == [(held.person_id, NEXT - timedelta(hours=9))]


@pytest.mark.django_db
def test_one_letter_a_week_says_which_circles_need_one_and_why(clock):
    person = PersonFactory()
    night = circle_of(person, needs=True, circle__name="Night owls")
    circle_of(person, needs=False, circle__name="Early birds")
    circle_of(person, needs=False, circle__name="Sound sleepers")
    circle_of(PersonFactory(), needs=True, circle__name="Of somebody else")
    planner.keep(FACILITATOR, [person.pk])

    for minutes in range(0, 6 * 24 * 60, 12 * 60):
        clock.move_to(NEXT + timedelta(minutes=minutes))
        send()
        planner.keep(FACILITATOR, [person.pk])

    (sent,) = mail.outbox
    assert sent.subject == "One of your three circles needs you"
    assert "Night owls\n- No next meeting is planned. Schedule one.\n" in sent.body
    assert night.get_absolute_url() in sent.body
    assert "The other two are going well." in sent.body
    assert reverse("facilitation:hub") in sent.body
    for name in ("Early birds", "Sound sleepers", "Of somebody else"):
        assert name not in sent.body
    html = str(sent.alternatives[0][0])
    assert f'{night.get_absolute_url()}">Night owls</a></h2>' in html
    assert owed() == [(person.pk, NEXT + timedelta(days=7))]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "fact",
    [
        lambda held: MeetingFactory(circle=held.circle, starts_at=NEXT + timedelta(days=20)),
        lambda held: Facilitation.objects.update(ended_on=date(2026, 5, 17)),
    ],
)
def test_nothing_to_say_is_no_mail(clock, fact):
    held = FacilitationFactory(circle__stage=Circle.Stage.ACTIVE)
    planner.keep(FACILITATOR, [held.person_id])
    fact(held)
    clock.move_to(NEXT)

    send()

    assert mail.outbox == []
    found = Reminder.objects.get(due_at=NEXT)
    assert found.problem == "None of the circles that they facilitate needs them."


@pytest.mark.django_db
def test_only_who_facilitates_is_asked_how_they_want_it():
    offered = kind_named(FACILITATOR_DIGEST).offered_to
    former = FacilitationFactory(ended_on=NOW.date()).person

    found = [
        offered(Member.objects.get(pk=who.pk))
        for who in (FacilitationFactory().person, former, PersonFactory())
    ]

    assert found == [True, False, False]
