"""Who joins late learns what holds now and what comes next, and nothing from before."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.urls import reverse

from circles.actions.leaves import go_on_leave
from circles.models import Charter, ClosingWord, Leave
from notifications import planner
from notifications.actions import send
from notifications.models import Reminder
from sessions_app import catch_up
from sessions_app.models import Decision, Meeting
from tests.factories import (
    AttendanceFactory,
    CheckInFactory,
    CommitmentFactory,
    DecisionFactory,
    FacilitationFactory,
    GoalFactory,
    MeetingFactory,
    MembershipFactory,
)

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 5, 12, 10, 0, tzinfo=UTC)
LONG_BEFORE = NOW - timedelta(days=60)


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def seat(client):
    """Of someone who joined an active circle two days ago, and is signed in."""
    seat = MembershipFactory(
        joined_on=date(2026, 5, 10), circle__stage="active", circle__started_on=date(2026, 1, 5)
    )
    client.force_login(seat.person)
    return seat


def page(client, circle):
    return client.get(reverse("meetings:catch_up", args=[circle.pk])).content.decode()


def before(circle, **fields):
    return MeetingFactory(circle=circle, starts_at=LONG_BEFORE, **fields)


def test_page_says_what_holds_now_and_what_comes_next(client, seat):
    circle = seat.circle
    circle.format_version.definition |= {"before": ["Bring your key numbers"]}
    circle.format_version.save()
    MembershipFactory(circle=circle, person__name="Lena Maier", role="host")
    away = MembershipFactory(circle=circle, person__name="Bo Lind")
    go_on_leave(away, back_by=date(2026, 6, 1))
    FacilitationFactory(circle=circle, person__name="Ruth Berg")
    MeetingFactory(circle=circle, starts_at=NOW + timedelta(days=2), place="Room 7")
    for number, text in enumerate(("Old promise", "We speak freely"), start=1):
        Charter.objects.create(
            circle=circle,
            number=number,
            clauses=[{"key": "open", "title": "Openness", "text": text}],
            written_on=date(2026, 1, number),
        )
    DecisionFactory(meeting=before(circle), text="We start on time", for_newcomers=True)

    words = page(client, circle)

    for said in ("Room 7", "Bring your key numbers", "Lena Maier", "Ruth Berg", "on leave until"):
        assert (said, words.count(said)) == (said, 1)
    assert (words.count("We speak freely"), words.count("Old promise")) == (1, 0)
    assert words.count("We start on time") == 1


def test_page_without_charter_and_meeting_says_so(client, seat):
    words = page(client, seat.circle)

    assert words.count("This circle has not written a charter.") == 1
    assert words.count("No meeting is planned yet.") == 1
    assert words.count("What we decided") == 0


SECRET = "Unspeakable"
KINDS = {
    "meeting": lambda circle, peer: before(circle, title=SECRET, place=SECRET),
    "recap": lambda circle, peer: before(circle, recap=SECRET, recap_sent_at=LONG_BEFORE),
    "decision": lambda circle, peer: DecisionFactory(meeting=before(circle), text=SECRET),
    "title of a told decision's meeting": lambda circle, peer: DecisionFactory(
        meeting=before(circle, title=SECRET), for_newcomers=True
    ),
    "update": lambda circle, peer: AttendanceFactory(
        meeting=before(circle), person=peer, rsvp="not_going", update=SECRET
    ),
    "commitment": lambda circle, peer: CommitmentFactory(
        circle=circle, owner=peer, promise=SECRET, promised_on=date(2026, 3, 1)
    ),
    "check-in": lambda circle, peer: CheckInFactory(
        goal=GoalFactory(circle=circle, owner=peer), on=date(2026, 3, 1), note=SECRET
    ),
    "closing word": lambda circle, peer: ClosingWord.objects.create(
        circle=circle, person=peer, takeaway=SECRET, written_on=date(2026, 3, 1)
    ),
    "former charter": lambda circle, peer: [
        Charter.objects.create(
            circle=circle,
            number=number,
            clauses=[{"key": "a", "title": "A", "text": text}],
            written_on=date(2026, 1, number),
        )
        for number, text in ((1, SECRET), (2, "We speak freely"))
    ],
}


@pytest.mark.parametrize("kind", KINDS)
def test_newcomer_reads_nothing_from_before_they_came(client, seat, kind):
    peer = MembershipFactory(circle=seat.circle).person
    KINDS[kind](seat.circle, peer)

    words = page(client, seat.circle)
    words += client.get(seat.circle.get_absolute_url()).content.decode()

    assert words.count(SECRET) == 0


def test_told_decision_is_for_the_circles_people_only(seat):
    decision = DecisionFactory(meeting=before(seat.circle), for_newcomers=True)
    elsewhere = MembershipFactory().person
    left = MembershipFactory(circle=seat.circle, left_on=date(2026, 5, 1)).person

    readers = [
        list(Decision.objects.visible_to(person)) for person in (seat.person, elsewhere, left)
    ]

    assert readers == [[decision], [], []]


def test_facilitator_ticks_what_newcomers_are_told_and_takes_it_back(client):
    held = FacilitationFactory()
    client.force_login(held.person)
    meeting = MeetingFactory(circle=held.circle, starts_at=NOW - timedelta(days=1))
    add = reverse("meetings:decision_add", args=[meeting.pk])

    client.post(add, {"text": "We start on time", "for_newcomers": "on"})
    decision = Decision.objects.get()
    shown = client.get(meeting.get_absolute_url()).content.decode()
    was = decision.for_newcomers
    client.post(reverse("meetings:decision_tell", args=[decision.pk]), {"told": "no"})

    decision.refresh_from_db()
    assert (was, decision.for_newcomers) == (True, False)
    assert shown.count("newcomers read this too") == 1
    client.post(reverse("meetings:decision_tell", args=[decision.pk]), {"told": "yes"})
    decision.refresh_from_db()
    assert decision.for_newcomers


def test_circles_page_leads_there_for_late_joiners(client, seat):
    circle, link = seat.circle, reverse("meetings:catch_up", args=[seat.circle.pk])

    def leads():
        return client.get(circle.get_absolute_url()).content.decode().count(f'href="{link}"')

    assert leads() == 1
    with time_machine.travel(NOW + timedelta(days=40)):
        client.force_login(seat.person)
        assert leads() == 1
        page(client, circle)
        assert leads() == 0


@pytest.mark.parametrize(
    ("circle", "joined_on", "expected"),
    [
        ({"stage": "active", "started_on": date(2026, 5, 10)}, date(2026, 5, 10), False),
        ({"stage": "forming", "started_on": date(2026, 1, 5)}, date(2026, 5, 10), False),
        ({"stage": "active"}, date(2026, 5, 10), False),
        ({"stage": "active", "started_on": date(2025, 1, 5)}, date(2025, 9, 1), False),
        ({"stage": "active", "started_on": date(2026, 1, 5)}, date(2026, 2, 1), True),
    ],
)
def test_catching_up_is_for_who_came_late(circle, joined_on, expected):
    seat = MembershipFactory(
        joined_on=joined_on, **{f"circle__{name}": value for name, value in circle.items()}
    )

    assert catch_up.wants_catch_up(seat.circle, seat) == expected
    assert not catch_up.wants_catch_up(seat.circle, None)


def test_sections_come_in_their_order_and_a_name_is_taken_once(monkeypatch, seat):
    monkeypatch.setattr(catch_up, "_providers", {})
    first, last = (catch_up.Section(name, {}) for name in ("first", "last"))
    catch_up.register("last", lambda circle, person: last, place=2)
    catch_up.register("first", lambda circle, person: first, place=1)
    catch_up.register("nothing", lambda circle, person: None, place=3)

    assert catch_up.sections_of(seat.circle, seat.person) == [first, last]
    with pytest.raises(ValueError, match="already a section"):
        catch_up.register("last", lambda circle, person: None, place=9)


@pytest.mark.parametrize("count", [1, 4])
def test_catch_up_queries_do_not_grow(client, seat, count, django_assert_num_queries):
    for _ in range(count):
        MembershipFactory(circle=seat.circle)
        FacilitationFactory(circle=seat.circle)
    for number in range(count):
        meeting = before(seat.circle, title=str(number))
        Meeting.objects.filter(pk=meeting.pk).update(state="cancelled")
        DecisionFactory(meeting=meeting, for_newcomers=True)

    # User, roles, circle, one's seat, the note that it was opened; next meeting, facilitators,
    # seats, who is away, charter, decisions; circles held.
    with django_assert_num_queries(12):
        page(client, seat.circle)


def test_who_is_on_leave_is_not_reminded_nor_asked(seat):
    here = MembershipFactory(circle=seat.circle)
    Leave.objects.create(membership=seat, began_on=date(2026, 5, 11), back_by=date(2026, 6, 1))
    meeting = MeetingFactory(circle=seat.circle, starts_at=NOW + timedelta(hours=40))

    planner.keep("meeting", [meeting.pk])

    assert {owed.recipient for owed in Reminder.objects.all()} == {here.person}
    assert list(Meeting.objects.unanswered_by(seat.person)) == []
    assert list(Meeting.objects.unanswered_by(here.person)) == [meeting]


def test_reminder_planned_before_the_leave_is_not_sent(seat):
    meeting = MeetingFactory(circle=seat.circle, starts_at=NOW + timedelta(hours=40))
    planner.keep("meeting", [meeting.pk])
    owed = Reminder.objects.get(kind="meeting_48h")
    Leave.objects.create(membership=seat, began_on=date(2026, 5, 11), back_by=date(2026, 6, 1))

    assert not send(owed.pk)

    owed.refresh_from_db()
    assert owed.problem == "They left, are away that day, or have said whether they come."
