"""What the page of a search shows: who answered, what each time means, how the vote stands."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone

from members.models import Member
from sessions_app.actions.finding import KEPT_FOR, question_of
from sessions_app.actions.settling import tallies_of
from sessions_app.finding.counting import Tally, outcome, ranked
from sessions_app.finding.judging import CANNOT
from sessions_app.finding.obstacles import why_not_all
from sessions_app.finding.people import Everyone, as_asked, everyone
from sessions_app.finding.words import Line, lines, slots_of, when, when_for
from sessions_app.models import Candidate, TimeSearch
from sessions_app.quorum import enough

State = TimeSearch.State


@dataclass(frozen=True)
class Card:
    """One candidate as the reader sees it."""

    candidate: Candidate
    when: str
    for_you: str
    begins: datetime
    lines: list[Line]
    tally: Tally
    is_ahead: bool


def board(search: TimeSearch, viewer: Member) -> dict[str, Any]:
    """The page's context, in a number of queries that does not depend on how many people."""
    all_of_them = everyone(search)
    candidates = list(search.candidates.all())
    tallies = tallies_of(candidates, all_of_them.people)
    needed = enough(search.circle_id, len(all_of_them.people))
    result = outcome(tallies, needed=needed)
    ahead = _ahead(tallies)
    names = names_for(all_of_them.people, viewer)
    return {
        "everyone": all_of_them,
        "answered": [names[person.pk] for person in all_of_them.answered],
        "silent": [names[person.pk] for person in _silent(search, all_of_them, tallies)],
        "needed": needed,
        "outcome": result,
        "vote_is_over": bool(search.vote_by and search.vote_by <= timezone.now()),
        "has_answered": viewer.pk in all_of_them.answers,
        "kept_until": search.settled_at + KEPT_FOR if search.settled_at else None,
        "why_not_all": _why_not_all(search, all_of_them, names, candidates),
        "cards": [_card(search, viewer, names, tally, ahead) for tally in tallies],
    }


def mine(tallies: Sequence[Tally], viewer: Member) -> dict[str, str]:
    """What the viewer voted, as the form takes it."""
    said = {}
    for tally in tallies:
        for choice in ("yes", "if_need_be", "no"):
            if viewer in getattr(tally, choice):
                said[f"c{tally.candidate.pk}"] = choice
    return said


def names_for(people: Sequence[Member], viewer: Member) -> dict[int, str]:
    """Short names; whole ones where two share one; `you` for who reads it."""
    shared = Counter(person.short_name for person in people)
    return {
        person.pk: "you"
        if person == viewer
        else (person.short_name if shared[person.short_name] == 1 else person.name)
        for person in people
    }


def _silent(search: TimeSearch, all_of_them: Everyone, tallies: Sequence[Tally]) -> list[Member]:
    if search.state != State.VOTING:
        return all_of_them.silent
    voted = {person for tally in tallies for person in (*tally.yes, *tally.if_need_be, *tally.no)}
    return [person for person in all_of_them.people if person not in voted]


def _ahead(tallies: Sequence[Tally]) -> Candidate | None:
    """The one that stands better than every other, once somebody can."""
    first, second = [*ranked(tallies), None, None][:2]
    if first is None or not first.able or (second and first.standing == second.standing):
        return None
    return first.candidate


def _why_not_all(
    search: TimeSearch,
    all_of_them: Everyone,
    names: dict[int, str],
    candidates: Sequence[Candidate],
) -> str:
    if search.state != State.VOTING or not all_of_them.answered:
        return ""
    cannot = min(
        sum(said["is"] == CANNOT for said in candidate.people.values()) for candidate in candidates
    )
    return why_not_all(question_of(search), as_asked(all_of_them), names, cannot)


def _card(
    search: TimeSearch,
    viewer: Member,
    names: dict[int, str],
    tally: Tally,
    ahead: Candidate | None,
) -> Card:
    slots = slots_of(tally.candidate)
    turns = len(slots) > 1
    return Card(
        tally.candidate,
        when(search, slots),
        when_for(search, slots, viewer.zone),
        min(slot.starts for slot in slots),
        lines(tally.candidate, names, takes_turns=turns),
        tally,
        is_ahead=tally.candidate == ahead,
    )
