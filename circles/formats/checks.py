"""Whether a format adds up: the one authority, for the page as one types and for publishing.

Pure functions. A problem stops a format from being published; a warning leaves it to the organiser.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from circles.formats.agenda import Protocol, Slot, slots_of
from circles.formats.content import SECTIONS, Content
from circles.formats.kinds import GATES, MODES, MODULES, OUTCOMES
from circles.formats.segment_kinds import segment_kinds

SEATS = range(3, 31)
MINUTES = range(10, 481)
SHORTEST_TURN = 20  # seconds: a name and one sentence


@dataclass(frozen=True)
class Finding:
    """One thing to put right or to think of, and the section where that is done."""

    section: str
    words: str

    @property
    def title(self) -> str:
        return SECTIONS[self.section].title


@dataclass(frozen=True)
class Check:
    """What a look at the whole format found."""

    slots: list[Slot]
    used: int
    available: int
    problems: list[Finding]
    warnings: list[Finding]

    @property
    def adds_up(self) -> bool:
        return not self.problems

    @property
    def in_words(self) -> str:
        if not self.slots:
            return f"Nothing is planned yet in a meeting of {self.available} minutes."
        if self.used == self.available:
            return f"The agenda adds up: {self.used} of {self.available} minutes."
        if self.used < self.available:
            left = _minutes(self.available - self.used)
            return f"{self.used} of {self.available} minutes are planned; {left} are left."
        over = _minutes(self.used - self.available)
        return f"{self.used} minutes are planned in {self.available}: {over} too many."


def check(content: Content) -> Check:
    """Look at everything; nothing is missing that publishing would refuse."""
    slots = slots_of(content.definition)
    used = sum(slot.minutes for slot in slots)
    problems = [
        *_of_frame(content),
        *_of_sum(used, content.meeting_minutes, bool(slots)),
        *_of_segments(content),
        *_of_protocols(content),
        *_of_choices(content),
    ]
    warnings = [*_of_slots(content), *_of_stages(content), *_of_unused(content)]
    return Check(slots, used, content.meeting_minutes, problems, warnings)


def _of_frame(content: Content) -> Iterator[Finding]:
    if not content.name.strip():
        yield Finding("about", "The format needs a name.")
    if not content.purpose.strip():
        yield Finding("about", "Say what the format is for.")
    if content.size_max < content.size_min:
        yield Finding("size", "The largest size cannot be under the smallest.")
    elif content.of == "people" and not {content.size_min, content.size_max} <= set(SEATS):
        yield Finding("size", "A circle seats between 3 and 30 people.")
    if content.meeting_minutes not in MINUTES:
        yield Finding("cadence", "A meeting takes between 10 and 480 minutes.")
    if not content.definition.get("cadence", {}).get("per_month"):
        yield Finding("cadence", "Say how often a circle meets.")


def _of_sum(used: int, available: int, has_segments: bool) -> Iterator[Finding]:
    if not has_segments:
        yield Finding("agenda", "The agenda has no segment yet.")
    elif used > available:
        yield Finding(
            "agenda",
            f"The agenda takes {used} minutes and the meeting {available}: "
            f"take {_minutes(used - available)} away, or make the meeting longer.",
        )
    elif used < available:
        yield Finding(
            "agenda",
            f"The agenda takes {used} minutes and the meeting {available}: "
            f"plan {_minutes(available - used)} more, or make the meeting shorter.",
        )


def _of_segments(content: Content) -> Iterator[Finding]:
    protocols = content.definition.get("protocols", {})
    for place, segment in enumerate(content.definition["agenda"], start=1):
        has_name = bool(segment["name"].strip())
        name = f"“{segment['name']}”" if has_name else f"Segment {place}"
        if not has_name:
            yield Finding("agenda", f"{name} needs a name.")
        if (segment.get("minutes") or 0) < 1:
            yield Finding("agenda", f"{name} needs at least one minute.")
        if segment.get("protocol", "") not in {"", *protocols}:
            yield Finding("agenda", f"{name}: nobody knows the protocol it names.")
        if segment.get("does", "") not in {"", *segment_kinds()}:
            yield Finding("agenda", f"{name}: choose again what happens in it.")
        yield from _of_speakers(name, segment)


def _of_speakers(name: str, segment: dict[str, Any]) -> Iterator[Finding]:
    minutes, times = segment.get("minutes") or 0, segment.get("times")
    if segment["mode"] not in MODES:
        yield Finding("agenda", f"{name}: choose who speaks.")
    elif segment["mode"] != "presenter":
        if times is not None:
            yield Finding("agenda", f"{name} has presenters, and nobody presents in it.")
    elif not times:
        yield Finding("agenda", f"{name}: say how many present.")
    elif times > minutes > 0:
        yield Finding("agenda", f"{name} leaves its presenters less than a minute each.")


def _of_protocols(content: Content) -> Iterator[Finding]:
    for protocol in content.definition.get("protocols", {}).values():
        if not protocol["steps"]:
            yield Finding("protocols", f"“{protocol['name']}” has no step yet.")


def _of_choices(content: Content) -> Iterator[Finding]:
    for gate in content.definition.get("gates", []):
        if gate["kind"] not in GATES:
            yield Finding("gates", f"Nobody knows the gate “{gate['kind']}”.")
        elif not gate["words"].strip():
            yield Finding("gates", f"“{GATES[gate['kind']].label}” needs words that people read.")
    for part, known in (("modules", MODULES), ("outcomes", OUTCOMES)):
        for chosen in content.definition.get(part, []):
            if chosen not in known:
                yield Finding(part, f"Nobody knows “{chosen}”.")


def _of_slots(content: Content) -> Iterator[Finding]:
    protocols = content.definition.get("protocols", {})
    turns = max(content.definition.get("size", {}).get("subgroups") or [content.size_max])
    for segment in content.definition["agenda"]:
        name, minutes = segment["name"], segment.get("minutes") or 0
        times = segment.get("times") if segment["mode"] == "presenter" else None
        if times and times > content.size_min:
            yield Finding(
                "agenda",
                f"“{name}” has {times} presenters, and a circle may have only "
                f"{content.size_min} {content.of}.",
            )
        if segment["mode"] == "member" and 0 < minutes * 60 // turns < SHORTEST_TURN:
            yield Finding(
                "agenda",
                f"“{name}” leaves each of {turns} {content.of} {minutes * 60 // turns} seconds.",
            )
        if protocol := protocols.get(segment.get("protocol", "")):
            yield from _of_protocol(name, minutes, times, protocol, turns)


def _of_protocol(
    name: str, minutes: int, times: int | None, protocol: dict[str, Any], people: int
) -> Iterator[Finding]:
    """Whether one round fits: for each presenter where there are some, else once."""
    needs, has = minutes_in_full(protocol, people), minutes // (times or 1)
    if minutes and needs > has:
        has_it = f"each presenter in “{name}” has {has}" if times else f"“{name}” has {has}"
        in_full = f"“{protocol['name']}” takes {_minutes(needs)} in full"
        yield Finding("agenda", f"{in_full}; {has_it}.")


def minutes_in_full(protocol: dict[str, Any], people: int) -> int:
    """What one round takes with so many people."""
    fixed = Protocol("", protocol["name"], protocol["steps"]).minutes
    if fixed is not None:
        return fixed
    return sum(
        step.get("minutes", 0) + step.get("minutes_per_person", 0) * people
        for step in protocol["steps"]
    )


def _of_stages(content: Content) -> Iterator[Finding]:
    for gate in content.definition.get("gates", []):
        if gate["kind"] == "staging" and isinstance(gate["value"], list):
            people = sum(gate["value"])
            if not content.size_min <= people <= content.size_max:
                yield Finding(
                    "gates", f"The stages add up to {people} people, which is not a size it has."
                )


def _of_unused(content: Content) -> Iterator[Finding]:
    used = {segment.get("protocol") for segment in content.definition["agenda"]}
    for key, protocol in content.definition.get("protocols", {}).items():
        if key not in used:
            yield Finding("protocols", f"No segment of the agenda uses “{protocol['name']}”.")


def _minutes(number: int) -> str:
    return "1 minute" if number == 1 else f"{number} minutes"
