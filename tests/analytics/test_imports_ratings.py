import datetime as dt

import pytest
import time_machine

from members.models import Rating, Skill
from tests.analytics.import_files import bring_in, counts, lines, reasons
from tests.factories import PersonFactory, SkillFactory

pytestmark = pytest.mark.django_db

HEADER = "employee_id,skill,rater_kind,rater_id,value,on,occasion"


@pytest.fixture(autouse=True)
def people():
    return [
        PersonFactory(employee_number=f"E{n}", name=name)
        for n, name in enumerate(["Ada", "Ben", "Cem"], start=1)
    ]


def ratings(*rows):
    return bring_in("ratings", lines(HEADER, *rows))


def test_ratings_are_added_with_new_skills(people):
    ada, ben, _ = people
    SkillFactory(name="Planning")

    plan = ratings(
        "E1,Listening,self,,4,2024-02-01,baseline",
        "E1,LISTENING,peer,E2,3,2024-02-01,",
        "E1,planning,manager,,5,2024-02-01,Looking back",
    )

    assert counts(plan) == (3, 0, 0, 0)
    assert plan.notes == ["New skills: 1 (Listening)."]
    assert list(Skill.objects.values_list("name", flat=True)) == ["Listening", "Planning"]
    assert set(
        Rating.objects.values_list("skill__name", "rater_kind", "rater", "value", "occasion")
    ) == {
        ("Listening", "self", ada.pk, 4, "baseline"),
        ("Listening", "peer", ben.pk, 3, "pulse"),
        ("Planning", "manager", None, 5, "looking-back"),
    }


def test_same_file_twice_changes_nothing():
    rows = ["E1,Listening,self,,4,2024-02-01,baseline", "E1,Listening,peer,,3,2024-02-01,"]
    ratings(*rows)

    assert counts(ratings(*rows)) == (0, 0, 2, 0)


def test_value_is_corrected_and_evidence_stays():
    ratings("E1,Listening,peer,E2,3,2024-02-01,")
    Rating.objects.update(evidence="asked three questions")

    plan = ratings("E1,Listening,peer,E2,4,2024-02-01,")

    assert counts(plan) == (0, 1, 0, 0)
    assert Rating.objects.values_list("value", "evidence").get() == (4, "asked three questions")


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (
            "E9,Listening,self,,4,2024-02-01,",
            "employee_id: nobody has the employee_id “E9”. Import the person first, or correct the "
            "number.",
        ),
        (
            "E1,Listening,peer,E9,4,2024-02-01,",
            "rater_id: nobody has the employee_id “E9”. Import the person first, or correct the "
            "number.",
        ),
        (
            "E1,Listening,self,E2,4,2024-02-01,",
            "rater_id: a self rating is given by Ada (E1), not by Ben (E2). Correct rater_kind, or "
            "empty rater_id.",
        ),
        (
            "E1,Listening,peer,E1,4,2024-02-01,",
            "rater_id: Ada (E1) rated themselves, so rater_kind must be self, not peer. Correct "
            "one of them.",
        ),
        ("E1,Listening,self,,6,2024-02-01,", "value: write a whole number from 1 to 5, not “6”."),
        (
            "E1,Listening,self,,3.5,2024-02-01,",
            "value: write a whole number from 1 to 5, not “3.5”.",
        ),
        (
            "E1,Listening,boss,,3,2024-02-01,",
            "rater_kind: write self, peer, manager or facilitator, not “boss”.",
        ),
        (
            "E1,Listening,self,,3,2024-02-01,start",
            "occasion: write baseline, pulse, end or looking-back, not “start”.",
        ),
        ("E1,,self,,3,2024-02-01,", "skill is empty. Fill it in."),
    ],
)
def test_refused_row_says_why(row, reason):
    plan = ratings(row, "E2,Listening,self,,4,2024-02-01,")

    assert reasons(plan) == {2: reason}
    assert Rating.objects.count() == 0
    assert Skill.objects.count() == 0


@time_machine.travel("2024-02-01T23:00Z", tick=False)
def test_day_to_come_is_refused_once_it_is_so_everywhere():
    plan = ratings("E1,Listening,self,,3,2024-02-02,", "E1,Listening,self,,3,2024-02-03,")

    assert reasons(plan) == {3: "on: 2024-02-03 is still to come. Correct the day."}


def test_duplicate_is_refused_naming_both_rows():
    plan = ratings("E1,Listening,self,,3,2024-02-01,", "E1,listening,self,E1,4,2024-02-01,pulse")

    assert reasons(plan) == {
        3: "Rows 2 and 3 both have the rating of Ada (E1): listening on 2024-02-01, self, pulse. "
        "Keep one of them."
    }


def test_same_skill_on_another_day_or_occasion_is_another_rating():
    plan = ratings(
        "E1,Listening,self,,3,2024-02-01,baseline",
        "E1,Listening,self,,3,2024-02-01,pulse",
        "E1,Listening,self,,3,2024-02-02,pulse",
    )

    assert counts(plan) == (3, 0, 0, 0)
    assert Rating.objects.filter(on=dt.date(2024, 2, 1)).count() == 2
