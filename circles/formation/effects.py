"""What moving somebody on the board would do: to both circles' scores, and to the hard rules."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from circles.formation.assessing import Assessor
from circles.formation.pairs import together_with
from circles.formation.reading import problem_among
from circles.formation.wording import worded
from circles.models import Formation, PairRule, StagedCircle, StagedSeat
from members.words import count_in_words


@dataclass(frozen=True)
class Move:
    """One person's way from one place to another; None is no circle."""

    seat: StagedSeat
    source: StagedCircle | None
    target: StagedCircle | None


@dataclass(frozen=True)
class Change:
    """What becomes of one circle."""

    circle: StagedCircle
    before: float
    after: float
    size: int

    @property
    def difference(self) -> int:
        return round(self.after) - round(self.before)


@dataclass(frozen=True)
class Effect:
    """All that a move would do. With an obstacle it is refused."""

    moves: list[Move]
    changes: list[Change] = field(default_factory=list)
    obstacles: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)

    @property
    def is_allowed(self) -> bool:
        return not self.obstacles

    @property
    def difference(self) -> int:
        return sum(change.difference for change in self.changes)


def effect_of(
    formation: Formation,
    seat: StagedSeat,
    target: StagedCircle | None,
    *,
    swap_with: StagedSeat | None = None,
) -> Effect:
    """What happens when the person goes there, in exchange for another one if named.

    Whoever must be in one circle with somebody who moves comes along.
    """
    return effects_of(formation, seat, target, [swap_with])[0]


def effects_of(
    formation: Formation,
    seat: StagedSeat,
    target: StagedCircle | None,
    swaps: Iterable[StagedSeat | None],
) -> list[Effect]:
    """The same for several people to swap with, in as many queries as for one."""
    source = seat.staged_circle
    here, there = _people(formation, source, seat), _people(formation, target, None)
    pairs = _together(formation)
    keys = {one.person_id for one in (*here, *there)}
    assessor = Assessor(problem_among(formation, keys))
    effects = []
    for swap in swaps:
        going = _company(seat, here, pairs)
        coming = _company(swap, there, pairs) if swap else []
        moves = [Move(one, source, target) for one in going]
        moves += [Move(one, target, source) for one in coming]
        effects.append(_effect(moves, _sides(source, target, here, there, going, coming), assessor))
    return effects


@dataclass(frozen=True)
class _Side:
    """One of the two circles: who is there before, and after."""

    circle: StagedCircle
    before: set[int]
    after: set[int]


def _effect(moves: list[Move], sides: list[_Side], assessor: Assessor) -> Effect:
    first = moves[0]
    if first.source == first.target:
        place = f"“{first.source}”" if first.source else "no circle"
        return Effect(moves, obstacles=[f"{first.seat.person} is in {place} already."])
    obstacles, remarks, changes = [], [], []
    for side in sides:
        obstacles += _obstacles(side, assessor)
        size = len(side.after)
        if 0 < size < assessor.rules.size_min and size < len(side.before):
            people = count_in_words(size, one="person", many="people")
            least = assessor.rules.size_min
            remarks.append(f"“{side.circle}” would have {people}, fewer than {least}.")
        before, after = (assessor.score(keys).total for keys in (side.before, side.after))
        changes.append(Change(side.circle, before, after, size))
    if len({move.seat.pk for move in moves if move.source == first.source}) > 1:
        others = " and ".join(
            move.seat.person.name for move in moves[1:] if move.source == first.source
        )
        remarks.append(f"{others} comes along: a rule wants them in one circle.")
    return Effect(moves, changes, worded(dict.fromkeys(obstacles)), remarks)


def _obstacles(side: _Side, assessor: Assessor) -> list[str]:
    """What speaks against it that does not already speak against the circle as it is."""
    words = []
    if side.circle.is_locked:
        words.append(f"“{side.circle}” is locked. Unlock it first.")
    facilitator = side.circle.facilitator_id
    if facilitator in side.after - side.before:
        words.append(f"{{{facilitator}}} is to facilitate “{side.circle}”, from outside it.")
    known = set(assessor.broken(side.before, may_be_small=True))
    after = assessor.broken(side.after, may_be_small=True)
    return words + [sentence for sentence in after if sentence not in known]


def _sides(
    source: StagedCircle | None,
    target: StagedCircle | None,
    here: list[StagedSeat],
    there: list[StagedSeat],
    going: list[StagedSeat],
    coming: list[StagedSeat],
) -> list[_Side]:
    out, into = ({seat.person_id for seat in seats} for seats in (going, coming))
    sides = []
    if target:
        before = {seat.person_id for seat in there}
        sides.append(_Side(target, before, (before - into) | out))
    if source:
        before = {seat.person_id for seat in here}
        sides.append(_Side(source, before, (before - out) | into))
    return sides


def _people(
    formation: Formation, circle: StagedCircle | None, seat: StagedSeat | None
) -> list[StagedSeat]:
    """Who is in the circle; in no circle, only those who may have to come along."""
    seats = StagedSeat.objects.filter(formation=formation, staged_circle=circle)
    if circle is None:
        group = together_with(seat.person_id, _together(formation)) if seat else set()
        seats = seats.filter(person__in=group)
    return list(seats.select_related("person", "staged_circle"))


def _together(formation: Formation) -> list[tuple[int, int]]:
    rules = PairRule.objects.filter(
        programme=formation.programme_id, kind=PairRule.Kind.TOGETHER
    ).values_list("one", "other")
    return [(one, other) for one, other in rules]


def _company(
    seat: StagedSeat, seats: list[StagedSeat], pairs: list[tuple[int, int]]
) -> list[StagedSeat]:
    """The person, and whoever of the same place must stay with them."""
    group = together_with(seat.person_id, pairs) - {seat.person_id}
    return [seat, *(one for one in seats if one.person_id in group)]
