from datetime import date, timedelta

import pytest

from analytics.outcomes import Index
from analytics.privacy import Visibility
from analytics.promotions import promotion_report
from members.models import CareerEvent, Member, Unit
from tests.factories import CircleFactory, MembershipFactory, UnitFactory

pytestmark = pytest.mark.django_db

START, AS_OF = date(2020, 1, 1), date(2024, 1, 1)


def staff(unit: Unit | None, people: int, promoted_after: int | None = None) -> list[Member]:
    """People of a unit hired on one day; `promoted_after` so many days, all of them, or never."""
    hired = Member.objects.bulk_create(
        Member(name=f"Person {n}", unit=unit, hired_on=START) for n in range(people)
    )
    if promoted_after is not None:
        on = START + timedelta(days=promoted_after)
        CareerEvent.objects.bulk_create(
            CareerEvent(person=person, on=on, kind=CareerEvent.Kind.PROMOTION) for person in hired
        )
    return hired


def verdicts(report):
    return {group.path: group.visibility for group in report.units}


def test_a_unit_counts_everyone_in_and_below_it():
    top = UnitFactory(name="Sales")
    below = UnitFactory(name="North", parent=top)
    staff(top, 10)
    staff(below, 10, promoted_after=100)

    report = promotion_report(Index.HIRED, AS_OF)

    summaries = {group.path: group.summary for group in report.units}
    assert (summaries["Sales"].people, summaries["Sales"].promoted) == (20, 10)
    assert (summaries["Sales / North"].people, summaries["Sales / North"].share) == (10, 1.0)
    assert report.everyone.summary.share == 0.5


def test_a_small_unit_is_hidden_with_the_one_that_would_reveal_it():
    for name, people in (("Eng", 30), ("Fin", 20), ("Legal", 3)):
        staff(UnitFactory(name=name), people)

    report = promotion_report(Index.HIRED, AS_OF)

    assert verdicts(report) == {
        "Eng": Visibility.SHOWN,
        "Fin": Visibility.HIDDEN_COMPLEMENT,
        "Legal": Visibility.HIDDEN_SMALL,
    }
    assert [group.summary is None for group in report.units] == [False, True, True]


def test_people_without_a_unit_are_a_group_beside_the_top_ones():
    staff(UnitFactory(name="Eng"), 30)
    staff(None, 6)

    report = promotion_report(Index.HIRED, AS_OF)

    assert verdicts(report) == {"Eng": Visibility.SHOWN, "No unit": Visibility.SHOWN}


def test_a_raised_threshold_hides_more():
    staff(UnitFactory(name="Eng"), 30)
    staff(UnitFactory(name="Fin"), 8)

    report = promotion_report(Index.HIRED, AS_OF, k=10)

    assert verdicts(report) == {
        "Eng": Visibility.HIDDEN_COMPLEMENT,
        "Fin": Visibility.HIDDEN_SMALL,
    }


def test_nobody_at_all_gives_no_figure_and_no_crash():
    report = promotion_report(Index.JOINED, AS_OF)

    assert report.everyone.summary is None
    assert report.units == []
    assert report.curve == ()


def test_the_curve_stops_where_fewer_than_ten_are_followed():
    circle = CircleFactory(capacity=30)
    for n in range(12):
        joined = AS_OF - timedelta(days=400 if n < 9 else 800)
        MembershipFactory(circle=circle, joined_on=joined)

    report = promotion_report(Index.JOINED, AS_OF)

    assert report.curve[-1].month == 13
    assert report.curve[-1].at_risk == 12
