"""A format's agenda against the clock. Pure functions from a definition to what a page draws."""

from dataclasses import dataclass
from typing import Any

from circles.models import FormatVersion

MODES = {"circle": "all together", "member": "each in turn"}


@dataclass(frozen=True)
class Slot:
    """One segment of a meeting: when it starts, how long it takes and who speaks."""

    name: str
    start: int
    minutes: int
    mode: str
    who: str
    protocol: str

    @property
    def clock(self) -> str:
        """`0:35`, counted from the meeting's start."""
        return f"{self.start // 60}:{self.start % 60:02}"


@dataclass(frozen=True)
class Protocol:
    """How one part of a meeting is done, step by step."""

    key: str
    name: str
    steps: list[dict[str, Any]]

    @property
    def minutes(self) -> int | None:
        """What one round takes in full; None where that depends on the number of people."""
        minutes: list[int] = [step["minutes"] for step in self.steps if "minutes" in step]
        return sum(minutes) if len(minutes) == len(self.steps) else None


def timed_agenda(version: FormatVersion) -> list[Slot]:
    """The agenda's segments, each with its start."""
    return slots_of(version.definition)


def slots_of(definition: dict[str, Any]) -> list[Slot]:
    """The same of a definition, which may be half written: what is missing takes no time."""
    protocols = definition.get("protocols", {})
    slots: list[Slot] = []
    start = 0
    for segment in definition["agenda"]:
        minutes = segment.get("minutes") or 0
        protocol = protocols.get(segment.get("protocol", ""), {}).get("name", "")
        slots.append(
            Slot(segment["name"], start, minutes, segment["mode"], _who(segment), protocol)
        )
        start += minutes
    return slots


def protocols_of(definitions: dict[str, dict[str, Any]]) -> list[Protocol]:
    """Protocols by name, as a page lists them."""
    listed = [Protocol(key, value["name"], value["steps"]) for key, value in definitions.items()]
    return sorted(listed, key=lambda protocol: protocol.name)


def _who(segment: dict[str, Any]) -> str:
    if segment["mode"] != "presenter":
        return MODES.get(segment["mode"], "")
    presenters, minutes = segment.get("times") or 1, segment.get("minutes") or 0
    if presenters == 1:
        return "one presenter"
    return f"{presenters} presenters, {minutes // presenters} minutes each"
