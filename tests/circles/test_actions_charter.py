from datetime import date, timedelta

import pytest

from circles import gates
from circles.actions.activation import (
    CannotRecord,
    NotReady,
    record_gate,
    take_back_gate,
    tell_if_ready,
    tell_if_ready_now,
)
from circles.actions.charter import CannotSign, CharterChanged, publish_charter, sign_charter
from circles.actions.circles import move_circle
from circles.actions.pauses import resume_circle
from circles.actions.refusals import CannotChange
from circles.charters.text import LIMITS, prefilled
from circles.models import Format, GateRecord, Leave, Signature
from notifications.models import Reminder
from tests.circles.conftest import NOON, trail
from tests.factories import (
    CharterFactory,
    CircleFactory,
    FacilitationFactory,
    FormatVersionFactory,
    GoalFactory,
    MembershipFactory,
    PersonFactory,
    SignatureFactory,
    ready_circle,
)

TODAY = NOON.date()

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen")]


def missing(circle):
    return [gap.words for gap in gates.unmet(circle)]


def owed(kind):
    rows = Reminder.objects.filter(kind=kind, state=Reminder.State.PLANNED)
    return sorted(rows.values_list("recipient__name", "due_at"))


def with_gates(*wanted, **fields):
    definition = {"agenda": [], "gates": list(wanted)}
    return ready_circle(format_version=FormatVersionFactory(definition=definition), **fields)


TRAININGS = {"kind": "trainings", "value": 2, "words": "Two trainings come first"}
TEST = {"kind": "individual_recognition_test", "value": True, "words": "Everyone knows the rules"}
GOALS = {"kind": "goals_set", "value": True, "words": "Everyone shares a goal"}


def test_first_version_is_kept_and_everyone_is_asked(by):
    circle = CircleFactory()
    MembershipFactory(circle=circle, person__name="Ama")
    FacilitationFactory(circle=circle, person__name="Ruth")

    charter = publish_charter(circle, prefilled(circle), by=by, based_on=0)

    assert (charter.number, charter.written_on, charter.written_by) == (1, TODAY, by)
    assert LIMITS.text in [clause["text"] for clause in charter.clauses]
    moments = [NOON, NOON + timedelta(days=3), NOON + timedelta(days=7)]
    assert owed("charter_to_sign") == [(n, m) for n in ("Ama", "Ruth") for m in moments]
    assert trail() == [("published charter", circle.name)]


def test_next_version_says_what_changed_and_withdraws_the_old_request(by):
    circle = CircleFactory()
    MembershipFactory(circle=circle)
    text = prefilled(circle)
    publish_charter(circle, text, by=by, based_on=0)

    second = publish_charter(circle, text, by=by, based_on=1, senior_speaks_last=True)

    assert (second.number, second.what_changed) == (2, "Added: Who speaks last.")
    subjects = Reminder.objects.filter(state=Reminder.State.PLANNED).values_list("subject")
    assert set(subjects) == {(f"charter:{second.pk}",)}


def test_unchanged_text_stays_as_it_is(by):
    circle = CircleFactory()
    publish_charter(circle, prefilled(circle), by=by, based_on=0)

    with pytest.raises(CannotChange, match="Nothing is different, so version 1 stays"):
        publish_charter(circle, prefilled(circle), by=by, based_on=1)


@pytest.mark.parametrize("based_on", [0, 2])
def test_second_editor_hears_of_the_first(by, based_on):
    charter = CharterFactory()

    with pytest.raises(CharterChanged) as changed:
        publish_charter(charter.circle, [], by=by, based_on=based_on)

    assert changed.value.charter == charter


def test_closed_circle_keeps_its_charter(by):
    with pytest.raises(CannotChange, match="closed"):
        publish_charter(CircleFactory(stage="closed"), [], by=by, based_on=0)


@pytest.mark.parametrize("factory", [MembershipFactory, FacilitationFactory])
def test_member_and_facilitator_sign_once(factory):
    person = factory(circle=(charter := CharterFactory()).circle).person

    first = sign_charter(charter.circle, 1, person=person)
    second = sign_charter(charter.circle, 1, person=person)

    assert first == second == Signature.objects.get()
    assert (first.signed_on, first.valid_until) == (TODAY, NOON + timedelta(days=365))


