"""Who may turn what on and off: everyone their own devices, and nobody another's."""

import pytest
from django.urls import reverse

from tests.factories import PersonFactory
from tests.notifications.devices import SAID, device_of

PERSONAS = ("visitor", "other member", "owner")
ACCESS = {
    "post device_on": (302, 302, 302),
    "post device_renew": (404, 404, 404),
    "post device_test": (302, 404, 302),
    "post device_off": (302, 404, 302),
    "get service_worker": (200, 200, 200),
    "get manifest": (200, 200, 200),
}


@pytest.mark.django_db
@pytest.mark.parametrize("route", ACCESS)
def test_access_to_devices(client, route, monkeypatch):
    monkeypatch.setattr("notifications.devices.post", lambda *a, **k: None)
    owner = PersonFactory()
    device = device_of(owner)
    people = {"other member": PersonFactory(), "owner": owner}
    method, name = route.split()
    args = [device.pk] if name in ("device_test", "device_off") else []
    found = []

    for persona in PERSONAS:
        client.logout()
        if persona in people:
            client.force_login(people[persona])
        response = getattr(client, method)(reverse(f"notifications:{name}", args=args), SAID)
        found.append(response.status_code)

    assert tuple(found) == ACCESS[route]
