from datetime import date

import pytest
import time_machine
from django.urls import reverse

from members.models import AuditEntry
from tests.analytics.test_reports import rate, seat_people
from tests.factories import SkillFactory, UnitFactory, hr_analyst

pytestmark = pytest.mark.django_db

PROMOTIONS, SKILLS = reverse("analytics:promotions"), reverse("analytics:skills")


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel(date(2026, 11, 23), tick=False):
        yield


@pytest.fixture
def analyst(client):
    client.force_login(hr_analyst())
    return client


def text(response):
    return " ".join(response.content.decode().split())


def test_without_circle_members_the_report_says_so(analyst):
    response = analyst.get(PROMOTIONS)

    assert response.context["finding"] == (
        "There are too few circle members to report on without pointing at people."
    )
    assert response.context["rows"] == []


def test_the_finding_is_a_sentence_with_its_share(analyst):
    seat_people(20, promoted=8)

    response = analyst.get(PROMOTIONS)

    assert response.context["finding"] == (
        "40\u00a0% of circle members were promoted within 14 months of joining."
    )
    assert "This is not yet a comparison." in text(response)


def test_a_report_never_claims_a_cause(analyst):
    seat_people(20, promoted=8)

    page = text(analyst.get(PROMOTIONS)).lower()

    assert "caused" not in page
    assert "thanks to" not in page


def test_before_anyone_was_followed_for_14_months_it_is_too_early(analyst):
    with time_machine.travel(date(2025, 1, 15), tick=False):
        seat_people(20, promoted=3)
        response = analyst.get(PROMOTIONS)

    assert response.context["finding"].startswith("It is too early to tell")


def test_a_hidden_unit_says_why(analyst):
    for name, people in (("Eng", 20), ("Fin", 10), ("Legal", 3)):
        seat_people(people, unit=UnitFactory(name=name))

    rows = {row["name"]: row for row in analyst.get(PROMOTIONS).context["rows"]}

    assert rows["Eng"]["suppressed"] is False
    assert rows["Fin"]["reason"] == "showing it would reveal a smaller group"
    assert rows["Legal"]["reason"] == "fewer than 5 people"


def test_a_unit_opens_onto_the_units_below_it(analyst):
    top = UnitFactory(name="Sales")
    seat_people(10, unit=UnitFactory(name="North", parent=top))
    seat_people(10, unit=UnitFactory(name="South", parent=top))

    response = analyst.get(PROMOTIONS, {"unit": top.pk})

    assert [row["name"] for row in response.context["rows"]] == ["North", "South"]


@pytest.mark.parametrize("key", ["99999", "nothing", "' OR 1=1"])
def test_a_unit_that_is_not_there_is_missing(analyst, key):
    assert analyst.get(PROMOTIONS, {"unit": key}).status_code == 404


def test_a_hidden_unit_cannot_be_opened(analyst):
    seat_people(20, unit=UnitFactory(name="Eng"))
    hidden = UnitFactory(name="Legal")
    seat_people(3, unit=hidden)

    assert analyst.get(PROMOTIONS, {"unit": hidden.pk}).status_code == 404


def test_the_download_holds_what_the_page_holds_and_is_logged(analyst):
    seat_people(20, unit=UnitFactory(name="=Eng"), promoted=8)

    response = analyst.get(reverse("analytics:promotions_csv"))

    header, everyone, unit = response.content.decode().splitlines()
    assert header.startswith("group,people,promoted,left,share,share_low,share_high")
    assert everyone.startswith("all,20,10,0,0.4,")
    assert unit.startswith("'=Eng,20,10,0,0.4,")
    assert response["Content-Disposition"] == 'attachment; filename="promotions-2026-11-01.csv"'
    assert AuditEntry.objects.get().verb == "exported report"


def test_skills_without_ratings_say_where_they_come_from(analyst):
    response = analyst.get(SKILLS)

    assert response.context["rows"] == []
    assert "No ratings of this kind yet" in text(response)


def test_skills_show_a_cell_a_quarter_and_hide_small_ones(analyst):
    skill = SkillFactory(name="Listening")
    rate(skill, [1, 2, 3, 4, 5], on=date(2026, 10, 5))
    rate(skill, [1, 2], on=date(2026, 7, 5))

    [row] = analyst.get(SKILLS).context["rows"]

    assert row["skill"] == "Listening"
    assert [cell["mean"] for cell in row["cells"][:6]] == [None] * 6
    assert row["cells"][6]["reason"] == "fewer than 5 people"
    assert row["cells"][7]["mean"] == 3.0


def test_skills_of_another_rater_kind_are_another_page(analyst):
    rate(SkillFactory(), [1, 2, 3, 4, 5], on=date(2026, 10, 5))

    response = analyst.get(SKILLS, {"by": "peer"})

    assert response.context["rows"] == []
    assert response.context["rater_kind"] == "peer"


def test_an_unknown_rater_kind_shows_self_ratings(analyst):
    assert analyst.get(SKILLS, {"by": "everyone"}).context["rater_kind"] == "self"


def test_the_skill_download_carries_no_hidden_figure(analyst):
    rate(SkillFactory(name="Listening"), [1, 2], on=date(2026, 10, 5))

    lines = analyst.get(reverse("analytics:skills_csv")).content.decode().splitlines()

    assert lines == [
        "rated_by,quarter,skill,people,mean,low,high,visibility",
        "self,2026-10-01,Listening,,,,,hidden_small",
    ]


@pytest.mark.parametrize("units", [1, 4])
def test_report_queries_do_not_grow(analyst, units, django_assert_num_queries):
    for n in range(units):
        seat_people(6, unit=UnitFactory(name=f"Unit {n}"))
    analyst.get(PROMOTIONS)

    # session, person, roles, snapshot, circles held (navigation)
    with django_assert_num_queries(4):
        response = analyst.get(PROMOTIONS)

    assert len(response.context["rows"]) == units