def test_changed_charter_is_not_signed():
    charter = CharterFactory()
    person = MembershipFactory(circle=charter.circle).person
    second = CharterFactory(circle=charter.circle, number=2)

    with pytest.raises(CharterChanged) as changed:
        sign_charter(charter.circle, 1, person=person)

    assert changed.value.charter == second
    assert not Signature.objects.exists()


@pytest.mark.parametrize(
    ("stage", "number", "seated", "why"),
    [
        ("forming", None, True, "no charter yet"),
        ("closed", 1, True, "closed"),
        ("forming", 1, False, "own people"),
    ],
)
def test_nothing_to_sign(stage, number, seated, why):
    circle, person = CircleFactory(stage=stage), PersonFactory()
    if number:
        CharterFactory(circle=circle)
    if seated:
        MembershipFactory(circle=circle, person=person)

    with pytest.raises(CannotSign, match=why):
        sign_charter(circle, 1, person=person)


@pytest.mark.parametrize(("days", "signatures"), [(350, 1), (352, 2), (400, 2)])
def test_signature_is_given_again_when_its_year_is_nearly_over(days, signatures):
    charter = CharterFactory()
    person = MembershipFactory(circle=charter.circle).person
    SignatureFactory(
        charter=charter,
        person=person,
        signed_on=TODAY - timedelta(days=days),
        signed_at=NOON - timedelta(days=days),
    )

    sign_charter(charter.circle, 1, person=person)

    assert Signature.objects.count() == signatures


def test_circle_with_everything_begins_and_its_term_is_set(by):
    circle = ready_circle(programme__term_months=6)

    circle = move_circle(circle, "active", by=by)

    assert (circle.started_on, circle.term_ends_on) == (TODAY, date(2026, 9, 10))


def test_nothing_of_what_is_missing_goes_unsaid(by):
    circle = CircleFactory(stage="forming")
    MembershipFactory(circle=circle, person__name="Ama Mensah")

    with pytest.raises(NotReady) as refused:
        move_circle(circle, "active", by=by)

    assert str(refused.value) == (
        "This circle cannot become active yet: 1 charter to write, 2 people missing."
    )
    assert refused.value.in_sentences() == (
        "This circle cannot become active yet. The charter is not written. "
        "A circle begins with at least three people."
    )


def test_unsigned_expired_and_outdated_signatures_are_missing():
    circle = ready_circle()
    first, second, third = circle.memberships.all()
    first.person.signatures.update(signed_at=NOON - timedelta(days=366))
    second.person.signatures.all().delete()

    assert missing(circle) == [
        f"{each.person} has not signed the charter." for each in (first, second)
    ]
    CharterFactory(circle=circle, number=2)
    assert len(missing(circle)) == 3
    assert third.person.signatures.count() == 1


def test_facilitator_signs_too_unless_they_have_left():
    circle = ready_circle()
    held = FacilitationFactory(circle=circle, person__name="Ruth Berg")

    assert missing(circle) == ["Ruth Berg has not signed the charter."]
    held.person.left_on = TODAY
    held.person.save()
    assert missing(circle) == []


def test_who_is_on_leave_or_has_left_is_not_waited_for():
    circle = ready_circle()
    away = MembershipFactory(circle=circle)
    Leave.objects.create(membership=away, began_on=TODAY, back_by=TODAY + timedelta(days=30))
    MembershipFactory(circle=circle, person__left_on=TODAY)

    assert missing(circle) == []


def test_hub_of_circles_needs_no_three_people():
    definition = {"agenda": [], "size": {"of": "circles"}}
    circle = CircleFactory(
        stage="forming", format_version=FormatVersionFactory(definition=definition)
    )

    assert missing(circle) == ["The charter is not written."]


@pytest.mark.parametrize(
    ("size_min", "of", "advice"),
    [
        (3, "people", ""),
        (6, "circles", ""),
        (
            6,
            "people",
            "This format is made for 6 to 12 people, and 3 have a seat. "
            "You may start all the same.",
        ),
    ],
)
def test_few_people_are_a_warning_and_no_gap(size_min, of, advice):
    version = FormatVersionFactory(size_min=size_min, definition={"agenda": [], "size": {"of": of}})
    circle = ready_circle(format_version=version)

    assert (gates.advice_on_people(circle), missing(circle)) == (advice, [])


def test_paused_circle_resumes_without_new_signatures(by):
    circle = CircleFactory(stage="paused", started_on=date(2025, 1, 1))

    circle = resume_circle(circle, by=by)

    assert (circle.stage, circle.term_ends_on) == ("active", None)


