from datetime import date, timedelta

import pytest
import time_machine
from django.utils import timezone

from analytics.actions.reports import (
    PROMOTIONS,
    SKILLS,
    current_snapshot,
    freeze,
    threshold,
)
from analytics.models import ReportSnapshot
from analytics.tasks import freeze_reports
from tests.factories import (
    CareerEventFactory,
    CircleFactory,
    MembershipFactory,
    PersonFactory,
    ProgrammeFactory,
    RatingFactory,
    SkillFactory,
    UnitFactory,
)

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 23)
JOINED = date(2024, 1, 1)


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel(TODAY, tick=False):
        yield


def seat_people(people, unit=None, promoted=0):
    """People who joined a circle on one day; some were promoted 100 days later."""
    circle = CircleFactory(capacity=30)
    for n in range(people):
        person = PersonFactory(unit=unit)
        MembershipFactory(circle=circle, person=person, joined_on=JOINED)
        if n < promoted:
            CareerEventFactory(person=person, on=JOINED + timedelta(days=100))


def test_a_report_is_as_of_the_first_of_the_month():
    snapshot = freeze(PROMOTIONS)

    assert snapshot.as_of == date(2026, 11, 1)


def test_a_snapshot_serves_the_whole_month():
    first = current_snapshot(PROMOTIONS)
    seat_people(20)

    again = current_snapshot(PROMOTIONS)

    assert again.pk == first.pk


def test_figures_are_frozen_rounded():
    seat_people(22, promoted=7)

    everyone = freeze(PROMOTIONS).figures["everyone"]

    assert (everyone["people"], everyone["promoted"], everyone["share"]) == (20, 5, 0.32)
    assert everyone["is_followed"] is True


def test_a_group_that_changed_by_few_people_keeps_its_figure():
    seat_people(20, promoted=5)
    before = freeze(PROMOTIONS)
    seat_people(4, promoted=4)

    after = freeze(PROMOTIONS)

    assert after.figures["everyone"]["share"] == before.figures["everyone"]["share"]
    assert after.figures["everyone"]["as_of"] == "2026-11-01"
    assert after.people == before.people


def test_few_people_month_after_month_are_noticed_once_they_are_enough():
    seat_people(20)
    freeze(PROMOTIONS)
    seat_people(3, promoted=3)
    kept = freeze(PROMOTIONS).figures["everyone"]["share"]
    seat_people(3, promoted=3)

    moved = freeze(PROMOTIONS).figures["everyone"]["share"]

    assert (kept, moved) == (0.0, 0.23)


def test_a_kept_total_keeps_its_curve():
    seat_people(20)
    before = freeze(PROMOTIONS)
    seat_people(4, promoted=4)

    after = freeze(PROMOTIONS)

    assert after.figures["curve"] == before.figures["curve"]


def test_a_group_that_changed_enough_gets_a_new_figure():
    unit = UnitFactory(name="Eng")
    seat_people(20, unit=unit)
    freeze(PROMOTIONS)
    seat_people(10, unit=unit, promoted=10)

    [eng] = freeze(PROMOTIONS).figures["units"]

    assert eng["share"] == 0.33


def test_what_was_hidden_is_shown_once_it_may_be():
    unit = UnitFactory(name="Eng")
    seat_people(4, unit=unit)
    [hidden] = freeze(PROMOTIONS).figures["units"]
    seat_people(1, unit=unit)

    [shown] = freeze(PROMOTIONS).figures["units"]

    assert (hidden["suppressed"], shown["suppressed"]) == (True, False)


def test_the_strictest_programme_sets_the_threshold():
    ProgrammeFactory(smallest_group=12, archived_at=timezone.now())
    ProgrammeFactory(smallest_group=7)

    assert threshold() == 12


def test_without_programmes_the_threshold_is_five():
    assert threshold() == 5


def rate(skill, values, on=date(2026, 10, 5), **fields):
    for value in values:
        RatingFactory(skill=skill, value=value, on=on, **fields)


def cells():
    return freeze(SKILLS).figures["cells"]


def test_a_skill_cell_is_the_mean_of_people():
    skill = SkillFactory(name="Listening")
    rate(skill, [1, 2, 3, 4, 5, 3])
    busy = RatingFactory(skill=skill, value=1, on=date(2026, 10, 5)).person
    RatingFactory(skill=skill, person=busy, value=5, on=date(2026, 10, 12))

    assert cells() == {
        "self|2026-10-01|Listening": {
            "visibility": "shown",
            "people": 5,
            "mean": 3.0,
            "low": 2.0,
            "high": 4.0,
        }
    }


@pytest.mark.parametrize(
    ("values", "visibility"),
    [([1, 2, 3, 4], "hidden_small"), ([3] * 9, "hidden_alike"), ([3] * 10, "shown")],
)
def test_a_small_or_unanimous_cell_is_hidden(values, visibility):
    rate(SkillFactory(name="Listening"), values)

    assert cells()["self|2026-10-01|Listening"]["visibility"] == visibility


def test_a_hidden_cell_carries_no_figure():
    rate(SkillFactory(name="Listening"), [1, 2])

    assert cells() == {"self|2026-10-01|Listening": {"visibility": "hidden_small"}}


def test_rater_kinds_are_kept_apart():
    skill = SkillFactory(name="Listening")
    rate(skill, [1, 2, 1, 2, 1])
    for value in (4, 5, 4, 5, 4):
        RatingFactory(
            skill=skill, value=value, on=date(2026, 10, 5), rater_kind="peer", rater=PersonFactory()
        )

    means = {key.split("|")[0]: cell["mean"] for key, cell in cells().items()}

    assert means == {"self": 1.4, "peer": 4.4}


def test_ratings_before_the_eight_quarters_or_after_the_day_are_left_out():
    skill = SkillFactory()
    rate(skill, [1, 2, 3, 4, 5], on=date(2024, 12, 31))
    rate(skill, [1, 2, 3, 4, 5], on=date(2026, 11, 2))

    assert cells() == {}


def test_a_cell_that_changed_by_few_people_keeps_its_figure():
    skill = SkillFactory(name="Listening")
    rate(skill, [1, 2, 3, 4, 5])
    before = cells()["self|2026-10-01|Listening"]
    rate(skill, [5, 5, 5, 5])

    assert cells()["self|2026-10-01|Listening"] == before | {"as_of": "2026-11-01"}


def test_the_nightly_job_builds_each_report_once_a_month():
    for _ in range(2):
        freeze_reports()

    assert sorted(ReportSnapshot.objects.values_list("report", flat=True)) == [PROMOTIONS, SKILLS]
