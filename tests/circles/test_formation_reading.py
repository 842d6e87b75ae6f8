"""From the database to a problem."""

from datetime import date

import pytest

from circles.formation.problem import Candidate
from circles.formation.reading import attributes_of, people_for, problem_among, problem_of
from circles.formation.setup import SetUp
from circles.hours import week_mask
from circles.models import Format, Interest, Offer, PairRule, Wishes
from tests.circles.forming import enrol, formation_of, people
from tests.factories import (
    CircleFactory,
    InterestFactory,
    MembershipFactory,
    PairRuleFactory,
    PersonFactory,
    ThemeFactory,
    UnitFactory,
)

pytestmark = pytest.mark.django_db
RULES = {"size_min": 2, "size_max": 4, "size_best": 3}


def test_people_are_those_enrolled_who_wait_for_a_seat(programme, frozen):
    waits, elsewhere, withdrawn, seated, offered, left, inactive = people(7)
    left.left_on = date(2026, 3, 1)
    left.save()
    inactive.is_active = False
    inactive.save()
    enrol(programme, waits, seated, offered, left, inactive)
    enrol(programme, withdrawn, withdrawn_at="2026-03-01T12:00Z")
    enrol(programme, elsewhere, format=Format.objects.get(key="mastermind"))
    MembershipFactory(circle=CircleFactory(programme=programme), person=seated)
    Offer.objects.create(
        circle=CircleFactory(programme=programme),
        person=offered,
        reason="invitation",
        expires_at="2030-01-01T12:00Z",
    )
    formation = formation_of(programme, rules=RULES)

    of_the_format = list(people_for(formation))
    formation.rules = RULES | {"everyone": True}

    assert of_the_format == [waits]
    assert set(people_for(formation)) == {waits, elsewhere}


def test_problem_describes_a_person(programme, frozen):
    top, boss = people(2)
    boss.manager = top
    boss.save()
    unit = UnitFactory(path="Sales / North")
    columns = {"Company": " Acme ", "blank": ""}
    fields = {"unit": unit, "job_level": 4, "location": "Oslo", "attributes": columns}
    person = PersonFactory(manager=boss, time_zone="Europe/Oslo", **fields)
    grows, helps = ThemeFactory(), ThemeFactory()
    InterestFactory(person=person, theme=grows)
    InterestFactory(person=person, theme=helps, kind=Interest.Kind.OFFERS)
    Wishes.objects.create(person=person, hours=[9, 10], languages=["en", "nb"])
    enrol(programme, person)
    apart = ["attribute:Company", "attribute:blank", "unit", "location"]
    formation = formation_of(programme, rules=RULES | {"apart": apart, "not_alone": ["level"]})

    problem = problem_of(formation)

    assert problem.candidates == (
        Candidate(
            key=person.pk,
            managers=(boss.pk, top.pk),
            hours=(
                week_mask([9, 10], "Europe/Oslo", date(2026, 3, 10)),
                week_mask([9, 10], "Europe/Oslo", date(2026, 9, 10)),
            ),
            languages=frozenset({"en", "nb"}),
            wants=frozenset({grows.pk}),
            offers=frozenset({helps.pk}),
            unit=unit.pk,
            level=4,
            apart=("Acme", None, "Sales / North", "Oslo"),
            kinds=("4",),
        ),
    )


def test_managers_are_followed_as_deep_as_chosen_and_never_in_a_ring(programme):
    top, boss, person = people(3)
    for report, manager in ((person, boss), (boss, top), (top, person)):
        report.manager = manager
        report.save()
    formation = formation_of(programme, rules=RULES | {"manager_depth": 1})

    direct = problem_among(formation, [person.pk]).candidates[0].managers
    formation.rules = RULES
    all_above = problem_among(formation, [person.pk]).candidates[0].managers

    assert (direct, all_above) == ((boss.pk,), (boss.pk, top.pk))


def test_pairs_reach_the_rules_when_both_are_there(programme):
    one, other, third = people(3)
    PairRuleFactory(programme=programme, one=one, other=other, kind=PairRule.Kind.TOGETHER)
    PairRuleFactory(programme=programme, one=one, other=third)
    PairRuleFactory(one=one, other=other)
    chosen = RULES | {"overlap_hours": 2, "counts": {"theme": "important", "size": "no"}}
    formation = formation_of(programme, rules=chosen)

    both = problem_among(formation, [one.pk, other.pk]).rules
    all_three = problem_among(formation, [one.pk, other.pk, third.pk]).rules

    assert (both.together, both.apart) == (((one.pk, other.pk),), ())
    assert all_three.apart == ((one.pk, third.pk),)
    assert (both.overlap_quarters, both.weights["theme"], both.weights["size"]) == (8, 6, 0)
    assert both.weights["powers"] == 0


@pytest.mark.parametrize("number", [1, 4])
def test_problem_takes_the_same_queries_for_any_number(
    programme, number, django_assert_num_queries
):
    enrol(programme, *people(number))
    formation = formation_of(programme, rules=RULES)

    with django_assert_num_queries(5):  # people, managers, wishes, interests, pair rules
        problem = problem_of(formation)

    assert len(problem.candidates) == number


def test_attributes_are_the_columns_of_enrolled_people(programme):
    enrol(programme, PersonFactory(attributes={"gender": "x"}), PersonFactory())
    PersonFactory(attributes={"shoe size": 44})

    assert attributes_of(programme) == ["unit", "location", "level", "attribute:gender"]


@pytest.mark.parametrize(
    ("number", "circles", "left_over"),
    [(212, (27, 35), 0), (12, (2, 2), 0), (11, (1, 1), 3), (5, (0, 0), 5)],
)
def test_sizes_say_how_many_circles_there_can_be(number, circles, left_over):
    chosen = SetUp(6, 8, 7)

    assert (chosen.circles_of(number), chosen.left_over(number)) == (circles, left_over)
