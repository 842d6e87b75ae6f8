from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.urls import reverse

from circles.models import Circle
from facilitation.figures import hub_rows
from sessions_app.models import Meeting
from tests.factories import (
    AttendanceFactory,
    CommitmentFactory,
    FacilitationFactory,
    GoalFactory,
    MeetingFactory,
    MembershipFactory,
    PersonFactory,
)

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 5, 12, 10, 0, tzinfo=UTC)
HUB = reverse("facilitation:hub")


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def held(client):
    held = FacilitationFactory(circle__stage=Circle.Stage.ACTIVE, circle__name="Night owls")
    client.force_login(held.person)
    return held


def meeting_in(circle, **fields):
    ahead = {name: fields.pop(name) for name in ("days", "hours") if name in fields}
    return MeetingFactory(circle=circle, starts_at=NOW + timedelta(**ahead), **fields)


def attended(meeting, *people, came=True):
    for person in people:
        AttendanceFactory(meeting=meeting, person=person, attended=came)


def only_row(person):
    (row,) = hub_rows(person)
    return row


@pytest.mark.parametrize("count", [1, 4])
def test_hub_queries_do_not_grow(client, count, django_assert_num_queries):
    person = PersonFactory()
    for _ in range(count):
        circle = FacilitationFactory(person=person, circle__stage="active").circle
        member = MembershipFactory(circle=circle).person
        meeting_in(circle, days=2)
        for days in (1, 8, 15, 22):
            attended(meeting_in(circle, days=-days), member)
        CommitmentFactory(circle=circle, owner=member)
        GoalFactory(circle=circle, owner=member)
    client.force_login(person)

    # User, circles held, circles, their next and last meetings, seats, attendance, commitments,
    # goals, roles; of misses the meetings, attendance, leaves and seats.
    with django_assert_num_queries(14):
        response = client.get(HUB)

    assert len(response.context["rows"]) == count


def test_hub_holds_the_open_circles_one_facilitates(held):
    FacilitationFactory(person=held.person, ended_on=NOW.date())
    FacilitationFactory(person=held.person, circle__stage=Circle.Stage.CLOSED)
    FacilitationFactory()
    MembershipFactory(person=held.person)

    assert [row.circle for row in hub_rows(held.person)] == [held.circle]


def test_hub_counts_the_last_three_meetings_oldest_first(held):
    people = [seat.person for seat in MembershipFactory.create_batch(4, circle=held.circle)]
    for days, came in ((28, 0), (21, 4), (14, 2), (7, 1)):
        meeting = meeting_in(held.circle, days=-days)
        attended(meeting, *people[:came])
        attended(meeting, *people[came:], came=False)
    meeting_in(held.circle, days=-1, state=Meeting.State.CANCELLED)

    row = only_row(held.person)

    assert row.shares == [1.0, 0.5, 0.25]
    assert row.members == 4


def test_answers_without_attendance_are_not_counted(held):
    seat = MembershipFactory(circle=held.circle)
    AttendanceFactory(meeting=meeting_in(held.circle, days=-7), person=seat.person, rsvp="going")

    assert only_row(held.person).shares == [None]


def test_figures_begin_with_the_appointment(client):
    held = FacilitationFactory(appointed_on=date(2026, 5, 8), circle__stage=Circle.Stage.ACTIVE)
    person = MembershipFactory(circle=held.circle).person
    attended(meeting_in(held.circle, days=-5), person, came=False)
    since = meeting_in(held.circle, days=-4, recap_sent_at=NOW)
    attended(since, person)
    CommitmentFactory(circle=held.circle, owner=person, promised_on=date(2026, 5, 7))
    CommitmentFactory(circle=held.circle, owner=person, promised_on=date(2026, 5, 8))

    row = only_row(held.person)

    assert row.shares == [1.0]
    assert row.figures.commitments == 1


def test_missing_twice_counts_noted_meetings_and_people_still_there(held):
    away, came_once, left = MembershipFactory.create_batch(3, circle=held.circle)
    for number, days in enumerate((3, 10, 17)):
        meeting = meeting_in(held.circle, days=-days)
        if days == 10:
            continue
        attended(meeting, away.person, left.person, came=False)
        attended(meeting, came_once.person, came=number == 0)
    left.left_on = NOW.date()
    left.save()

    assert only_row(held.person).figures.missed_two == [away.person.short_name]


def test_missing_once_is_no_signal(held):
    seat = MembershipFactory(circle=held.circle)
    attended(meeting_in(held.circle, days=-3), seat.person, came=False)

    assert only_row(held.person).figures.missed_two == []


def test_somebody_who_joined_between_two_meetings_did_not_miss_both(held):
    old, new = MembershipFactory.create_batch(2, circle=held.circle)
    attended(meeting_in(held.circle, days=-10), old.person)
    attended(meeting_in(held.circle, days=-3), new.person, came=False)

    assert only_row(held.person).figures.missed_two == []


