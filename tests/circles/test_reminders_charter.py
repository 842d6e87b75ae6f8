from datetime import UTC, date, datetime, timedelta

import pytest

from circles.actions.activation import tell_if_ready
from circles.charters.needs import needs
from circles.models import Leave
from circles.reminders.charter import wanted
from circles.tasks.charter import ask_for_signatures, tell_ready_circles
from notifications import planner
from notifications.catalogue import compose
from notifications.kinds import NoLongerWanted
from notifications.models import Reminder
from tests.circles.conftest import NOON
from tests.factories import (
    CharterFactory,
    CircleFactory,
    FacilitationFactory,
    MembershipFactory,
    PersonFactory,
    SignatureFactory,
    ready_circle,
)

TODAY = NOON.date()

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen")]


@pytest.fixture
def charter():
    return CharterFactory(circle__name="Night owls", number=2, what_changed="A room of our own")


def asked(charter, person):
    planner.keep("charter", [charter.pk])
    return Reminder.objects.filter(recipient=person).first()


def sign(charter, person, days_ago=0):
    return SignatureFactory(
        charter=charter,
        person=person,
        signed_on=TODAY - timedelta(days=days_ago),
        signed_at=NOON - timedelta(days=days_ago),
    )


def test_letter_asks_for_a_signature_and_says_what_is_new(charter):
    person = MembershipFactory(circle=charter.circle).person

    letter = compose(asked(charter, person))

    assert letter.heading == "Sign the charter of Night owls"
    assert letter.paragraphs[1] == "New in version 2: A room of our own"
    assert letter.button_url.endswith(f"/circles/{charter.circle_id}/charter/sign/")


def signs(charter, seat):
    sign(charter, seat.person)


def changes(charter, seat):
    CharterFactory(circle=charter.circle, number=3)


def leaves(charter, seat):
    seat.left_on = TODAY
    seat.save()


def rests(charter, seat):
    Leave.objects.create(membership=seat, began_on=TODAY, back_by=TODAY + timedelta(days=9))


def closes(charter, seat):
    charter.circle.stage = "closed"
    charter.circle.save()


@pytest.mark.parametrize("event", [signs, changes, leaves, rests, closes])
def test_nobody_is_asked_for_what_is_moot(charter, event):
    seat = MembershipFactory(circle=charter.circle)
    reminder = asked(charter, seat.person)

    event(charter, seat)

    with pytest.raises(NoLongerWanted):
        compose(reminder)


def moments(charter):
    """By the person, when they are owed the mail."""
    found = {}
    for owed in wanted([charter.pk]):
        found.setdefault(owed.recipient_id, []).append(owed.due_at)
    return found


def after(moment):
    return [moment + timedelta(days=days) for days in (0, 3, 7)]


def morning(day):
    return datetime(day.year, day.month, day.day, 8, tzinfo=UTC)


@pytest.mark.parametrize(
    "newcomer",
    [
        lambda circle, day: MembershipFactory(circle=circle, joined_on=day),
        lambda circle, day: FacilitationFactory(circle=circle, appointed_on=day),
    ],
    ids=["member", "facilitator"],
)
def test_newcomers_are_asked_from_the_day_they_came(charter, newcomer):
    there = newcomer(charter.circle, charter.written_on)
    came = newcomer(charter.circle, charter.written_on + timedelta(days=5))

    assert moments(charter) == {
        there.person_id: after(charter.written_at),
        came.person_id: after(morning(charter.written_on + timedelta(days=5))),
    }


def test_who_is_back_from_leave_is_asked_anew_and_not_before(charter):
    seat = MembershipFactory(circle=charter.circle)
    leave = Leave.objects.create(
        membership=seat, began_on=charter.written_on, back_by=charter.written_on + timedelta(days=9)
    )
    away = moments(charter)

    leave.ended_on = leave.back_by
    leave.save()

    assert (away, moments(charter)) == ({}, {seat.person_id: after(morning(leave.back_by))})


def test_who_signed_is_asked_again_before_the_year_is_over(charter):
    person = MembershipFactory(circle=charter.circle).person
    sign(charter, person, days_ago=352)
    until = sign(charter, person, days_ago=300).valid_until

    assert moments(charter) == {person.pk: [until - timedelta(days=14), until]}