def test_goal_shared_with_the_circle_is_a_gate():
    circle = with_gates(GOALS)
    people = [seat.person for seat in circle.memberships.all()]
    GoalFactory(owner=people[0], circle=circle)
    GoalFactory(owner=people[1], circle=circle, state="reached")
    GoalFactory(owner=people[2])

    assert missing(circle) == [f"{person} shares no goal with the circle." for person in people[1:]]
    off = with_gates(GOALS | {"value": False})
    assert missing(off) == []


@pytest.mark.parametrize("key", ["career_circle", "mastermind"])
def test_formats_that_live_on_goals_ask_for_them(key):
    circle = CircleFactory(format_version=Format.objects.get(key=key).versions.first())

    assert "goals_set" in [step.kind for step in gates.steps(circle)]


def test_what_nobody_checks_is_asked_later():
    version = Format.objects.get(key="growth_cohort").versions.first()

    assert gates.asked_later(CircleFactory(format_version=version)) == [
        "At most two absences without a word beforehand",
        "At the end you present your plan to a panel",
    ]


def test_kind_of_gate_is_checked_by_one():
    gates.register_checks()

    with pytest.raises(ValueError, match="already a check"):
        gates.register("trainings", lambda circle, gate: [], counted="a,b")


def test_trainings_and_test_are_missing_until_they_are_noted(by):
    circle = with_gates(TRAININGS, TEST | {"value": False})
    person = circle.memberships.first().person

    record_gate(circle, "trainings", person=person, step=1, by=by)
    record_gate(circle, "trainings", person=person, step=1, by=by)

    assert f"{person} has done 1 of 2 trainings." in missing(circle)
    assert len(missing(circle)) == 3
    record_gate(circle, "trainings", person=person, step=2, by=by)
    assert len(missing(circle)) == 2
    assert GateRecord.objects.count() == 2


def test_noting_is_undone(by):
    circle = with_gates(TEST)
    person = circle.memberships.first().person
    what = {"person": person, "step": 1, "by": by}

    record_gate(circle, "individual_recognition_test", **what)
    assert len(missing(circle)) == 2
    take_back_gate(circle, "individual_recognition_test", **what)
    take_back_gate(circle, "individual_recognition_test", **what)

    assert len(missing(circle)) == 3
    assert trail() == [("recorded gate", circle.name), ("took back gate", circle.name)]


@pytest.mark.parametrize(("kind", "step"), [("trainings", 0), ("trainings", 3), ("graduation", 1)])
def test_what_the_format_does_not_ask_for_is_not_noted(by, kind, step):
    circle = with_gates(TRAININGS)

    with pytest.raises(CannotRecord, match="asks for no such thing"):
        record_gate(circle, kind, person=PersonFactory(), step=step, by=by)


def test_nothing_is_noted_for_who_has_no_seat(by):
    with pytest.raises(CannotRecord, match="no longer has a seat"):
        record_gate(with_gates(TRAININGS), "trainings", person=PersonFactory(), step=1, by=by)


@pytest.mark.parametrize(("value", "asked"), [(7, 7), ("seven", 0), (-1, 0), (99, 20)])
def test_trainings_are_a_number_that_makes_sense(value, asked):
    assert gates.trainings_asked(with_gates(TRAININGS | {"value": value})) == asked


def test_last_signature_tells_the_facilitator_once():
    circle = ready_circle()
    charter = circle.charters.get()
    ruth = FacilitationFactory(circle=circle, person__name="Ruth").person

    sign_charter(circle, 1, person=ruth)
    tell_if_ready(circle)

    assert owed("circle_ready") == [("Ruth", charter.written_at)]


def test_host_is_told_where_nobody_facilitates(by):
    circle = with_gates(TEST)
    seats = circle.memberships.all()
    seats.filter(pk=seats[0].pk).update(role="host")
    for seat in seats:
        record_gate(circle, TEST["kind"], person=seat.person, step=1, by=by)

    assert [name for name, _ in owed("circle_ready")] == [seats[0].person.name]


def test_nobody_is_told_of_a_circle_that_lacks_something_or_has_begun():
    lacking, begun = CircleFactory(stage="forming"), ready_circle(stage="active")
    held = [FacilitationFactory(circle=circle) for circle in (lacking, begun)]

    assert len(held) == 2
    assert [tell_if_ready_now(circle.pk) for circle in (lacking, begun)] == [False, False]
    assert not tell_if_ready_now(0)
    assert owed("circle_ready") == []
