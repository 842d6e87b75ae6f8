"""Who reaches the pages about emergency access."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.circles.test_access import PERSONAS, everybody_of, row
from tests.factories import CircleFactory, EmergencyAccessFactory, organiser
from tests.walking import walk

ACCESS = {
    "get emergencies": (302, 403, 403, 403, 403, 200),
    "post emergency_stop": (302, 403, 403, 403, 403, 302),
    "post emergency_approve": (302, 403, 403, 403, 403, 302),
    "post emergency_end": (302, 403, 403, 403, 403, 302),
    # Only whoever asked reads, so another organiser finds nothing there.
    "post emergency_read": (302, 403, 403, 403, 403, 404),
    "get emergency_request": (302, 404, 403, 403, 404, 200),
    "post emergency_request": (302, 404, 403, 403, 404, 200),
    "get emergency_log": (302, 404, 200, 200, 404, 200),
}
OF_A_CIRCLE = ("emergency_request", "emergency_log")


@pytest.mark.django_db
@pytest.mark.parametrize("route", ACCESS)
def test_access_to_emergency_access_of_a_hidden_circle(route):
    circle, browsers = everybody_of(CircleFactory(visibility="hidden"))
    now = timezone.now()
    access = EmergencyAccessFactory(
        circle=circle,
        approved_by=organiser(),
        approved_at=now,
        expires_at=now + timedelta(hours=4),
    )
    method, name = route.split()
    keys = {"emergencies": [], "emergency_stop": []}
    args = keys.get(name, [circle.pk if name in OF_A_CIRCLE else access.pk])

    found = walk(browsers, method, reverse(f"circles:{name}", args=args))

    assert found == row(ACCESS[route])


def test_personas_are_those_of_all_tables():
    assert {len(row) for row in ACCESS.values()} == {len(PERSONAS)}
