"""What circles need from a person: an answer to an offer, a signature, a vote.

Each kind of need is a provider that registers itself, so that the home page asks for all of them
without knowing any. Apps above this one register theirs when Django has loaded the apps.
"""

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from members.models import Member


@dataclass(frozen=True)
class Need:
    """One thing to do, in words, with the page where it is done. `due` sorts and is shown."""

    words: str
    url: str
    label: str
    icon: str = "circle-dot"
    due: datetime | None = None


Provider = Callable[[Member], Iterable[Need]]
_providers: dict[str, Provider] = {}


def register(name: str, provider: Provider) -> None:
    """Declare a provider of constantly many queries. Raises ValueError for a taken name."""
    if _providers.get(name, provider) is not provider:
        raise ValueError(f"There is already a provider of needs named {name!r}.")
    _providers[name] = provider


def needs_of(person: Member) -> list[Need]:
    """Everything that circles wait for from this person, what is due first; without a day last."""
    needs = [need for provider in _providers.values() for need in provider(person)]
    return sorted(needs, key=lambda need: need.due.timestamp() if need.due else math.inf)
