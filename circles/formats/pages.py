"""What the pages of formats and their drafts draw: a format as people read it, and in short."""

from typing import Any

from circles.formats.agenda import protocols_of, timed_agenda
from circles.formats.checks import Check, Finding, check
from circles.formats.content import ATTRIBUTES, SECTIONS, Content, content_of
from circles.formats.kinds import MODULES, OUTCOMES
from circles.formats.shipped import read_protocols
from circles.models import Format, FormatDraft, FormatVersion


def format_body(version: FormatVersion) -> dict[str, Any]:
    """The context of circles/format_body.html."""
    protocols = protocols_of(version.definition.get("protocols", {}))
    return {"version": version, "slots": timed_agenda(version), "protocols": protocols}


def as_version(content: Content) -> FormatVersion:
    """The content as a version that is not saved, to be read as people would."""
    fields = {name: getattr(content, name) for name in ATTRIBUTES if name != "name"}
    shown = Format(key="draft", name=content.name)
    return FormatVersion(format=shown, number=0, definition=content.definition, **fields)


def draft_page(draft: FormatDraft, content: Content | None = None) -> dict[str, Any]:
    """What every page of the editor draws; `content` is what is being typed, if not the draft's."""
    seen = content or content_of(draft)
    return {"draft": draft, "check": check(seen), "sections": list(SECTIONS.values())}


def lines_of(content: Content, found: Check) -> list[dict[str, Any]]:
    """One line a section for the draft's first page: what it says, and what is wrong with it."""
    short = in_short(content)
    problems = _by_section(found.problems)
    return [
        {"section": section, "words": short[key], "problems": problems.get(key, [])}
        for key, section in SECTIONS.items()
    ]


def _by_section(findings: list[Finding]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for finding in findings:
        found.setdefault(finding.section, []).append(finding.words)
    return found


def in_short(content: Content) -> dict[str, str]:
    """What each section says, in a line; empty where it says nothing yet."""
    version, definition = as_version(content), content.definition
    outcomes = [OUTCOMES.get(key, key) for key in definition.get("outcomes", [])]
    months = ", ".join(map(str, definition.get("follow_up_months", [])))
    segments = _counted(len(version.agenda), "segment")
    return {
        "about": content.purpose,
        "size": version.size_in_words,
        "cadence": version.cadence_in_words,
        "roles": ", ".join(definition.get("rotating_roles", [])),
        "agenda": f"{segments}: {', '.join(s['name'] for s in definition['agenda'])}"
        if version.agenda
        else "",
        "protocols": ", ".join(p["name"] for p in definition.get("protocols", {}).values()),
        "prompts": ", ".join([*definition.get("before", []), *definition.get("after", [])]),
        "gates": ". ".join(gate["words"] for gate in version.gates),
        "outcomes": ", ".join(outcomes) + (f". Follow-up after {months} months" if months else ""),
        "modules": ", ".join(MODULES.get(key, key) for key in definition.get("modules", [])),
    }


def own_protocols(content: Content) -> dict[str, dict[str, Any]]:
    """The protocols of the draft that do not come with Peerloom."""
    shipped = read_protocols()
    held = content.definition.get("protocols", {})
    return {key: protocol for key, protocol in held.items() if key not in shipped}


def _counted(number: int, noun: str) -> str:
    return f"1 {noun}" if number == 1 else f"{number} {noun}s"
