"""Reads the formats that ship with Peerloom; a file that is wrong is refused."""

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SHIPPED = Path(__file__).parent.parent / "data" / "formats.toml"
MODES = ("circle", "member", "presenter")
# What every definition holds, and what only some formats prescribe.
ALWAYS = ("cadence", "rotating_roles", "agenda", "before", "after", "gates", "modules", "outcomes")
SOMETIMES = ("follow_up_months", "parent", "role_term_months", "note")


class BadFormats(Exception):
    """What is wrong with a file of formats, and where."""


@dataclass(frozen=True)
class Prescription:
    """What one format prescribes, as written in the file."""

    key: str
    name: str
    purpose: str
    drawn_from: str
    size_min: int
    size_max: int
    meeting_minutes: int
    definition: dict[str, Any]


def read_formats(path: Path = SHIPPED) -> list[Prescription]:
    """Every format of the file. Raises BadFormats naming the first format that is wrong."""
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    protocols = data.get("protocols", {})
    return [_prescription(entry, protocols) for entry in data["formats"]]


def read_protocols(path: Path = SHIPPED) -> dict[str, dict[str, Any]]:
    """Every protocol of the file by its key, used by an agenda or not."""
    protocols: dict[str, dict[str, Any]] = tomllib.loads(path.read_text(encoding="utf-8"))[
        "protocols"
    ]
    return protocols


def _prescription(entry: dict[str, Any], protocols: dict[str, Any]) -> Prescription:
    key = entry.get("key", "a format without a key")
    try:
        agenda, minutes = entry["agenda"], entry["cadence"]["minutes"]
        _check_agenda(key, agenda, minutes)
        definition = {name: entry[name] for name in ALWAYS}
        definition |= {name: entry[name] for name in SOMETIMES if name in entry}
        definition["size"] = entry["size"]
        definition["protocols"] = {name: protocols[name] for name in _protocols_used(agenda)}
        return Prescription(
            key=entry["key"],
            name=entry["name"],
            purpose=entry["purpose"],
            drawn_from=entry["drawn_from"],
            size_min=entry["size"]["min"],
            size_max=entry["size"]["max"],
            meeting_minutes=minutes,
            definition=definition,
        )
    except KeyError as missing:
        raise BadFormats(f"{key}: {missing.args[0]} is missing.") from missing


def _check_agenda(key: str, agenda: Iterable[dict[str, Any]], minutes: int) -> None:
    planned = sum(segment["minutes"] for segment in agenda)
    if planned != minutes:
        raise BadFormats(f"{key}: the agenda takes {planned} minutes, the meeting {minutes}.")
    for segment in agenda:
        if segment["mode"] not in MODES:
            raise BadFormats(f"{key}: nobody knows the mode “{segment['mode']}”.")
        if (segment["mode"] == "presenter") != ("times" in segment):
            raise BadFormats(f"{key}: “{segment['name']}” must say how many present, or nobody.")


def _protocols_used(agenda: Iterable[dict[str, Any]]) -> list[str]:
    return sorted({segment["protocol"] for segment in agenda if "protocol" in segment})
