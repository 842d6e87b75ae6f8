from io import StringIO

import pytest
from django.core.management import call_command

from analytics.urls import app_name as analytics
from analytics.urls import urlpatterns as analytics_routes
from bench.measuring import Browser, Measurement, measure, reference
from bench.organisation import Organisation
from bench.pages import Page, pages
from bench.reporting import get_ready
from bench.unmeasured import ONLY_POSTED, TOO_SMALL
from circles.urls import app_name as circles
from circles.urls import urlpatterns as circle_routes
from facilitation.urls import app_name as facilitation
from facilitation.urls import urlpatterns as facilitation_routes
from members.urls import app_name as members
from members.urls import urlpatterns as member_routes
from notifications.urls import app_name as notifications
from notifications.urls import urlpatterns as notification_routes
from sessions_app.urls import app_name as meetings
from sessions_app.urls import urlpatterns as meeting_routes

ROOMS = {
    analytics: analytics_routes,
    circles: circle_routes,
    facilitation: facilitation_routes,
    members: member_routes,
    meetings: meeting_routes,
    notifications: notification_routes,
}


def a_page(*, budget_ms=150):
    return Page("a page", "meetings:home", lambda organisation, count: [], budget_ms)


def test_bench_names_every_route():
    routes = {f"{room}:{route.name}" for room, routes in ROOMS.items() for route in routes}
    measured = {page.route for page in pages()} - {"", "account_login"}

    assert measured | ONLY_POSTED | TOO_SMALL == routes
    assert measured & (ONLY_POSTED | TOO_SMALL) == set()


@pytest.mark.scale
@pytest.mark.django_db
def test_bench_opens_every_page(settings, monkeypatch):
    settings.DEBUG = True
    # Once each is enough to see that a page answers; how fast it does is not asked here.
    monkeypatch.setattr("bench.measuring.WARM_UP", 0)
    monkeypatch.setattr("bench.measuring.reference", lambda browser: 1.0)
    monkeypatch.setattr("bench.reporting.IMPORTS", 2)
    call_command("seed_demo", members=150, stdout=StringIO())
    organisation, browser = Organisation(), Browser()
    get_ready(organisation)

    found = [measure(page, organisation, browser, 1) for page in pages()]

    assert {one.page.name: one.problem for one in found if one.problem} == {}
    assert all(len(one.times) == 1 for one in found)


@pytest.mark.django_db
def test_fixed_piece_of_work_takes_some_time():
    assert 0 < reference(Browser()) < 10_000


@pytest.mark.parametrize(
    ("times", "work", "verdict"),
    [
        ([100, 120], [90, 90], "ok"),
        ([100, 900], [90, 90], "ok by its work"),
        ([100, 900], [90, 800], "slow"),
    ],
)
def test_bench_judges_a_page_by_its_time_or_else_by_its_work(times, work, verdict):
    found = Measurement(a_page(), times=times, work=work)

    assert found.verdict == verdict


def test_bench_tells_a_page_that_fails_from_one_that_is_slow():
    found = Measurement(a_page(), times=[1, 1], work=[1, 1], problem="/ answers 500")

    assert found.verdict == "/ answers 500"
