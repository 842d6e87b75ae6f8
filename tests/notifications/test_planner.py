"""The table of reminders follows the facts: whatever happened, it is what a fresh plan would be."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from notifications import catalogue, planner
from notifications.catalogue import Wanted
from notifications.dispatching import dispatch_due
from notifications.models import Reminder
from notifications.planner import Kept, keep, keep_all
from tests.factories import PersonFactory, ReminderFactory

NOON = datetime(2096, 6, 1, 12, tzinfo=UTC)
WEEK, HOUR = timedelta(days=7), timedelta(hours=1)


class Facts:
    """Things that happen, with the people in them: what two kinds look at."""

    def __init__(self):
        self.starts = {}
        self.people = {}

    def before(self, *ahead):
        def wanted(keys):
            return [
                Wanted(key, person, self.starts[key] - lead)
                for key in keys
                if self.starts.get(key)
                for person in self.people.get(key, ())
                for lead in ahead
            ]

        return wanted


@pytest.fixture
def facts(make_kind):
    facts = Facts()
    make_kind("weeks_before", about="thing", wanted=facts.before(WEEK, 2 * WEEK), urgency=2)
    make_kind("hour_before", about="thing", wanted=facts.before(HOUR))
    make_kind("elsewhere", about="other", wanted=facts.before(HOUR))
    return facts


def table(**only):
    rows = Reminder.objects.filter(**only).values_list("kind", "subject", "recipient", "due_at")
    return sorted(rows)


def fresh(facts, keys):
    """What planning into an empty table gives, beside the rows there are."""
    with transaction.atomic():
        Reminder.objects.all().delete()
        keep("thing", keys)
        rows = table(state="planned")
        transaction.set_rollback(True)
    return rows


@pytest.mark.django_db
def test_keep_plans_moves_withdraws_and_revives(facts):
    ama, ben = PersonFactory(), PersonFactory()
    facts.starts[1], facts.people[1] = NOON, {ama.pk, ben.pk}

    planned = keep("thing", [1, 1])
    again = keep("thing", [1])
    facts.people[1] = {ama.pk}
    left = keep("thing", [1])
    facts.people[1] = {ama.pk, ben.pk}
    back = keep("thing", [1])
    facts.starts[1] = NOON + HOUR
    moved = keep("thing", [1])

    assert (planned, again) == (Kept(planned=6), Kept())
    assert (left, back) == (Kept(withdrawn=3), Kept(revived=3))
    assert moved == Kept(moved=6)
    assert table(state="planned", recipient=ama) == [
        ("hour_before", "thing:1", ama.pk, NOON),
        ("weeks_before", "thing:1", ama.pk, NOON + HOUR - 2 * WEEK),
        ("weeks_before", "thing:1", ama.pk, NOON + HOUR - WEEK),
    ]
    assert set(Reminder.objects.filter(kind="weeks_before").values_list("urgency")) == {(2,)}


@pytest.mark.django_db
def test_keep_leaves_what_was_dispatched(facts):
    who = PersonFactory()
    facts.starts[1], facts.people[1] = timezone.now() + HOUR / 2, {who.pk}
    keep("thing", [1])
    dispatch_due(1)
    facts.people[1] = set()

    keep("thing", [1])

    dispatched = Reminder.objects.get(kind="hour_before")
    assert dispatched.state == "dispatched"
    Reminder.objects.filter(pk=dispatched.pk).update(state="cancelled", problem="Moot.")
    facts.people[1] = {who.pk}
    keep("thing", [1])
    dispatched.refresh_from_db()
    assert dispatched.problem == "Moot."


@pytest.mark.django_db
def test_keep_leaves_other_things_and_one_off_messages(facts):
    other = ReminderFactory(subject="thing:2", kind="hour_before")
    by_hand = ReminderFactory(subject="thing:1", kind="by_hand")

    keep("thing", [1])
    nothing = keep("nobody_knows", [1])

    assert nothing == keep("thing", []) == Kept()
    assert set(Reminder.objects.values_list("pk", "state")) == {
        (other.pk, "planned"),
        (by_hand.pk, "planned"),
    }


@pytest.mark.django_db
def test_keep_plans_nothing_that_comes_too_late(make_kind):
    facts, who, now = Facts(), PersonFactory(), timezone.now()
    make_kind("late", about="thing", wanted=facts.before(HOUR), too_late=2 * HOUR)
    facts.starts = {1: now - 2 * HOUR, 2: now, 3: now - 2 * HOUR}
    facts.people = {key: {who.pk} for key in (1, 2, 3)}
    # What was planned while there was time is not taken back because the time went by.
    ReminderFactory(kind="late", subject="thing:3", recipient=who, due_at=now - 3 * HOUR)

    kept = keep("thing", [1, 2, 3])

    assert kept == Kept(planned=1)
    assert table(state="planned") == [
        ("late", "thing:2", who.pk, now - HOUR),
        ("late", "thing:3", who.pk, now - 3 * HOUR),
    ]


@pytest.mark.django_db
def test_keep_refuses_an_answer_it_did_not_ask_for(make_kind):
    make_kind("odd", about="thing", wanted=lambda keys: [Wanted(7, 1, NOON)])

    with pytest.raises(ValueError, match="was not asked of"):
        keep("thing", [1])


@pytest.mark.django_db
@pytest.mark.parametrize("count", [1, 40])
def test_keep_takes_as_many_queries_for_many_as_for_one(facts, count, django_assert_num_queries):
    who = PersonFactory().pk
    for key in range(count):
        facts.starts[key], facts.people[key] = NOON, {who}
    keep("thing", range(count))
    facts.starts = dict.fromkeys(range(count), NOON + HOUR)

    with django_assert_num_queries(2):  # what is there, move
        keep("thing", range(count))
    facts.people = {}
    with django_assert_num_queries(2):  # what is there, withdraw
        keep("thing", range(count))
    facts.people = {key: {who} for key in range(count)}
    with django_assert_num_queries(2):  # what is there, revive
        keep("thing", range(count))


@pytest.mark.django_db
@pytest.mark.parametrize("taken", ["the row was dispatched", "the place was taken"])
def test_a_row_that_somebody_else_was_quicker_with_is_not_moved(taken):
    row = ReminderFactory(kind="one", subject="thing:1", due_at=NOON)
    place = ("one", "thing:1", row.recipient_id, NOON + HOUR)
    if taken == "the row was dispatched":
        Reminder.objects.update(state="dispatched")
    else:
        ReminderFactory(kind="one", subject="thing:1", recipient=row.recipient, due_at=NOON + HOUR)
    missing, spare = {place: 1}, {row.pk: ("one", "thing:1", row.recipient_id, NOON)}

    moved = planner._move(missing, spare)

    row.refresh_from_db()
    assert (moved, row.due_at) == (0, NOON)
    assert (list(missing), list(spare)) == ([place], [row.pk])


@pytest.mark.django_db
def test_keep_all_goes_in_batches(facts, monkeypatch):
    monkeypatch.setattr(planner, "BATCH", 2)
    who = PersonFactory().pk
    for key in range(5):
        facts.starts[key], facts.people[key] = NOON, {who}

    assert keep_all("thing", iter(range(5))) == Kept(planned=15)
    assert keep_all("thing", range(5)) == Kept()


@pytest.mark.django_db
def test_a_reminder_has_one_of_six_states():
    with pytest.raises(IntegrityError, match="reminder_state_is_one_of_six"):
        ReminderFactory(state="lost")


PLACES = st.integers(0, 2)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("moves"), PLACES, st.integers(0, 3)),
        st.tuples(st.just("is cancelled"), PLACES, st.just(0)),
        st.tuples(st.just("joins"), PLACES, PLACES),
        st.tuples(st.just("leaves"), PLACES, PLACES),
    ),
    min_size=1,
    max_size=12,
)


def happen(facts, step, people):
    what, key, value = step
    if what == "moves":
        facts.starts[key] = NOON + value * HOUR
    elif what == "is cancelled":
        facts.starts.pop(key, None)
    elif what == "joins":
        facts.people.setdefault(key, set()).add(people[value].pk)
    else:
        facts.people.get(key, set()).discard(people[value].pk)
    return key


@pytest.mark.django_db
def test_any_sequence_of_changes_gives_what_a_fresh_plan_gives(facts):
    people = PersonFactory.create_batch(3)

    @settings(max_examples=40)
    @given(STEPS)
    def check(steps):
        Reminder.objects.all().delete()
        facts.starts, facts.people = {}, {}

        for step in steps:
            keep("thing", [happen(facts, step, people)])

        assert table(state="planned") == fresh(facts, range(3))

    check()


@pytest.mark.django_db
def test_what_follows_from_a_row_is_kept_with_it(facts, monkeypatch):
    monkeypatch.setattr(catalogue, "_dependents", {})
    catalogue.declare_dependents("house", "thing", lambda houses: [10 * key for key in houses])
    ama = PersonFactory()
    facts.starts[10], facts.people[10] = NOON, {ama.pk}

    done = keep("house", [1])

    assert done == Kept(planned=3)
    assert {subject for _, subject, *_ in table()} == {"thing:10"}
