"""Who may open what. Everyone has an inbox and wishes of their own, and no way to another's."""

import pytest
from django.urls import reverse

from notifications.links import EVERYTHING, unsubscribe_url
from notifications.models import Notice
from tests.factories import PersonFactory, hr_analyst, organiser

PERSONAS = ("visitor", "other member", "owner", "hr analyst", "organiser")
ACCESS = {
    "get inbox": (302, 200, 200, 200, 200),
    "post open_notice": (302, 404, 302, 404, 404),
    "post read_all": (302, 302, 302, 302, 302),
    "get wishes": (302, 200, 200, 200, 200),
    "post wishes": (302, 200, 200, 200, 200),
    "get unsubscribe": (200, 200, 200, 200, 200),
    "post unsubscribe": (200, 200, 200, 200, 200),
    "get metrics": (404, 404, 404, 404, 404),
    "get operations": (302, 403, 403, 403, 200),
    "post retry": (302, 403, 403, 403, 302),
    "post clear_bounce": (302, 403, 403, 403, 302),
}


@pytest.mark.django_db
@pytest.mark.parametrize("route", ACCESS)
def test_access_to_messages(client, route):
    owner = PersonFactory()
    notice = Notice.objects.create(person=owner, kind="test", title="Soon")
    people = {
        "other member": PersonFactory(),
        "owner": owner,
        "hr analyst": hr_analyst(),
        "organiser": organiser(),
    }
    method, name = route.split()
    token = unsubscribe_url(owner, EVERYTHING).rstrip("/").rpartition("/")[2]
    args = {"open_notice": [notice.pk], "unsubscribe": [token]}.get(name, [])
    found = []

    for persona in PERSONAS:
        client.logout()
        if persona in people:
            client.force_login(people[persona])
        response = getattr(client, method)(reverse(f"notifications:{name}", args=args))
        found.append(response.status_code)

    assert tuple(found) == ACCESS[route]
