"""Forms a few circles anew from their people and some who wait: every division is looked at."""

from collections.abc import Sequence

from circles.formation.choosing import (
    SCALE,
    CutShort,
    Effort,
    Possible,
    choose,
    possible_circles,
)
from circles.formation.pace import Pace
from circles.formation.seating import Seating
from circles.formation.wish import FINE, SEAT, Wish

MOST_CIRCLES, STEPS = 1_500, 0.2


def rebuild(
    seating: Seating,
    circles: Sequence[int],
    wish: Wish,
    *,
    pace: Pace,
    seed: int,
    waiting: Sequence[int] = (),
) -> bool:
    """Divide these people anew, into as many circles as is best, if that gains anything.

    As many or more of them are seated, though not always the same. Raises TooLarge, having
    changed nothing.
    """
    pieces = seating.pieces
    among = sorted([*waiting, *(piece for circle in circles for piece in seating.circles[circle])])
    now = [_as_it_is(seating, circle) for circle in circles]
    least = round(SCALE * min([wish.floor, *(seating.points[circle] for circle in circles)]))
    # A circle more is a gain only where it is better than the mean.
    mean = seating.mean()
    try:
        kept = possible_circles(pieces, among, pace, most=MOST_CIRCLES, least=least)
        gains = [_gain(one, wish, mean) for one in kept]
        effort = Effort(pace, seed, STEPS)
        chosen = choose(kept, effort, gains=gains, is_proof_needed=False)
    except CutShort:
        return False
    before = sum(_gain(one, wish, mean) for one in now)
    if not chosen or sum(_gain(one, wish, mean) for one in chosen) <= before:
        return False
    for circle in circles:
        seating.seat(circle, ())
    for one in chosen:
        seating.open(one.members)
    return True


def _as_it_is(seating: Seating, circle: int) -> Possible:
    members, points = tuple(seating.circles[circle]), seating.points[circle]
    return Possible(members, seating.sizes[circle], round(SCALE * points))


def _gain(one: Possible, wish: Wish, mean: float) -> int:
    return one.size * SEAT + round(FINE * (wish.worth(one.points / SCALE) - mean))
