"""Every route of ours stands in the access table of its app: route, method, status by persona."""

from importlib import import_module

import pytest
from django.urls import get_resolver

TABLES = {
    "members": "tests.members.test_access",
    "circles": "tests.circles.test_access",
    "meetings": "tests.sessions_app.test_access",
    "facilitation": "tests.facilitation.test_access",
    "analytics": "tests.analytics.test_access",
}


@pytest.mark.parametrize("namespace", TABLES)
def test_access_table_names_every_route(namespace):
    _, resolver = get_resolver().namespace_dict[namespace]
    routes = {name for name in resolver.reverse_dict if isinstance(name, str)}

    table = import_module(TABLES[namespace]).ACCESS

    assert {route.split()[1] for route in table} == routes


def test_every_namespace_of_ours_has_a_table():
    others = {"admin", "notifications"}  # the admin guards itself; the outbox is for development

    assert set(get_resolver().namespace_dict) - others == set(TABLES)


def test_every_address_of_ours_has_a_name():
    resolver = get_resolver()
    ours = [resolver.namespace_dict[namespace][1] for namespace in TABLES]

    unnamed = [p for inner in ours for p in inner.url_patterns if not getattr(p, "name", None)]

    assert unnamed == []
