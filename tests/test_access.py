"""Every route of ours stands in the access table of its app: route, method, status by persona."""

from importlib import import_module
from pathlib import Path

import pytest
from django.urls import get_resolver

# Each package of tests holds one table or several, in modules named test_access….
TABLES = {
    "members": "members",
    "circles": "circles",
    "meetings": "sessions_app",
    "facilitation": "facilitation",
    "analytics": "analytics",
    "notifications": "notifications",
}


def table(package):
    modules = sorted((Path(__file__).parent / package).glob("test_access*.py"))
    rows = {}
    for module in modules:
        rows |= import_module(f"tests.{package}.{module.stem}").ACCESS
    return rows


@pytest.mark.parametrize("namespace", TABLES)
def test_access_table_names_every_route(namespace):
    _, resolver = get_resolver().namespace_dict[namespace]
    routes = {name for name in resolver.reverse_dict if isinstance(name, str)}

    assert {route.split()[1] for route in table(TABLES[namespace])} == routes


def test_every_namespace_of_ours_has_a_table():
    others = {"admin", "outbox"}  # the admin guards itself; the outbox is for development

    assert set(get_resolver().namespace_dict) - others == set(TABLES)


def test_every_address_of_ours_has_a_name():
    resolver = get_resolver()
    ours = [resolver.namespace_dict[namespace][1] for namespace in TABLES]

    unnamed = [p for inner in ours for p in inner.url_patterns if not getattr(p, "name", None)]

    assert unnamed == []