def test_commitments_and_goals_are_counted_by_what_they_need(held):
    person = MembershipFactory(circle=held.circle).person
    for times in (0, 1, 2, 3, 4):
        CommitmentFactory(circle=held.circle, owner=person, times_carried=times)
    CommitmentFactory(circle=held.circle, owner=person, state="done", settled_at=NOW)
    GoalFactory(circle=held.circle, owner=person, last_moved_on=date(2026, 4, 1))
    GoalFactory(circle=held.circle, owner=person, last_moved_on=date(2026, 5, 2))
    GoalFactory(circle=held.circle, owner=person, state="reached")
    GoalFactory(owner=person)

    found = only_row(held.person).figures

    assert (found.commitments, found.carried) == (5, 4)
    assert (found.carried_twice, found.carried_three_times) == (1, 2)
    assert (found.goals, found.stale_goals, found.days_without_movement) == (2, 1, 10)


def test_next_meeting_is_the_nearest_one_that_stands(held):
    meeting_in(held.circle, days=9)
    nearest = meeting_in(held.circle, days=2)
    meeting_in(held.circle, days=1, state=Meeting.State.CANCELLED)

    assert only_row(held.person).next_meeting == nearest


@pytest.mark.parametrize(
    ("stage", "said"),
    [
        (Circle.Stage.ACTIVE, ["No next meeting is planned"]),
        (Circle.Stage.RENEWAL, ["No next meeting is planned"]),
        (Circle.Stage.PAUSED, []),
        (Circle.Stage.RECRUITING, []),
    ],
)
def test_only_a_circle_that_meets_needs_a_next_meeting(held, stage, said):
    Circle.objects.update(stage=stage)

    assert [signal.reason for signal in only_row(held.person).signals] == said


def test_last_touch_is_the_latest_of_meeting_recap_and_planning(held):
    assert only_row(held.person).last_touch is None

    meeting_in(held.circle, days=-9)
    assert only_row(held.person).last_touch == date(2026, 5, 3)

    Meeting.objects.update(recap_sent_at=NOW - timedelta(days=5))
    assert only_row(held.person).last_touch == date(2026, 5, 7)

    meeting_in(held.circle, days=9, created_at=NOW - timedelta(days=1))
    assert only_row(held.person).last_touch == date(2026, 5, 11)


def test_hub_puts_the_circle_that_needs_most_first(client, held):
    meeting_in(held.circle, days=3)
    quiet = FacilitationFactory(person=held.person, circle__name="Alpha").circle
    FacilitationFactory(person=held.person, circle__name="Zulu", circle__stage=Circle.Stage.ACTIVE)

    response = client.get(HUB)

    assert [row.circle.name for row in response.context["rows"]] == ["Zulu", "Alpha", "Night owls"]
    assert "<h1>One of your three circles needs you</h1>" in response.content.decode()
    assert quiet.name in response.content.decode()


def test_hub_can_be_ordered_and_narrowed_from_the_address(client, held):
    meeting_in(held.circle, days=3)
    sooner = FacilitationFactory(person=held.person, circle__name="Alpha").circle
    meeting_in(sooner, days=1)
    FacilitationFactory(person=held.person, circle__name="Zulu", circle__stage="active")

    def names(**query):
        return [row.circle.name for row in client.get(HUB, query).context["rows"]]

    assert names(sort="name") == ["Alpha", "Night owls", "Zulu"]
    assert names(sort="next") == ["Alpha", "Night owls", "Zulu"]
    assert names(show="needing") == ["Zulu"]
    assert names(show="needing", sort="name") == ["Zulu"]
    assert names(sort="nonsense", show="nonsense") == ["Zulu", "Alpha", "Night owls"]


def test_hub_says_so_when_nothing_is_left_after_narrowing(client, held):
    meeting_in(held.circle, days=3)

    words = client.get(HUB, {"show": "needing"}).content.decode()

    assert "None of your circles needs you" in words
    assert "<h1>Your circle is going well</h1>" in words


def test_hub_of_closed_circles_says_so(client):
    client.force_login(FacilitationFactory(circle__stage=Circle.Stage.CLOSED).person)

    words = client.get(HUB).content.decode()

    assert "<h1>You hold no open circle</h1>" in words
    assert "The circles you hold are closed." in words


def test_every_reason_leads_to_where_one_can_act(client, held):
    member = MembershipFactory(circle=held.circle).person
    meeting = meeting_in(held.circle, days=-3)
    noted = meeting_in(held.circle, days=-9)
    attended(noted, member)

    words = client.get(HUB).content.decode()

    for name, pk in (
        ("meeting_new", held.circle.pk),
        ("recap", meeting.pk),
        ("attendance", meeting.pk),
    ):
        address = reverse(f"meetings:{name}", args=[pk])
        assert f'href="{address}"' in words
        assert client.get(address).status_code == 200
