"""What every page needs: the navigation that a person's roles allow."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from circles.rules import is_any_facilitator
from members.models import Member
from members.rules import is_hr_analyst, is_organiser


@dataclass(frozen=True)
class NavigationEntry:
    """A link of the main navigation."""

    label: str
    url: str
    icon: str
    is_current: bool


def page(request: HttpRequest) -> dict[str, Any]:
    return {"navigation": navigation(request), "debug_tools": settings.DEVELOPMENT_PAGES}


def navigation(request: HttpRequest) -> list[NavigationEntry]:
    """The links for this person, in the order they are shown; none for a visitor."""
    person = getattr(request, "user", None)
    if person is None or not person.is_authenticated:
        return []
    return [
        NavigationEntry(label, reverse(name), icon, _is_current(request.path, reverse(name)))
        for label, name, icon in _entries(person)
    ]


def _entries(person: Member) -> list[tuple[str, str, str]]:
    entries = [
        ("Home", "meetings:home", "house"),
        ("Circles", "circles:list", "circle-dot"),
        ("Goals", "meetings:goals", "target"),
    ]
    if is_any_facilitator(person):
        entries.append(("Hub", "facilitation:hub", "layout-list"))
    if is_organiser(person):
        entries += [
            ("Programmes", "circles:programmes", "folder-open"),
            ("People", "members:people", "users"),
            ("Imports", "analytics:imports", "upload"),
        ]
    if is_hr_analyst(person):
        entries += [
            ("Promotions", "analytics:promotions", "trending-up"),
            ("Skills", "analytics:skills", "chart-column"),
        ]
    return entries


def _is_current(path: str, url: str) -> bool:
    return path == url if url == "/" else path.startswith(url)
