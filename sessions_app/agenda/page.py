"""What a meeting's page shows of its agenda and roles: the context of sessions_app/agenda.html."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from members.models import Member
from sessions_app.agenda.fairness import presents
from sessions_app.agenda.fitting import Timed, timed
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
    is_one_of_several: bool

    @property
    def label(self) -> str:
        """`Host`, `Hot seat 2`."""
        role = self.turn.role[:1].upper() + self.turn.role[1:]
        return f"{role} {self.turn.place}" if self.is_one_of_several else role


def agenda_parts(meeting: Meeting, person: Member) -> dict[str, Any]:
    """The agenda for who is expected, who has which role, and what this person prepares.

    Fetch the meeting with its own agenda, its circle and the circle's version. Four queries, two of
    them for the ledger; a meeting that is over needs no ledger, and reads what was settled.
    """
    turns = list(meeting.roles.select_related("person"))
    if meeting.is_cancelled or meeting.has_ended:
        slots = timed(segments_of(meeting), people=0)
        lines = list(role_lines(turns, Ledger([], []), person, asks=False))
        return {"slots": slots_of(slots, turns, person), "role_lines": lines}
    ledger = ledger_of(meeting)
    expected = len(ledger.expected)
    fitted = fitted_of(meeting, people=expected)
    people = in_turn(meeting.circle.format_version, expected)
    shown = turns or proposed_roles(meeting, ledger, turns)
    mine = [turn for turn in turns if turn.person_id == person.pk]
    roles = [turn.role for turn in mine]
    is_asked = bool(roles) or ledger.seats(person.pk)
    return {
        "slots": slots_of(timed(fitted.segments, people=people), turns, person),
        "agenda_notes": fitted.notes,
        "agenda_basis": basis_in_words(ledger.coming, expected - ledger.coming),
        "role_lines": list(role_lines(shown, ledger, person)),
        "roles_are_given": bool(turns),
        "my_roles": roles,
        "my_prompts": prompts_for(meeting, person, roles=roles) if is_asked else [],
        "my_presenting": next((turn for turn in mine if presents(turn.role)), None),
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


def role_lines(
    turns: list[RoleTurn], ledger: Ledger, person: Member, *, asks: bool = True
) -> Iterator[RoleLine]:
    """Each role with how often its holder had it, beside oneself; and what is asked about it.

    One query for all questions; none, and no reckoning, where there is nothing to ask any more.
    """
    swaps = _open_swaps(turns) if asks else {}
    several = {turn.role for turn in turns if turn.place > 1}
    for turn in turns:
        swap = swaps.get(turn.pk)
        yield RoleLine(
            turn=turn,
            is_mine=turn.person_id == person.pk,
            fairness=_fairness(turn, ledger, person) if asks else "",
            swap=swap,
            asks_me=swap is not None and swap.asked_id == person.pk,
            is_one_of_several=turn.role in several,
        )


def _open_swaps(turns: list[RoleTurn]) -> dict[int, RoleSwap]:
    saved = [turn.pk for turn in turns if turn.pk]
    asking = RoleSwap.objects.open().filter(turn__in=saved).select_related("asked", "asked_by")
    return {swap.turn_id: swap for swap in asking}


def _fairness(turn: RoleTurn, ledger: Ledger, person: Member) -> str:
    theirs = ledger.times(turn.person_id, turn.role)
    if turn.person_id == person.pk:
        return fairness_in_words(turn.role, theirs)
    mine = ledger.times(person.pk, turn.role) if ledger.seats(person.pk) else None
    return fairness_in_words(turn.role, theirs, name=turn.person.short_name, mine=mine)