def test_second_letter_says_how_long_the_signature_counts(charter):
    person = MembershipFactory(circle=charter.circle).person
    signature = sign(charter, person, days_ago=352)

    letter = compose(asked(charter, person))

    assert letter.heading == "Sign the charter of Night owls again"
    day = signature.valid_until.strftime("%A %-d %B")
    assert letter.paragraphs[0].startswith(
        f"A signature counts for one year, and yours ends on {day}."
    )
    sign(charter, person)
    with pytest.raises(NoLongerWanted):
        compose(Reminder.objects.first())


@pytest.mark.parametrize("event", [changes, leaves, rests, closes])
def test_nobody_is_owed_what_is_moot(charter, event):
    seat = MembershipFactory(circle=charter.circle)

    event(charter, seat)

    assert moments(charter) == {}


@pytest.mark.parametrize("count", [1, 4])
def test_asking_takes_the_same_queries(count, django_assert_num_queries):
    charters = CharterFactory.create_batch(count)
    for charter in charters:
        MembershipFactory(circle=charter.circle)

    # Charters, signatures, appointments, seats.
    with django_assert_num_queries(4):
        owed = list(wanted([charter.pk for charter in charters]))

    assert len(owed) == 3 * count


def ready_and_told():
    circle = ready_circle(name="Night owls")
    ruth = FacilitationFactory(circle=circle).person
    SignatureFactory(charter=circle.charters.get(), person=ruth)
    tell_if_ready(circle)
    return circle, ruth


def test_letter_says_that_the_circle_can_begin():
    _, ruth = ready_and_told()

    letter = compose(Reminder.objects.get(recipient=ruth))

    assert letter.subject == "Night owls can start meeting"


@pytest.mark.parametrize("change", ["began", "gap", "replaced"])
def test_letter_that_came_too_late_is_not_sent(change):
    circle, ruth = ready_and_told()
    reminder = Reminder.objects.get(recipient=ruth)

    if change == "began":
        circle.stage = "active"
        circle.save()
    elif change == "gap":
        MembershipFactory(circle=circle)
    else:
        circle.facilitations.update(ended_on=TODAY)

    with pytest.raises(NoLongerWanted):
        compose(reminder)


def test_jobs_look_at_everyone_who_waits(charter):
    MembershipFactory(circle=charter.circle, joined_on=TODAY + timedelta(days=1))
    circle = ready_circle()
    circle.memberships.filter(pk=circle.memberships.first().pk).update(role="host")
    CircleFactory(stage="forming")

    ask_for_signatures()
    tell_ready_circles()

    kinds = Reminder.objects.values_list("kind", flat=True)
    assert sorted(set(kinds)) == ["charter_to_sign", "circle_ready"]


# What stands on the home page


def said(person):
    return [(need.words, need.label, need.due) for need in needs(person)]


def test_missing_signature_is_a_need_until_it_is_given(charter):
    person = MembershipFactory(circle=charter.circle).person

    assert said(person) == [
        ("Your signature under the charter of Night owls", "Read and sign", None)
    ]
    sign(charter, person)
    assert said(person) == []


def test_signature_that_runs_out_is_a_need_with_its_last_day(charter):
    person = FacilitationFactory(circle=charter.circle).person
    signature = sign(charter, person, days_ago=355)

    assert said(person) == [
        (
            "Your signature again under the charter of Night owls",
            "Read and sign",
            signature.valid_until,
        )
    ]


@pytest.mark.parametrize("event", [leaves, rests, closes])
def test_signature_is_no_need_of_who_is_away(charter, event):
    seat = MembershipFactory(circle=charter.circle)

    event(charter, seat)

    assert said(seat.person) == []


def test_forming_circle_needs_a_charter_and_then_to_begin():
    circle = CircleFactory(name="Early birds", stage="forming")
    host = MembershipFactory(circle=circle, role="host").person

    assert said(host) == [("A charter for Early birds", "Write it", None)]
    _, ruth = ready_and_told()
    assert said(ruth) == [("Night owls can start meeting", "Look", None)]
    assert said(PersonFactory()) == []


@pytest.mark.parametrize("count", [1, 4])
def test_needs_take_the_same_queries(count, django_assert_num_queries):
    person = PersonFactory()
    for _ in range(count):
        MembershipFactory(circle=CharterFactory().circle, person=person)
        FacilitationFactory(circle__stage="forming", person=person)
        forming = CharterFactory(circle__stage="forming", written_on=date(2026, 1, 1))
        FacilitationFactory(circle=forming.circle, person=person)

    # Charters to sign; circles held, circles hosted alone, which of them form, what was told.
    with django_assert_num_queries(5):
        found = list(needs(person))

    assert len(found) == 3 * count
