"""The spells that SQL derives are those that `survival.spell` derives, row by row."""

from collections import Counter
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analytics.outcomes import Index, promoted_together, spell_counts, spell_people
from analytics.survival import spell
from circles.models import Membership
from members.models import CareerEvent, Member
from tests.factories import (
    CareerEventFactory,
    CircleFactory,
    MembershipFactory,
    PersonFactory,
    UnitFactory,
)

pytestmark = pytest.mark.django_db

START = date(2020, 1, 1)
AS_OF = date(2020, 3, 1)


def counts(index, as_of=AS_OF):
    return [(count.days, count.outcome, count.people) for count in spell_counts(index, as_of)]


def test_a_promotion_ends_a_spell():
    person = PersonFactory(hired_on=START)
    CareerEventFactory(person=person, on=START + timedelta(days=20))
    CareerEventFactory(person=person, on=START + timedelta(days=30))

    assert counts(Index.HIRED) == [(20, 1, 1)]


def test_only_promotions_count():
    person = PersonFactory(hired_on=START)
    CareerEventFactory(person=person, on=START + timedelta(days=5), kind=CareerEvent.Kind.REGRADE)

    assert counts(Index.HIRED) == [(60, 0, 1)]


@pytest.mark.parametrize("ends", [{"left_on": AS_OF - timedelta(days=20)}])
def test_leaving_ends_a_spell(ends):
    PersonFactory(hired_on=START, **ends)

    assert counts(Index.HIRED) == [(40, 2, 1)]


def test_the_end_of_a_record_is_not_leaving():
    PersonFactory(hired_on=START, observed_until=START + timedelta(days=40))

    assert counts(Index.HIRED) == [(40, 0, 1)]


def test_events_after_the_day_of_the_report_do_not_count():
    person = PersonFactory(hired_on=START, left_on=AS_OF + timedelta(days=2))
    CareerEventFactory(person=person, on=AS_OF + timedelta(days=1))

    assert counts(Index.HIRED) == [(60, 0, 1)]


def test_on_one_day_a_promotion_comes_before_leaving():
    person = PersonFactory(hired_on=START, left_on=START + timedelta(days=7))
    CareerEventFactory(person=person, on=START + timedelta(days=7))

    assert counts(Index.HIRED) == [(7, 1, 1)]


def test_a_promotion_on_the_day_of_joining_is_not_the_circles():
    seat = MembershipFactory(joined_on=START, person__hired_on=START)
    CareerEventFactory(person=seat.person, on=START)

    assert counts(Index.JOINED) == [(60, 0, 1)]
    assert counts(Index.HIRED) == [(0, 1, 1)]


def test_only_the_first_joining_counts():
    seat = MembershipFactory(joined_on=START, left_on=START + timedelta(days=3))
    MembershipFactory(person=seat.person, joined_on=START + timedelta(days=30))

    assert counts(Index.JOINED) == [(60, 0, 1)]


def test_who_left_the_circle_stays_counted():
    seat = MembershipFactory(joined_on=START, left_on=START + timedelta(days=3))
    CareerEventFactory(person=seat.person, on=START + timedelta(days=50))

    assert counts(Index.JOINED) == [(50, 1, 1)]


def test_who_joins_after_the_day_of_the_report_is_not_counted():
    MembershipFactory(joined_on=AS_OF + timedelta(days=1))

    assert counts(Index.JOINED) == []


def test_who_left_before_joining_has_no_spell():
    MembershipFactory(joined_on=START, person__left_on=START - timedelta(days=1))

    assert counts(Index.JOINED) == []


def test_people_are_counted_in_their_own_unit():
    unit = UnitFactory()
    inside, outside = PersonFactory(hired_on=START, unit=unit), PersonFactory(hired_on=START)

    assert set(spell_people(Index.HIRED, AS_OF)) == {(unit.pk, inside.pk), (None, outside.pk)}


days = st.none() | st.integers(0, 90)


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    people=st.lists(
        st.tuples(days, days, days, st.integers(-30, 30), st.sampled_from(list(Index))), max_size=8
    )
)
def test_sql_derives_the_spells_that_python_derives(people, django_db_blocker):
    CareerEvent.objects.all().delete()
    Membership.objects.all().delete()
    Member.objects.all().delete()
    circle = CircleFactory()
    expected = {index: Counter() for index in Index}

    def moment(offset):
        return None if offset is None else START + timedelta(days=offset)

    for promoted, left, until, joined_after, _ in people:
        promoted_on, left_on, observed_until = moment(promoted), moment(left), moment(until)
        person = PersonFactory(hired_on=START, left_on=left_on, observed_until=observed_until)
        joined_on = START + timedelta(days=joined_after)
        MembershipFactory(circle=circle, person=person, joined_on=joined_on)
        if promoted_on:
            CareerEventFactory(person=person, on=promoted_on)
        exposed_promotion = promoted_on if promoted_on and promoted_on > joined_on else None
        for index, starts, wins in (
            (Index.HIRED, START, promoted_on),
            (Index.JOINED, joined_on, exposed_promotion),
        ):
            ends = min(day for day in (wins, left_on, observed_until, AS_OF) if day is not None)
            if starts <= AS_OF and ends >= starts:
                expected[index][spell(starts, wins, left_on, observed_until, AS_OF)] += 1

    for index in Index:
        derived = {(days, outcome): people for days, outcome, people in counts(index)}
        assert derived == dict(expected[index])


def test_many_promotions_of_a_unit_on_one_day_are_noticed():
    unit = UnitFactory(name="Operations")
    raised = Member.objects.bulk_create(
        Member(name=f"P{n}", employee_number=f"R{n}", unit=unit) for n in range(20)
    )
    PersonFactory.create_batch(5, unit=unit)
    day = START + timedelta(days=10)
    CareerEvent.objects.bulk_create(
        CareerEvent(person=person, on=day, kind=CareerEvent.Kind.PROMOTION) for person in raised
    )

    assert promoted_together(AS_OF) == [("Operations", day, 20, 0.8)]


def test_a_few_promotions_on_one_day_are_an_ordinary_day():
    unit = UnitFactory()
    for person in PersonFactory.create_batch(6, unit=unit):
        CareerEventFactory(person=person, on=START)

    assert promoted_together(AS_OF) == []
