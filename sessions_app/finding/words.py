"""What a candidate says on the page: when it is, and to whom it is early, late or impossible."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.formats import date_format

from sessions_app.finding.judging import CANNOT, IF_NEED_BE, SUITS, UNKNOWN
from sessions_app.finding.rhythms import LAST, MEETINGS, Rhythm, Slot, week_of_month
from sessions_app.models import Candidate, TimeSearch

WEEKS_OF_MONTH = ("", "first", "second", "third", "fourth", "last")
OUT = {"early": "early", "late": "late", "weekend": "on the weekend"}


@dataclass(frozen=True)
class Line:
    """One thing to know of a candidate. `tone` is teal, amber or nothing."""

    words: str
    tone: str = ""
    icon: str = "clock"


def slots_of(candidate: Candidate) -> list[Slot]:
    return [Slot(datetime.fromisoformat(slot["starts"])) for slot in candidate.slots]


def as_slots(slots: Sequence[Slot]) -> list[dict[str, str]]:
    return [{"starts": slot.starts.isoformat(timespec="minutes")} for slot in slots]


def when(search: TimeSearch, slots: Sequence[Slot]) -> str:
    """`Tuesdays 15:00`, `every other Tuesday 15:00`; of two that take turns, both."""
    said = [_when(search.rhythm, slot, turns=len(slots) > 1) for slot in slots]
    return said[0] if len(said) == 1 else f"In turn: {' and '.join(said)}"


def _when(rhythm: str, slot: Slot, *, turns: bool) -> str:
    starts = slot.starts
    day = f"{starts:%A}"
    if rhythm == Rhythm.ONCE:
        return date_format(starts, "l j F, H:i")
    if turns:
        return f"{day} {starts:%H:%M}"
    if rhythm == Rhythm.WEEKLY:
        return f"{day}s {starts:%H:%M}"
    if rhythm == Rhythm.FORTNIGHTLY:
        return f"Every other {day} {starts:%H:%M}"
    which = WEEKS_OF_MONTH[min(week_of_month(starts.date()), LAST)]
    return f"The {which} {day} of the month, {starts:%H:%M}"


def when_for(search: TimeSearch, slots: Sequence[Slot], zone: ZoneInfo) -> str:
    """The same on the reader's own clock, where that shows another time; else nothing."""
    there = search.circle.zone
    said = []
    differs = False
    for slot in slots:
        count = MEETINGS[Rhythm(search.rhythm)]
        moments = slot.moments(search.rhythm, there, count, step=len(slots))
        own = [moment.astimezone(zone) for moment in moments]
        theirs = [moment.astimezone(there) for moment in moments]
        differs |= any(a.utcoffset() != b.utcoffset() for a, b in zip(own, theirs, strict=True))
        shown = dict.fromkeys(f"{local:%A} {local:%H:%M}" for local in own)
        said.append(", later ".join(list(shown)[:2]))
    return " and ".join(said) if differs else ""


def lines(candidate: Candidate, names: Mapping[int, str], *, takes_turns: bool) -> list[Line]:
    """What it means to whom, the ones it is hard for first; never a number that ranks people."""
    means = {int(key): said for key, said in candidate.people.items() if int(key) in names}
    by_status: dict[str, list[int]] = {}
    for key in sorted(means, key=lambda key: names[key]):
        by_status.setdefault(means[key]["is"], []).append(key)
    said = [
        Line(_cannot(names[key], means[key]), "amber", "x") for key in by_status.get(CANNOT, ())
    ]
    for key in by_status.get(IF_NEED_BE, ()):
        words = _if_need_be(names[key], means[key], takes_turns=takes_turns)
        said.append(Line(words, "amber", "circle-dashed"))
    fine = []
    for key in by_status.get(SUITS, ()):
        if means[key]["out"]:
            said.append(Line(_odd_hour(names[key], means[key], takes_turns=takes_turns)))
        else:
            fine.append(names[key])
    if fine:
        said.append(Line(f"Suits {_listed(fine)}", "teal", "check"))
    if unknown := by_status.get(UNKNOWN):
        told = [_unknown(names[key], means[key]) for key in unknown]
        said.append(Line(f"No word from {_listed(told)}", icon="message-circle"))
    return said


def _cannot(name: str, means: Mapping[str, Any]) -> str:
    if not means["missed"] or means["missed"] == means["of"]:
        return f"{name} can’t"
    return f"{name} can’t at {means['missed']} of {means['of']} meetings"


def _if_need_be(name: str, means: Mapping[str, Any], *, takes_turns: bool) -> str:
    if means["missed"]:
        days = _listed([date_format(date.fromisoformat(day), "j F") for day in means["on"]])
        more = " and more" if means["missed"] > len(means["on"]) else ""
        return f"{name} can, except on {days}{more}"
    odd = f": {_clock(means, takes_turns=takes_turns)} for them" if means["out"] else ""
    return f"{name} only if need be{odd}"


def _odd_hour(name: str, means: Mapping[str, Any], *, takes_turns: bool) -> str:
    return f"{_clock(means, takes_turns=takes_turns)} for {name}, {OUT[means['out']]}"


def _unknown(name: str, means: Mapping[str, Any]) -> str:
    return f"{name} ({means['locals'][0]} for them)" if means["out"] else name


def _clock(means: Mapping[str, Any], *, takes_turns: bool) -> str:
    shown = means["locals"]
    if len(shown) == 1:
        return str(shown[0])
    return f"{shown[0]} and {shown[1]} in turn" if takes_turns else f"{shown[0]}, later {shown[1]}"


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
