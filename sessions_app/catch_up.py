"""What someone who joins late is told: what holds now and what comes next, nothing that was.

Each part of it registers itself at start-up, so that others can add theirs without being named.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from circles.models import Circle, Membership
from members.models import Member

NEW_FOR = timedelta(days=30)
# Who never opened the page is not reminded of it for ever.
ASKED_FOR = timedelta(days=180)
ON_ITS_WAY = (Circle.Stage.ACTIVE, Circle.Stage.RENEWAL)


@dataclass(frozen=True)
class Section:
    """One part of the page: its template, and what that needs."""

    template: str
    context: dict[str, Any]


Provider = Callable[[Circle, Member], Section | None]
_providers: dict[str, tuple[int, Provider]] = {}


def register(name: str, provider: Provider, *, place: int) -> None:
    """Declare a section; lower places come first. Raises ValueError for a taken name.

    A provider selects through visible_to, and returns None where there is nothing to say.
    """
    if _providers.get(name, (place, provider))[1] is not provider:
        raise ValueError(f"There is already a section named {name!r}.")
    _providers[name] = (place, provider)


def sections_of(circle: Circle, person: Member) -> list[Section]:
    """What there is to say, in order."""
    ordered = sorted(_providers.values(), key=lambda each: each[0])
    found = (provider(circle, person) for _, provider in ordered)
    return [section for section in found if section]


def wants_catch_up(circle: Circle, seat: Membership | None) -> bool:
    """Whether the circle's page leads there: for who joined late, lately or without looking."""
    if seat is None or circle.stage not in ON_ITS_WAY or circle.started_on is None:
        return False
    if seat.joined_on <= circle.started_on:
        return False
    days = circle.today - seat.joined_on
    return days < NEW_FOR or (seat.caught_up_at is None and days < ASKED_FOR)
