"""What a meeting's page shows of its agenda and roles: the context of sessions_app/agenda.html."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from members.models import Member
from sessions_app.agenda.fairness import presents
from sessions_app.agenda.fitting import Fitted, Timed, timed
from sessions_app.agenda.ledger import Ledger, fitted_of, in_turn, ledger_of, proposed_roles
from sessions_app.agenda.prompts import prompts_for
from sessions_app.agenda.segments import segments_of
from sessions_app.agenda.words import basis_in_words, fairness_in_words
from sessions_app.models import Meeting, RoleSwap, RoleTurn


@dataclass(frozen=True)
class Slot:
    """A line of the agenda, and who presents in it."""

    timed: Timed
    presenters: list[RoleTurn]
    is_mine: bool


@dataclass(frozen=True)
class RoleLine:
    """Who has a role, why that is fair, and the question whether somebody else takes it over."""

    turn: RoleTurn
    is_mine: bool
    fairness: str
    swap: RoleSwap | None
    asks_me: bool

    @property
    def presents(self) -> bool:
        return presents(self.turn.role)


def agenda_parts(meeting: Meeting, person: Member) -> dict[str, Any]:
    """The agenda for who is expected, who has which role, and what this person prepares.

    Fetch the meeting with its own agenda, its circle and the circle's version. Four queries, two of
    them for the ledger; a meeting that is over needs no ledger, and reads what was settled.
    """
    turns = list(meeting.roles.select_related("person"))
    if meeting.is_cancelled or meeting.has_ended:
        fitted, people = Fitted(segments_of(meeting), []), 0
        return {
            "slots": slots_of(timed(fitted.segments, people=people), turns, person),
            "role_lines": [
                RoleLine(turn, turn.person_id == person.pk, "", None, False) for turn in turns
            ],
        }
    ledger = ledger_of(meeting)
    expected = len(ledger.expected)
    fitted = fitted_of(meeting, people=expected)
    people = in_turn(meeting.circle.format_version, expected)
    shown = turns or proposed_roles(meeting, ledger, turns)
    mine = [turn.role for turn in turns if turn.person_id == person.pk]
    return {
        "slots": slots_of(timed(fitted.segments, people=people), turns, person),
        "agenda_notes": fitted.notes,
        "agenda_basis": basis_in_words(ledger.coming, expected - ledger.coming),
        "role_lines": list(role_lines(shown, ledger, person)),
        "roles_are_given": bool(turns),
        "my_roles": mine,
        "my_prompts": prompts_for(meeting, person, roles=mine),
        "my_presenting": next(
            (t for t in turns if t.role in mine and presents(t.role) and t.person_id == person.pk),
            None,
        ),
    }


def slots_of(parts: Iterable[Timed], turns: list[RoleTurn], person: Member) -> list[Slot]:
    """The agenda's lines; presenters come up in the order of their places."""
    waiting = [turn for turn in turns if presents(turn.role)]
    slots = []
    for part in parts:
        times = part.segment.times if part.segment.mode == "presenter" else 0
        here, waiting = waiting[:times], waiting[times:]
        slots.append(Slot(part, here, any(turn.person_id == person.pk for turn in here)))
    return slots


def role_lines(turns: list[RoleTurn], ledger: Ledger, person: Member) -> Iterator[RoleLine]:
    """Each role with how often its holder had it, beside oneself. One query for all questions."""
    saved = [turn.pk for turn in turns if turn.pk]
    asking = RoleSwap.objects.open().filter(turn__in=saved).select_related("asked", "asked_by")
    swaps = {swap.turn_id: swap for swap in asking}
    is_seated = any(peer.record.person == person.pk for peer in ledger.peers)
    for turn in turns:
        is_mine, theirs = turn.person_id == person.pk, ledger.times(turn.person_id, turn.role)
        mine = ledger.times(person.pk, turn.role) if is_seated and not is_mine else None
        name = "You" if is_mine else turn.person.short_name
        swap = swaps.get(turn.pk)
        yield RoleLine(
            turn=turn,
            is_mine=is_mine,
            fairness=fairness_in_words(name, turn.role, theirs, mine),
            swap=swap,
            asks_me=swap is not None and swap.asked_id == person.pk,
        )
