"""Who reaches announcements and milestones. Columns: see PERSONAS."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from circles.models import Announcement
from tests.circles.test_access import PERSONAS, sign_in
from tests.factories import CircleFactory, MilestoneFactory, announcement_to, organiser

WRITERS = (302, 403, 403, 200, 403, 200)
ONLY_ORGANISERS = (302, 403, 403, 403, 403, 200)
ONLY_ORGANISERS_POST = (302, 403, 403, 403, 403, 302)
# Of an announcement of another organiser that waits: nobody has got it yet.
OF_ORGANISERS = (302, 404, 404, 404, 404, 200)
OF_ORGANISERS_POST = (302, 404, 404, 404, 404, 302)
ACCESS = {
    "get announcements": WRITERS,
    "get announcement_choose": WRITERS,
    "post announcement_start": (302, 403, 403, 302, 403, 302),
    "get announcement": OF_ORGANISERS,
    "get announcement_edit": OF_ORGANISERS_POST,  # it waits: it must be taken back first
    "get announcement_preview": OF_ORGANISERS_POST,
    "post announcement_take_back": OF_ORGANISERS_POST,
    "get announcement_discard": OF_ORGANISERS_POST,
    "post announcement_discard": OF_ORGANISERS_POST,
    "get milestone_new": ONLY_ORGANISERS,
    "get milestone_edit": ONLY_ORGANISERS,
    "post milestone_edit": ONLY_ORGANISERS,  # what was sent is not whole
    "post milestone_remove": ONLY_ORGANISERS_POST,
    "post milestone_restore": ONLY_ORGANISERS_POST,
}
GENERAL = ("announcements", "announcement_choose", "announcement_start")
NOBODY = (302, 404, 404, 404, 404, 404)


def address(name, circle):
    if name in GENERAL:
        return reverse(f"circles:{name}")
    if name == "milestone_new":
        return reverse(f"circles:{name}", args=[circle.programme_id])
    if name.startswith("milestone"):
        milestone = MilestoneFactory(programme=circle.programme, on=date(2026, 5, 1))
        return reverse(f"circles:{name}", args=[milestone.pk])
    waiting = announcement_to(circle, written_by=organiser(), as_organiser=True)
    waiting.state, waiting.send_at = Announcement.State.WAITING, timezone.now()
    waiting.save()
    return reverse(f"circles:{name}", args=[waiting.pk])


def answers(route, at, circle):
    method, name = route.split()
    found = []
    for persona in PERSONAS:
        client = Client()
        sign_in(client, persona, circle)
        response = getattr(client, method)(at(name, circle), {"circle": circle.pk})
        asked = response.headers.get("Location", "").startswith(reverse("account_login"))
        assert asked == (persona == "visitor")
        found.append(response.status_code)
    return tuple(found)


@pytest.mark.django_db
@pytest.mark.parametrize("route", ACCESS)
def test_access_to_announcements(route):
    assert answers(route, address, CircleFactory()) == ACCESS[route]


@pytest.mark.django_db
def test_draft_is_its_writers_alone():
    circle = CircleFactory()
    draft = announcement_to(circle, written_by=organiser(), as_organiser=True)

    def at(name, _circle):
        return reverse(f"circles:{name}", args=[draft.pk])

    assert answers("get announcement_edit", at, circle) == NOBODY
