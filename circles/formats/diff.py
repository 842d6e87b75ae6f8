"""What is different between two versions of a format, in words. Pure functions."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from circles.formats.content import SECTIONS, Content
from circles.formats.kinds import GATES, MODES, MODULES, OUTCOMES, PARENTS, RHYTHMS
from circles.formats.segment_kinds import segment_kinds


@dataclass(frozen=True)
class Change:
    """One difference: what kind it is (added, removed, changed, moved), and its words."""

    kind: str
    words: str


@dataclass(frozen=True)
class Difference:
    """Everything that is different in one section."""

    key: str
    title: str
    changes: list[Change]


def differences(old: Content, new: Content) -> list[Difference]:
    """The sections in which the two differ, in the editor's order; none if they say the same."""
    found = [
        Difference(key, section.title, list(COMPARE[key](old, new)))
        for key, section in SECTIONS.items()
    ]
    found.append(Difference("other", "Other", list(_others(old, new))))
    return [difference for difference in found if difference.changes]


def _about(old: Content, new: Content) -> Iterator[Change]:
    notes = [content.definition.get("note", "") for content in (old, new)]
    yield from _value("Name", _quoted(old.name), _quoted(new.name))
    yield from _value("Purpose", _quoted(old.purpose), _quoted(new.purpose))
    yield from _value("Drawn from", _quoted(old.drawn_from), _quoted(new.drawn_from))
    yield from _value("Note", *(_quoted(note) for note in notes))


def _size(old: Content, new: Content) -> Iterator[Change]:
    yield from _value("Smallest size", old.size_min, new.size_min)
    yield from _value("Largest size", old.size_max, new.size_max)
    yield from _value("Its seats are for", old.of, new.of)
    sizes = [
        {k: v for k, v in content.definition.get("size", {}).items() if k not in ("min", "max")}
        for content in (old, new)
    ]
    for size in sizes:
        size.pop("of", None)
    yield from _mapping(sizes[0], sizes[1], {"subgroups": "Subgroups of"})
    parents = [content.definition.get("parent") for content in (old, new)]
    yield from _value("Belongs to", *(_parent(parent) for parent in parents))


def _parent(parent: dict[str, Any] | None) -> str:
    if not parent:
        return ""
    groups = _said(parent.get("groups"))
    return f"{PARENTS.get(parent['kind'], parent['kind'])} ({groups})"


def _cadence(old: Content, new: Content) -> Iterator[Change]:
    labels = {
        "meetings": "Meetings",
        "months": "Months",
        "per_month": "How often",
        "renewal": "Renewal",
        "minutes": "Minutes of a meeting",
    }
    sides = []
    for content in (old, new):
        cadence = content.definition.get("cadence", {}) | {"minutes": content.meeting_minutes}
        if "per_month" in cadence:
            often = cadence["per_month"]
            cadence["per_month"] = RHYTHMS.get(often, f"{often} times a month")
        sides.append(cadence)
    yield from _mapping(sides[0], sides[1], labels)


def _roles(old: Content, new: Content) -> Iterator[Change]:
    yield from _listed(*_parts("rotating_roles", old, new))
    terms = [content.definition.get("role_term_months") for content in (old, new)]
    yield from _value("Months in a role", *terms)


def _agenda(old: Content, new: Content) -> Iterator[Change]:
    before, after = _numbered(old), _numbered(new)
    names = {
        key: protocol["name"]
        for content in (old, new)
        for key, protocol in content.definition.get("protocols", {}).items()
    }
    for key, segment in before.items():
        if key not in after:
            yield Change("removed", f"“{segment['name']}” ({segment['minutes']} minutes)")
    for key, segment in after.items():
        if key not in before:
            yield Change("added", f"“{segment['name']}” ({segment['minutes']} minutes)")
        elif before[key] != segment:
            yield from _segment(before[key], segment, names)
    yield from _moves(list(before), list(after))


def _numbered(content: Content) -> dict[tuple[str, int], dict[str, Any]]:
    """The agenda's segments by name; a second one of the same name is another segment."""
    seen: Counter[str] = Counter()
    segments = {}
    for segment in content.definition.get("agenda", []):
        seen[segment["name"]] += 1
        segments[segment["name"], seen[segment["name"]]] = segment
    return segments


def _segment(
    old: dict[str, Any], new: dict[str, Any], protocols: dict[str, str]
) -> Iterator[Change]:
    labels = {
        "minutes": "minutes",
        "mode": "who speaks",
        "times": "presenters",
        "protocol": "protocol",
        "does": "what happens in it",
    }
    kinds = segment_kinds()
    words: dict[str, Callable[[Any], Any]] = {
        "mode": lambda mode: MODES.get(mode, mode).lower(),
        "protocol": lambda key: protocols.get(key, key),
        "does": lambda key: kinds.get(key, key).lower(),
    }
    sides = [
        {part: words.get(part, lambda same: same)(value) for part, value in segment.items()}
        for segment in (old, new)
    ]
    changes = [change.words for change in _mapping(sides[0], sides[1], labels)]
    if changes:
        yield Change("changed", f"“{new['name']}”: {'; '.join(changes)}")


