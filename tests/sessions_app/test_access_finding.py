"""Who may open what of a search for a time, in a hidden circle: a row a route."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from sessions_app.models import TimeSearch
from sessions_app.urls import finding
from tests.factories import (
    CandidateFactory,
    FacilitationFactory,
    MembershipFactory,
    PersonFactory,
    TimeSearchFactory,
    hr_analyst,
    organiser,
)

pytestmark = pytest.mark.django_db

PERSONAS = ("visitor", "stranger", "member", "host", "facilitator", "hr analyst", "organiser")
INSIDERS = (302, 404, 200, 200, 200, 404, 404)
TAKES_PART = (302, 404, 302, 302, 302, 404, 404)
RUN_GET = (302, 404, 403, 403, 200, 404, 404)
RUN_POST = (302, 404, 403, 403, 302, 404, 404)
ACCESS = {
    # An organiser knows that every circle exists, and runs no meetings.
    "get time_search_new": (302, 404, 403, 403, 200, 404, 403),
    "post time_search_new": (302, 404, 403, 403, 302, 404, 403),
    "get time_search": INSIDERS,
    "get time_search_answer": INSIDERS,
    "post time_search_answer": TAKES_PART,
    "post time_search_calendar": TAKES_PART,
    "post time_search_draw": RUN_POST,
    "post time_search_vote": TAKES_PART,
    "get time_search_settle": RUN_GET,
    "post time_search_settle": RUN_POST,
    "get time_search_withdraw": RUN_GET,
    "post time_search_withdraw": RUN_POST,
    "post time_search_extend": RUN_POST,
    "post time_search_remind": RUN_POST,
}


def typed(name, candidate):
    day = timezone.localdate() + timedelta(days=5)
    return {
        "time_search_new": {"rhythm": "weekly", "minutes": 60, "from_on": day, "answer_by": day},
        "time_search_answer": {"hours": ["10", "11"]},
        "time_search_vote": {f"c{candidate.pk}": "yes"},
        "time_search_settle": {"candidate": candidate.pk},
        "time_search_extend": {"until": day},
    }.get(name, {})


def asked_for(client, route, circle):
    """The status of one route, of a search that is as far as the route needs it."""
    method, name = route.split()
    circle.time_searches.all().delete()
    subject, candidate = circle, CandidateFactory.build(pk=1)
    if name != "time_search_new":
        voting = name in ("time_search_vote", "time_search_settle")
        subject = TimeSearchFactory(circle=circle, state="voting" if voting else "asking")
        candidate = CandidateFactory(search=subject)
    address = reverse(f"meetings:{name}", args=[subject.pk])
    return getattr(client, method)(address, typed(name, candidate)).status_code


def test_access_to_a_search_of_a_hidden_circle(client):
    held = FacilitationFactory(circle__visibility="hidden")
    circle = held.circle
    people = {
        "visitor": None,
        "stranger": PersonFactory(),
        "member": MembershipFactory(circle=circle).person,
        "host": MembershipFactory(circle=circle, role="host").person,
        "facilitator": held.person,
        "hr analyst": hr_analyst(),
        "organiser": organiser(),
    }
    statuses = {route: [] for route in ACCESS}

    for persona in PERSONAS:
        if people[persona]:
            client.force_login(people[persona])
        for route, found in statuses.items():
            found.append(asked_for(client, route, circle))

    assert {route: tuple(found) for route, found in statuses.items()} == ACCESS


def test_access_table_names_every_view():
    assert {route.split()[1] for route in ACCESS} == {entry.name for entry in finding.urlpatterns}


def test_host_of_a_circle_without_a_facilitator_runs_its_search(client):
    seat = MembershipFactory(role="host")
    search = TimeSearchFactory(circle=seat.circle)
    client.force_login(seat.person)

    client.post(reverse("meetings:time_search_withdraw", args=[search.pk]))

    search.refresh_from_db()
    assert search.state == TimeSearch.State.WITHDRAWN
