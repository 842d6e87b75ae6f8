"""The proven optimum of small cases: of every circle that could be, the best choice."""

from circles.formation.choosing import (
    CutShort,
    Effort,
    Possible,
    TooLarge,
    choose,
    possible_circles,
)
from circles.formation.pace import Pace
from circles.formation.pieces import Pieces

__all__ = ["CutShort", "TooLarge", "optimum"]

# Beyond so many pieces or possible circles, proving takes longer than anybody waits.
MOST_PIECES, MOST_CIRCLES, STEPS = 24, 40_000, 30.0


def optimum(pieces: Pieces, *, pace: Pace, seed: int = 0) -> list[list[int]]:
    """The circles that seat most people, then have the best worst, then the best mean.

    Raises TooLarge, or CutShort where the proof is missing.
    """
    if len(pieces) > MOST_PIECES:
        raise TooLarge
    possible = possible_circles(pieces, range(len(pieces)), pace, most=MOST_CIRCLES)
    if not possible:
        return []
    effort = Effort(pace, seed, STEPS)
    seating = choose(possible, effort, gains=[one.size for one in possible])
    seated = sum(one.size for one in seating or ())
    good = _with_best_worst(possible, seated, effort)
    return [list(one.members) for one in _with_best_mean(pieces, good, seated, effort)]


def _with_best_worst(possible: list[Possible], seated: int, effort: Effort) -> list[Possible]:
    """The circles from which so many are seated with the best worst circle."""
    levels = sorted({one.points for one in possible})
    low, high = 0, len(levels) - 1
    while low < high:
        middle = (low + high + 1) // 2
        kept = [one for one in possible if one.points >= levels[middle]]
        chosen = choose(kept, effort, seated=seated)
        if chosen is None:
            high = middle - 1
        else:
            low = levels.index(min(one.points for one in chosen))
    return [one for one in possible if one.points >= levels[low]]


def _with_best_mean(
    pieces: Pieces, possible: list[Possible], seated: int, effort: Effort
) -> list[Possible]:
    rules = pieces.index.rules
    gains = [one.points for one in possible]
    best: list[Possible] = []
    for count in range(-(-seated // rules.size_max), seated // rules.size_min + 1):
        chosen = choose(possible, effort, gains=gains, seated=seated, count=count)
        if chosen and (not best or _mean(chosen) > _mean(best)):
            best = chosen
    return best


def _mean(circles: list[Possible]) -> float:
    return sum(one.points for one in circles) / len(circles)
