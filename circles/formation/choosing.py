"""Every circle that some people could form, and the choice among them, made by OR-Tools."""

from collections.abc import Sequence
from dataclasses import dataclass
from threading import Thread

from ortools.sat.python import cp_model

from circles.formation.index import Sum
from circles.formation.pace import Pace
from circles.formation.pieces import Pieces

SCALE = 1_000_000
# How many sets of people are looked at for each circle that may be found.
LOOKED_AT = 8


class TooLarge(Exception):
    """There are too many possible circles to look at each."""


class CutShort(Exception):
    """Time was up, or somebody asked to stop, or it took too many steps."""


@dataclass(frozen=True, slots=True)
class Possible:
    """A circle that keeps every hard rule. Its points are whole millionths."""

    members: tuple[int, ...]
    size: int
    points: int


@dataclass(frozen=True, slots=True)
class Effort:
    """How much may be spent: steps of CP-SAT, a seed for it, and the pace it keeps."""

    pace: Pace
    seed: int
    steps: float


def possible_circles(
    pieces: Pieces, among: Sequence[int], pace: Pace, *, most: int, least: int = 0
) -> list[Possible]:
    """All circles of so many points that these pieces could form. Raises TooLarge and CutShort."""
    search = _Search(pieces, pace, most, least)
    search.grow(list(among), pieces.index.nobody, (), 0)
    return search.found


class _Search:
    """Goes through every set of people who keep the rules, small ones first."""

    def __init__(self, pieces: Pieces, pace: Pace, most: int, least: int) -> None:
        self.pieces, self.pace, self.most, self.least = pieces, pace, most, least
        self.smallest = pieces.index.rules.size_min
        self.largest = pieces.index.rules.size_max
        self.found: list[Possible] = []
        self.looked = 0

    def grow(self, among: list[int], total: Sum, members: tuple[int, ...], size: int) -> None:
        """Look at these members with each of the others, and with each of those after it."""
        pieces, index = self.pieces, self.pieces.index
        fitting = [
            piece
            for piece in among
            if size + pieces.size[piece] <= self.largest and pieces.fits(total, members, piece)
        ]
        for place, piece in enumerate(fitting):
            joined, larger = (*members, piece), size + pieces.size[piece]
            with_it = index.plus(total, pieces.persons[piece])
            self.looked += 1
            if larger >= self.smallest:
                self._note(joined, with_it, larger)
            if larger < self.largest:
                self.grow(fitting[place + 1 :], with_it, joined, larger)

    def _note(self, members: tuple[int, ...], total: Sum, size: int) -> None:
        points = round(SCALE * self.pieces.index.points(total))
        if points >= self.least:
            self.found.append(Possible(members, size, points))
        if self.looked > LOOKED_AT * self.most or len(self.found) > self.most:
            raise TooLarge
        if not self.pace.go_on():
            raise CutShort


def choose(
    possible: Sequence[Possible],
    effort: Effort,
    *,
    gains: Sequence[int] = (),
    seated: int | None = None,
    count: int | None = None,
    is_proof_needed: bool = True,
) -> list[Possible] | None:
    """Circles without a piece in common that gain most; None where no choice is possible.

    Where given, just so many people are seated, and in just so many circles. Raises CutShort.
    """
    model = cp_model.CpModel()
    chosen = [model.new_bool_var("") for _ in possible]
    _seat_once(model, possible, chosen)
    if seated is not None:
        sizes = [one.size for one in possible]
        model.add(cp_model.LinearExpr.weighted_sum(chosen, sizes) == seated)
    if count is not None:
        model.add(cp_model.LinearExpr.sum(chosen) == count)
    if gains:
        model.maximize(cp_model.LinearExpr.weighted_sum(chosen, gains))
    solver = cp_model.CpSolver()
    set_up(solver, seed=effort.seed, steps=effort.steps, seconds=effort.pace.left)
    status = patiently(solver, model, effort.pace)
    if status == cp_model.INFEASIBLE:
        return None
    if status != cp_model.OPTIMAL and (is_proof_needed or status != cp_model.FEASIBLE):
        raise CutShort
    return [one for one, bit in zip(possible, chosen, strict=True) if solver.value(bit)]


def _seat_once(
    model: cp_model.CpModel, possible: Sequence[Possible], chosen: list[cp_model.IntVar]
) -> None:
    holding: dict[int, list[cp_model.IntVar]] = {}
    for one, variable in zip(possible, chosen, strict=True):
        for piece in one.members:
            holding.setdefault(piece, []).append(variable)
    for variables in holding.values():
        model.add_at_most_one(variables)


def set_up(solver: cp_model.CpSolver, *, seed: int, steps: float, seconds: float) -> None:
    """One worker, a seed, and effort counted in steps: the same answer on any machine."""
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = seed % 2**31
    solver.parameters.max_deterministic_time = steps
    # Only cuts off; whether it struck is for the caller to see in the time left.
    solver.parameters.max_time_in_seconds = max(0.01, min(seconds, 1e9))


def patiently(
    solver: cp_model.CpSolver, model: cp_model.CpModel, pace: Pace
) -> cp_model.CpSolverStatus | None:
    """Solve on another thread, so that this one can say how far it is and hear a stop.

    None where it was cut short.
    """
    answers: list[cp_model.CpSolverStatus] = []
    thread = Thread(target=lambda: answers.append(solver.solve(model)), daemon=True)
    thread.start()
    while thread.is_alive():
        thread.join(0.1)
        if not pace.go_on():
            solver.stop_search()
    return answers[0] if answers and not pace.is_over else None
