"""The agenda of one meeting as a value: what happens in which order, and for how long."""

from dataclasses import asdict, dataclass, field
from typing import Any, Self

from circles.models import FormatVersion
from sessions_app.agenda.kinds import kind_of
from sessions_app.models import Meeting


@dataclass(frozen=True)
class Step:
    """One step of a protocol; its minutes are for all, or for each person."""

    words: str
    minutes: int = 0
    minutes_per_person: int = 0


@dataclass(frozen=True)
class Segment:
    """One part of a meeting. `key` is its own for as long as the meeting exists."""

    key: str
    name: str
    minutes: int
    mode: str  # circle, member (each in turn) or presenter
    times: int = 0  # how many present; 0 in the other modes
    does: str = ""  # the key of its kind, of sessions_app.agenda.kinds; nothing for talk
    protocol: str = ""  # its name, as people read it
    steps: list[Step] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """What Agenda.segments holds."""
        return asdict(self)

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> Self:
        return cls(**{**stored, "steps": [Step(**step) for step in stored["steps"]]})


def segments_of_version(version: FormatVersion) -> list[Segment]:
    """What the format prescribes, keyed `s1`, `s2` and so on."""
    protocols = version.definition.get("protocols", {})
    return [
        _segment(f"s{place}", written, protocols)
        for place, written in enumerate(version.definition["agenda"], start=1)
    ]


def segments_of(meeting: Meeting) -> list[Segment]:
    """The meeting's own agenda, else that of its circle's format. Fetch `own_agenda` along.

    Nothing is fitted to who comes: see sessions_app.agenda.fitting.
    """
    own = getattr(meeting, "own_agenda", None)
    if own is None:
        return segments_of_version(meeting.circle.format_version)
    return [Segment.from_json(stored) for stored in own.segments]


def _segment(key: str, written: dict[str, Any], protocols: dict[str, Any]) -> Segment:
    protocol = protocols.get(written.get("protocol", ""), {"name": "", "steps": []})
    steps = [
        Step(step["name"], step.get("minutes", 0), step.get("minutes_per_person", 0))
        for step in protocol["steps"]
    ]
    return Segment(
        key=key,
        name=written["name"],
        minutes=written.get("minutes") or 0,
        mode=written["mode"],
        times=written.get("times") or 0,
        does=written.get("does") or kind_of(written["name"]),
        protocol=protocol["name"],
        steps=steps,
    )
