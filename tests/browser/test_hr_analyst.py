"""An HR analyst's question: how many were promoted, where, and what may not be seen."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from tests.analytics.test_reports import rate, seat_people
from tests.factories import SkillFactory, UnitFactory, hr_analyst

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def organisation():
    sales = UnitFactory(name="Sales")
    seat_people(20, unit=UnitFactory(name="North", parent=sales), promoted=8)
    seat_people(10, unit=UnitFactory(name="South", parent=sales))
    seat_people(12, unit=UnitFactory(name="Finance"), promoted=3)
    seat_people(3, unit=UnitFactory(name="Legal"))
    last_month = timezone.localdate().replace(day=1) - timedelta(days=5)
    rate(SkillFactory(name="Listening"), [1, 2, 3, 4, 5], on=last_month)
    rate(SkillFactory(name="Planning"), [2, 3], on=last_month)


def test_promotions_are_read_opened_and_downloaded(tab, sign_in, organisation, assert_accessible):
    sign_in(tab, hr_analyst(), "/reports/promotions/")

    finding = tab.get_by_role("heading", level=1)
    expect(finding).to_contain_text("of circle members were promoted within 14 months")
    expect(tab.get_by_role("img", name="Share of circle members promoted").first).to_be_visible()
    legal = tab.get_by_role("row").filter(has_text="Legal")
    expect(legal).to_contain_text("hidden: fewer than 5 people")
    assert_accessible(tab)

    with tab.expect_download() as download:
        tab.get_by_role("link", name="Download as CSV").click()
    lines = download.value.path().read_text().splitlines()
    assert lines[0].startswith("group,people,promoted")
    assert [line for line in lines if line.startswith("Legal")] == ["Legal" + "," * 11 + "True"]

    tab.get_by_role("link", name="Sales").click()
    expect(tab.get_by_role("heading", name="Within Sales")).to_be_visible()
    expect(tab.get_by_role("row").filter(has_text="North")).to_contain_text("20")


def test_skills_are_read_by_who_rated(tab, sign_in, organisation, assert_accessible):
    sign_in(tab, hr_analyst(), "/reports/skills/")

    expect(tab.get_by_role("row").filter(has_text="Listening")).to_contain_text("3.0")
    expect(tab.get_by_role("row").filter(has_text="Planning")).to_contain_text("hidden")
    assert_accessible(tab)

    tab.get_by_role("link", name="Peer", exact=True).click()
    expect(tab.get_by_role("heading", name="No ratings of this kind yet")).to_be_visible()
