"""The proven optimum of small cases: every circle that could be, and the best choice among them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from threading import Thread

from ortools.sat.python import cp_model

from circles.formation.exchange import set_up
from circles.formation.index import Sum
from circles.formation.pace import Pace
from circles.formation.pieces import Pieces

# Beyond so many pieces or possible circles, proving takes longer than anybody waits.
MOST_PIECES, MOST_CIRCLES, MOST_LOOKED_AT = 24, 40_000, 120_000
SCALE = 1_000_000
EFFORT = 60.0


class TooLarge(Exception):
    """There are too many possible circles to choose among with proof."""


class CutShort(Exception):
    """Time was up, or somebody asked to stop, before the proof was there."""


@dataclass(frozen=True, slots=True)
class Possible:
    """A circle that keeps every hard rule."""

    members: tuple[int, ...]
    size: int
    points: int


def possible_circles(pieces: Pieces, pace: Pace) -> list[Possible]:
    """All of them. Raises TooLarge when there are too many, and CutShort."""
    if len(pieces) > MOST_PIECES:
        raise TooLarge
    found: list[Possible] = []
    for looked, one in enumerate(_grown(pieces, (), pieces.index.nobody, 0, 0)):
        if looked > MOST_LOOKED_AT or len(found) > MOST_CIRCLES:
            raise TooLarge
        if not pace.go_on():
            raise CutShort
        if one.size >= pieces.index.rules.size_min:
            found.append(one)
    return found


def _grown(
    pieces: Pieces, members: tuple[int, ...], total: Sum, size: int, start: int
) -> Iterator[Possible]:
    """Every set of pieces that keeps the rules and is not too large, small ones too."""
    index = pieces.index
    for piece in range(start, len(pieces)):
        larger = size + pieces.size[piece]
        if larger <= index.rules.size_max and pieces.fits(total, members, piece):
            joined, with_it = (*members, piece), index.plus(total, pieces.persons[piece])
            yield Possible(joined, larger, round(SCALE * index.points(with_it)))
            yield from _grown(pieces, joined, with_it, larger, piece + 1)


def optimum(pieces: Pieces, *, pace: Pace, seed: int = 0) -> list[list[int]]:
    """The circles that seat most people, then have the best worst, then the best mean.

    Raises TooLarge, or CutShort where the proof is missing.
    """
    chooser = _Chooser(pieces, possible_circles(pieces, pace), pace, seed)
    if not chooser.possible:
        return []
    seated = chooser.most_seated()
    chooser.keep_best_worst(seated)
    return [list(one.members) for one in chooser.best_mean(seated)]


class _Chooser:
    """Asks CP-SAT one question after the other about the same possible circles."""

    def __init__(self, pieces: Pieces, possible: list[Possible], pace: Pace, seed: int) -> None:
        self.pieces, self.possible, self.pace, self.seed = pieces, possible, pace, seed

    def most_seated(self) -> int:
        chosen = self._ask(self.possible, [one.size for one in self.possible])
        return sum(one.size for one in chosen or ())

    def keep_best_worst(self, seated: int) -> None:
        """Drop every circle that scores less than the worst one needs to."""
        levels = sorted({one.points for one in self.possible})
        low, high = 0, len(levels) - 1
        while low < high:
            middle = (low + high + 1) // 2
            kept = [one for one in self.possible if one.points >= levels[middle]]
            chosen = self._ask(kept, seated=seated)
            if chosen is None:
                high = middle - 1
            else:
                low = levels.index(min(one.points for one in chosen))
        self.possible = [one for one in self.possible if one.points >= levels[low]]

    def best_mean(self, seated: int) -> list[Possible]:
        rules = self.pieces.index.rules
        best: list[Possible] = []
        for count in range(-(-seated // rules.size_max), seated // rules.size_min + 1):
            gains = [one.points for one in self.possible]
            chosen = self._ask(self.possible, gains, seated=seated, count=count)
            if chosen and (not best or _mean(chosen) > _mean(best)):
                best = chosen
        return best

    def _ask(
        self,
        possible: list[Possible],
        gains: Sequence[int] = (),
        *,
        seated: int | None = None,
        count: int | None = None,
    ) -> list[Possible] | None:
        """The choice that gains most, or None where there is none."""
        model = cp_model.CpModel()
        chosen = [model.new_bool_var("") for _ in possible]
        self._seat_once(model, possible, chosen)
        if seated is not None:
            sizes = [one.size for one in possible]
            model.add(cp_model.LinearExpr.weighted_sum(chosen, sizes) == seated)
        if count is not None:
            model.add(cp_model.LinearExpr.sum(chosen) == count)
        if gains:
            model.maximize(cp_model.LinearExpr.weighted_sum(chosen, gains))
        solver = cp_model.CpSolver()
        set_up(solver, seed=self.seed, effort=EFFORT, seconds=self.pace.left)
        status = _patiently(solver, model, self.pace)
        if status == cp_model.INFEASIBLE:
            return None
        if status != cp_model.OPTIMAL:
            raise CutShort
        return [one for one, bit in zip(possible, chosen, strict=True) if solver.value(bit)]

    def _seat_once(
        self, model: cp_model.CpModel, possible: list[Possible], chosen: list[cp_model.IntVar]
    ) -> None:
        holding: list[list[cp_model.IntVar]] = [[] for _ in range(len(self.pieces))]
        for one, variable in zip(possible, chosen, strict=True):
            for piece in one.members:
                holding[piece].append(variable)
        for variables in holding:
            model.add_at_most_one(variables)


def _mean(circles: list[Possible]) -> float:
    return sum(one.points for one in circles) / len(circles)


def _patiently(solver: cp_model.CpSolver, model: cp_model.CpModel, pace: Pace) -> object:
    """Solve on another thread, so that this one can say how far it is and hear a stop."""
    answers: list[object] = []
    thread = Thread(target=lambda: answers.append(solver.solve(model)), daemon=True)
    thread.start()
    while thread.is_alive():
        thread.join(0.1)
        if not pace.go_on():
            solver.stop_search()
    return answers[0] if answers and not pace.is_over else None
