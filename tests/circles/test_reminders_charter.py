from datetime import date, timedelta

import pytest
from django.db.models import F

from circles.actions.activation import tell_if_ready
from circles.charters.needs import needs
from circles.models import Leave
from circles.reminders.charter import ask_again, ask_newcomers, ask_to_sign, stop_asking
from circles.tasks.charter import ask_for_signatures, tell_ready_circles
from notifications.kinds import NoLongerWanted, compose
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
WEEK_AGO = TODAY - timedelta(days=7)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen")]


@pytest.fixture
def charter():
    return CharterFactory(circle__name="Night owls", number=2, what_changed="A room of our own")


def asked(charter, person):
    ask_to_sign(charter)
    return Reminder.objects.filter(recipient=person).first()


def sign(charter, person, days_ago=0):
    return SignatureFactory(
        charter=charter,
        person=person,
        signed_on=TODAY - timedelta(days=days_ago),
        signed_at=NOON - timedelta(days=days_ago),
    )


def owed():
    return list(
        Reminder.objects.order_by("due_at", "pk").values_list("subject", "recipient", "due_at")
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


def test_replaced_version_is_no_longer_asked_for(charter):
    MembershipFactory(circle=charter.circle)
    ask_to_sign(charter)

    stop_asking(charter)

    assert set(Reminder.objects.values_list("state", flat=True)) == {"cancelled"}


@pytest.mark.parametrize(
    "newcomer",
    [
        lambda circle: MembershipFactory(circle=circle, joined_on=TODAY),
        lambda circle: FacilitationFactory(circle=circle, appointed_on=TODAY),
    ],
    ids=["member", "facilitator"],
)
def test_newcomer_is_asked_once(charter, newcomer):
    came = newcomer(charter.circle)
    MembershipFactory(circle=charter.circle)

    assert [ask_newcomers(), ask_newcomers()] == [1, 0]

    subject = f"charter:{charter.pk}"
    moments = [NOON + timedelta(days=days) for days in (0, 3, 7)]
    assert owed() == [(subject, came.person_id, moment) for moment in moments]


def test_who_is_back_from_leave_is_asked(charter):
    seat = MembershipFactory(circle=charter.circle)
    ask_to_sign(charter)
    ago = timedelta(days=9)
    Reminder.objects.update(created_at=NOON - ago, due_at=F("due_at") - ago)
    Leave.objects.create(membership=seat, began_on=WEEK_AGO, back_by=TODAY, ended_on=TODAY)

    assert [ask_newcomers(), ask_newcomers()] == [1, 0]


def test_newcomer_who_signed_or_has_nothing_to_sign_is_not_asked(charter):
    signed = MembershipFactory(circle=charter.circle, joined_on=TODAY).person
    sign(charter, signed)
    MembershipFactory(joined_on=TODAY)
    MembershipFactory(circle=CharterFactory(circle__stage="closed").circle, joined_on=TODAY)

    assert (ask_newcomers(), owed()) == (0, [])


@pytest.mark.parametrize("count", [1, 4])
def test_asking_newcomers_takes_the_same_queries(count, django_assert_num_queries):
    for _ in range(count):
        MembershipFactory(circle=CharterFactory().circle, joined_on=TODAY)

    # Seats, appointments, charters, signatures, reminders; and the new ones.
    with django_assert_num_queries(6):
        assert ask_newcomers() == count


def test_signature_that_runs_out_is_asked_for_twice(charter):
    person = MembershipFactory(circle=charter.circle).person
    signature = sign(charter, person, days_ago=352)

    assert [ask_again(), ask_again()] == [1, 1]

    subject = f"signature:{signature.pk}"
    until = signature.valid_until
    assert owed() == [(subject, person.pk, until - timedelta(days=14)), (subject, person.pk, until)]
    letter = compose(Reminder.objects.first())
    assert letter.heading == "Sign the charter of Night owls again"
    sign(charter, person)
    with pytest.raises(NoLongerWanted):
        compose(Reminder.objects.first())


def test_letter_about_a_signature_that_is_gone_is_not_sent(charter):
    person = MembershipFactory(circle=charter.circle).person
    signature = sign(charter, person, days_ago=352)
    ask_again()

    signature.delete()

    with pytest.raises(NoLongerWanted):
        compose(Reminder.objects.first())


@pytest.mark.parametrize(
    "case", ["fresh", "older version", "left", "closed", "signed again", "old"]
)
def test_other_signatures_are_left_alone(charter, case):
    seat = MembershipFactory(circle=charter.circle)
    sign(charter, seat.person, days_ago={"fresh": 300, "old": 400}.get(case, 352))
    events = {"older version": changes, "left": leaves, "closed": closes, "signed again": signs}
    events.get(case, lambda charter, seat: None)(charter, seat)

    assert ask_again() == 0


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
    MembershipFactory(circle=charter.circle, joined_on=TODAY)
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
