"""Circles of circles: the centre of groups of five, the hub of circles."""

from dataclasses import dataclass
from typing import Any

from circles.models import Circle


@dataclass(frozen=True)
class Bond:
    """What a circle is to those that belong to it, and how many of them suit the format."""

    word: str
    fewest: int = 0
    most: int = 0

    def advice(self, children: int) -> str:
        """What to think of when a circle has so many; nothing where the number is usual."""
        if not self.most or self.fewest <= children <= self.most:
            return ""
        has = "1 circle belongs" if children == 1 else f"{children} circles belong"
        return f"A {self.word} is made for {self.fewest} to {self.most} circles; {has} to it."


def bond(parent: Circle, child: Circle | None = None) -> Bond:
    """A hub by its own format, a centre by the format of those that belong to it."""
    version = parent.format_version
    if version.counts == "circles":
        return Bond("hub", version.size_min, version.size_max)
    asked: dict[str, Any] = child.format_version.definition.get("parent", {}) if child else {}
    fewest, most = asked.get("groups", (0, 0))
    return Bond(asked.get("kind", "centre"), fewest, most)