def _moves(before: list[tuple[str, int]], after: list[tuple[str, int]]) -> Iterator[Change]:
    """Which of the segments in both stand elsewhere among those; the fewest that explain it."""
    stayed = [key for key in before if key in after]
    now = [key for key in after if key in before]
    matcher = SequenceMatcher(a=stayed, b=now, autojunk=False)
    kept = {key for match in matcher.get_matching_blocks() for key in now[match.b :][: match.size]}
    for key in now:
        if key not in kept:
            places = before.index(key) + 1, after.index(key) + 1
            yield Change("moved", f"“{key[0]}”: place {places[0]} becomes place {places[1]}")


def _protocols(old: Content, new: Content) -> Iterator[Change]:
    before, after = (content.definition.get("protocols", {}) for content in (old, new))
    for key, protocol in before.items():
        if key not in after:
            yield Change("removed", f"“{protocol['name']}”")
    for key, protocol in after.items():
        if key not in before:
            yield Change("added", f"“{protocol['name']}”: {_steps(protocol)}")
        elif before[key] != protocol:
            names = _quoted(before[key]["name"]), _quoted(protocol["name"])
            yield from _value("Name", *names)
            name = f"Steps of “{protocol['name']}”"
            yield from _value(name, _steps(before[key]), _steps(protocol))


def _steps(protocol: dict[str, Any]) -> str:
    return ", ".join(
        f"{step['name']} ({step['minutes']} min)"
        if "minutes" in step
        else f"{step['name']} ({step['minutes_per_person']} min each)"
        for step in protocol["steps"]
    )


def _prompts(old: Content, new: Content) -> Iterator[Change]:
    for part, label in (("before", "Before: "), ("after", "After: ")):
        yield from _listed(*_parts(part, old, new), label=label)


def _gates(old: Content, new: Content) -> Iterator[Change]:
    before, after = (
        {gate["kind"]: gate for gate in content.definition.get("gates", [])}
        for content in (old, new)
    )
    for kind, gate in before.items():
        if kind not in after:
            yield Change("removed", gate["words"])
    for kind, gate in after.items():
        if kind not in before:
            yield Change("added", gate["words"])
        elif gate != before[kind]:
            label = GATES[kind].label if kind in GATES else kind
            yield from _value(label, before[kind]["value"], gate["value"])
            said = _quoted(before[kind]["words"]), _quoted(gate["words"])
            yield from _value(f"{label}, in words", *said)
    yield from _order([kind for kind in before if kind in after], [k for k in after if k in before])


def _outcomes(old: Content, new: Content) -> Iterator[Change]:
    yield from _listed(*_parts("outcomes", old, new), words=OUTCOMES)
    months = [content.definition.get("follow_up_months") for content in (old, new)]
    yield from _value("Months of follow-up", *months)


def _modules(old: Content, new: Content) -> Iterator[Change]:
    yield from _listed(*_parts("modules", old, new), words=MODULES)


def _others(old: Content, new: Content) -> Iterator[Change]:
    known = {part for section in SECTIONS.values() for part in section.parts}
    sides = [
        {key: value for key, value in content.definition.items() if key not in known}
        for content in (old, new)
    ]
    yield from _mapping(sides[0], sides[1], {})


COMPARE: dict[str, Callable[[Content, Content], Iterator[Change]]] = {
    "about": _about,
    "size": _size,
    "cadence": _cadence,
    "roles": _roles,
    "agenda": _agenda,
    "protocols": _protocols,
    "prompts": _prompts,
    "gates": _gates,
    "outcomes": _outcomes,
    "modules": _modules,
}


def _parts(part: str, old: Content, new: Content) -> tuple[list[str], list[str]]:
    return old.definition.get(part, []), new.definition.get(part, [])


def _value(label: str, old: Any, new: Any) -> Iterator[Change]:
    if (old or None) == (new or None):
        return
    if not old:
        yield Change("added", f"{label}: {_said(new)}")
    elif not new:
        yield Change("removed", f"{label}: {_said(old)}")
    else:
        yield Change("changed", f"{label}: {_said(old)} becomes {_said(new)}")


def _mapping(old: dict[str, Any], new: dict[str, Any], labels: dict[str, str]) -> Iterator[Change]:
    for key in dict.fromkeys([*labels, *old, *new]):
        yield from _value(labels.get(key, key.replace("_", " ")), old.get(key), new.get(key))


def _listed(
    old: list[str], new: list[str], *, label: str = "", words: dict[str, str] | None = None
) -> Iterator[Change]:
    said = words or {}
    for entry in old:
        if entry not in new:
            yield Change("removed", f"{label}{said.get(entry, entry)}")
    for entry in new:
        if entry not in old:
            yield Change("added", f"{label}{said.get(entry, entry)}")
    yield from _order(
        [entry for entry in old if entry in new], [entry for entry in new if entry in old], label
    )


def _order(old: Iterable[str], new: Iterable[str], label: str = "") -> Iterator[Change]:
    if list(old) != list(new):
        yield Change("moved", f"{label}in another order")


def _quoted(text: str) -> str:
    return f"“{text}”" if text else ""


def _said(value: Any) -> str:
    return ", ".join(str(one) for one in value) if isinstance(value, list) else str(value)
