"""Goes one way as everybody in turn: each finds the world as the one before found it."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.core.cache import cache
from django.db import transaction
from django.test import Client
from django.urls import reverse

from members.models import Member


@contextmanager
def undone() -> Iterator[None]:
    """Whatever happens inside has not happened afterwards."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
    cache.clear()


def signed_in(people: Mapping[str, Member | None]) -> dict[str, Client]:
    """A browser for each persona; nobody signs in for a persona without a person."""
    browsers = {persona: Client() for persona in people}
    for persona, person in people.items():
        if person:
            browsers[persona].force_login(person)
    return browsers


def walk(
    browsers: Mapping[str, Client], method: str, address: str, data: Mapping[str, Any] | None = None
) -> dict[str, int]:
    """The status that each persona gets. Whoever is not signed in is asked to, and nobody else."""
    found, asked = {}, set()
    visitors = {persona for persona, browser in browsers.items() if not browser.cookies}
    for persona, browser in browsers.items():
        with undone():
            response = getattr(browser, method)(address, data or {})
            found[persona] = response.status_code
            if response.headers.get("Location", "").startswith(reverse("account_login")):
                asked.add(persona)
    assert asked == visitors
    return found
