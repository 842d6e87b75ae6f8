"""Exchanges between many circles at once, chosen by OR-Tools.

Every circle may keep its members, let one go, take one in, or replace one by another. Scored one by
one, these are its variants. CP-SAT picks one variant for every circle, so that whoever is let go is
taken in elsewhere: rotations and chains through any number of circles, which swaps between two
circles would never find. People without a seat can be taken in, but nobody can lose theirs.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ortools.sat.python import cp_model

from circles.formation.pace import Pace
from circles.formation.seating import NOWHERE, Seating

SCALE = 100
# A seat for one more person outweighs whatever happens to the scores of the circles at hand.
SEAT = 1_000_000
EFFORT = 0.25


@dataclass(frozen=True, slots=True)
class Wish:
    """What an exchange is to reach: no circle under `floor`, few under `soft`, a high sum."""

    floor: float
    soft: float
    urgency: float

    def worth(self, points: float) -> float:
        return points - self.urgency * max(0.0, self.soft - points)


@dataclass(frozen=True, slots=True)
class Variant:
    """One circle with at most one piece out and one in."""

    circle: int
    out: int
    into: int
    worth: float


def exchange(
    seating: Seating,
    circles: Sequence[int],
    wish: Wish,
    *,
    pace: Pace,
    seed: int,
    waiting: Sequence[int] = (),
) -> bool:
    """Exchange pieces between these circles, and seat some who wait, if that gains anything."""
    variants = list(_variants(seating, circles, waiting, wish))
    chosen = _choose(seating, variants, waiting, pace, seed)
    changed = {one.circle: one for one in chosen if one.out != NOWHERE or one.into != NOWHERE}
    if not changed:
        return False
    seating.rearrange(
        {
            circle: [
                *(piece for piece in seating.circles[circle] if piece != one.out),
                *((one.into,) if one.into != NOWHERE else ()),
            ]
            for circle, one in changed.items()
        }
    )
    return True


def _variants(
    seating: Seating, circles: Sequence[int], waiting: Sequence[int], wish: Wish
) -> Iterator[Variant]:
    everybody = [piece for circle in circles for piece in seating.circles[circle]]
    everybody += waiting
    for circle in circles:
        yield Variant(circle, NOWHERE, NOWHERE, wish.worth(seating.points[circle]))
        own = frozenset(seating.circles[circle])
        others = [piece for piece in everybody if piece not in own]
        for out in (NOWHERE, *seating.circles[circle]):
            for into, points in _outcomes(seating, circle, out, others):
                if points >= min(wish.floor, seating.points[circle]):
                    yield Variant(circle, out, into, wish.worth(points))


def _outcomes(
    seating: Seating, circle: int, out: int, others: list[int]
) -> Iterator[tuple[int, float]]:
    """Without `out`, with whom of the others the circle keeps the rules, and its score then."""
    pieces = seating.pieces
    rest, total = seating.rest(circle, out)
    size = pieces.size_of(rest)
    if out != NOWHERE and size >= seating.size_min:
        yield NOWHERE, pieces.index.points(total)
    for into in others:
        fills = seating.size_min <= size + pieces.size[into] <= seating.size_max
        if fills and pieces.fits(total, rest, into):
            yield into, pieces.points_with(total, into)


def _choose(
    seating: Seating,
    variants: list[Variant],
    waiting: Sequence[int],
    pace: Pace,
    seed: int,
) -> list[Variant]:
    model = cp_model.CpModel()
    chosen = [model.new_bool_var("") for _ in variants]
    by_circle: dict[int, list[cp_model.IntVar]] = {}
    out: dict[int, list[cp_model.IntVar]] = {}
    into: dict[int, list[cp_model.IntVar]] = {}
    for one, variable in zip(variants, chosen, strict=True):
        by_circle.setdefault(one.circle, []).append(variable)
        if one.out != NOWHERE:
            out.setdefault(one.out, []).append(variable)
        if one.into != NOWHERE:
            into.setdefault(one.into, []).append(variable)
        model.add_hint(variable, one.out == NOWHERE and one.into == NOWHERE)
    for of_circle in by_circle.values():
        model.add_exactly_one(of_circle)
    seats = dict.fromkeys(waiting, SEAT)
    for piece in sorted(out.keys() | into.keys()):
        if piece in seats:
            model.add_at_most_one(into[piece])
        else:
            model.add(sum(out.get(piece, ())) == sum(into.get(piece, ())))
    gains = [
        round(SCALE * one.worth) + seats.get(one.into, 0) * seating.pieces.size[one.into]
        for one in variants
    ]
    model.maximize(cp_model.LinearExpr.weighted_sum(chosen, gains))
    solver = cp_model.CpSolver()
    set_up(solver, seed=seed, effort=EFFORT, seconds=pace.left)
    if solver.solve(model) not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return []
    return [one for one, variable in zip(variants, chosen, strict=True) if solver.value(variable)]


def set_up(solver: cp_model.CpSolver, *, seed: int, effort: float, seconds: float) -> None:
    """One worker, a seed, and effort counted in steps: the same answer on any machine."""
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = seed % 2**31
    solver.parameters.max_deterministic_time = effort
    # Only cuts off; whether it struck is for the caller to see in the time left.
    solver.parameters.max_time_in_seconds = max(0.01, seconds)
