"""Exchanges between many circles at once, chosen by OR-Tools.

Every circle may keep its members, let one go, take one in, or replace one by another. Scored one by
one, these are its variants. CP-SAT picks one variant for every circle, so that whoever is let go is
taken in elsewhere: rotations and chains through any number of circles, which swaps between two
circles would never find. People without a seat can be taken in, also in place of somebody, but
never are fewer people seated than before.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ortools.sat.python import cp_model

from circles.formation.choosing import patiently, set_up
from circles.formation.pace import Pace
from circles.formation.seating import NOWHERE, Seating
from circles.formation.wish import FINE, SEAT, Wish

STEPS = 0.25


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
    chosen = _choose(seating, variants, pace, seed)
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


def _choose(seating: Seating, variants: list[Variant], pace: Pace, seed: int) -> list[Variant]:
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
    held = {piece for circle in by_circle for piece in seating.circles[circle]}
    for piece in sorted(out.keys() | into.keys()):
        if piece in held:
            model.add(sum(into.get(piece, ())) <= sum(out.get(piece, ())))
        else:
            model.add_at_most_one(into[piece])
    gains = [
        round(FINE * one.worth) + SEAT * (_size(seating, one.into) - _size(seating, one.out))
        for one in variants
    ]
    model.maximize(cp_model.LinearExpr.weighted_sum(chosen, gains))
    solver = cp_model.CpSolver()
    set_up(solver, seed=seed, steps=STEPS, seconds=pace.left)
    if patiently(solver, model, pace) not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return []
    return [one for one, variable in zip(variants, chosen, strict=True) if solver.value(variable)]


def _size(seating: Seating, piece: int) -> int:
    return 0 if piece == NOWHERE else seating.pieces.size[piece]
