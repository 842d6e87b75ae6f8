"""Forms circles: as many people as possible, then the best worst circle, then the best mean.

What is tried next is decided by the seed and by counting steps, never by the clock: the same
problem and seed give the same circles on any machine, if `seconds` are enough. When they are not,
or when somebody stops it, the answer is the best until then.
"""

import random
from collections.abc import Callable, Sequence

from circles.formation import exact
from circles.formation.filling import Filler, form
from circles.formation.hard import may_sit_together
from circles.formation.improving import (
    HEAT,
    HEAT_WHEN_RESUMED,
    LOOSE_ROUNDS,
    STRICT_ROUNDS,
    Improver,
)
from circles.formation.outcome import Progress, Solution
from circles.formation.pace import Pace, Standing
from circles.formation.pieces import Pieces
from circles.formation.problem import Problem
from circles.formation.reasons import reasons
from circles.formation.seating import Seating

__all__ = ["Progress", "Solution", "solve"]


def solve(
    problem: Problem,
    *,
    seed: int,
    seconds: float,
    locked: Sequence[Sequence[int]] = (),
    start: Sequence[Sequence[int]] | None = None,
    on_progress: Callable[[Progress], None] = lambda _progress: None,
    should_stop: Callable[[], bool] = lambda: False,
    prove: bool = True,
) -> Solution:
    """Circles that keep every hard rule: the locked ones as they are, then the others by key.

    Small cases are solved with proof, unless that is not wanted. From `start` it never gets
    worse. Both callbacks are called on this thread. Raises ValueError for a locked circle with
    somebody who is no candidate, or who is locked twice.
    """
    pace = Pace(seconds, on_progress, should_stop)
    run = _Run(problem, locked, pace)
    pace.standing = run.standing
    if start is not None:
        run.take_up(start)
    run.form(seed)
    is_optimal = prove and run.prove(seed)
    if not is_optimal:
        run.improve()
    pace.done = pace.total
    pace.begin("Done")
    return run.solution(is_optimal=is_optimal)


class _Run:
    """One go at a problem, with the best circles until now."""

    def __init__(self, problem: Problem, locked: Sequence[Sequence[int]], pace: Pace) -> None:
        self.index, self.pace = problem.index, pace
        self.locked = tuple(tuple(circle) for circle in locked)
        held = [key for circle in self.locked for key in circle]
        if len(set(held)) != len(held):
            raise ValueError("Somebody is locked in two circles.")
        if any(key not in self.index.number for key in held):
            raise ValueError("Somebody in a locked circle is not among the candidates.")
        self.locked_points = [
            self.index.points(self.index.sum_of(sorted(self.index.number[key] for key in circle)))
            for circle in self.locked
        ]
        self.pieces = Pieces(self.index, locked=[self.index.number[key] for key in held])
        self.seating = Seating(self.pieces)
        self.best = self.seating.copy()
        self.best_merit = self.seating.merit()
        self.steps = 0
        self.is_resumed = False

    def take_up(self, start: Sequence[Sequence[int]]) -> None:
        """Seat people as they sat, but for circles that by now would break a rule."""
        pieces, taken = self.pieces, set[int]()
        for circle in start:
            persons = {self.index.number[key] for key in circle if key in self.index.number}
            members = {pieces.of[person] for person in persons if person in pieces.of} - taken
            whole = sorted(person for piece in members for person in pieces.persons[piece])
            size_fits = self.seating.size_min <= len(whole) <= self.seating.size_max
            if size_fits and may_sit_together(self.index, whole):
                self.seating.open(sorted(members))
                taken |= members
        self.is_resumed = bool(taken)
        self._remember()

    def form(self, seed: int) -> None:
        self.dice = random.Random(seed)  # noqa: S311 - to be repeatable, not to be secret
        self.steps += form(self.seating, self.dice, self.pace)
        self._remember()

    def improve(self) -> None:
        """Loosely, then strictly from the best, having looked for seats once more."""
        improver, count = Improver(self.seating, self.dice, self.pace), len(self.best)
        self.pace.done, self.pace.total = 0, count * (LOOSE_ROUNDS + STRICT_ROUNDS)
        self.pace.begin("Making circles better")
        for done in improver.loosely(HEAT_WHEN_RESUMED if self.is_resumed else HEAT):
            self.pace.done = count * done
            self._remember()
        self.seating.restore(self.best)
        filler = Filler(self.seating, self.dice, self.pace)
        if self.seating.unplaced:
            filler.fill()
        self.pace.begin("Raising the weakest circles")
        for done in improver.strictly():
            self.pace.done = count * (LOOSE_ROUNDS + done)
            self._remember()
        self._remember()
        self.seating.restore(self.best)
        self.steps += improver.steps + filler.steps

    def prove(self, seed: int) -> bool:
        """Replace the circles by the best there are, where the case is small enough."""
        self.pace.begin("Looking for the best circles there are")
        try:
            best = exact.optimum(self.pieces, pace=self.pace, seed=seed)
        except (exact.TooLarge, exact.CutShort):
            return False
        self.seating.restore(best)
        self._remember()
        return True

    def _remember(self) -> None:
        merit = self.seating.merit()
        if merit > self.best_merit:
            self.best, self.best_merit = self.seating.copy(), merit

    def standing(self) -> Standing:
        """The best until now. It is not remembered: when somebody looks must change nothing."""
        is_better = self.seating.merit() > self.best_merit
        return self._described(self.seating.copy() if is_better else self.best)

    def _described(self, circles: Sequence[Sequence[int]]) -> Standing:
        index, pieces = self.index, self.pieces
        points = [*self.locked_points, *(index.points(pieces.sum_of(one)) for one in circles)]
        formed = sorted(pieces.keys(members) for members in circles)
        mean = sum(points) / len(points) if points else 0.0
        return min(points, default=0.0), mean, (*self.locked, *formed)

    def solution(self, *, is_optimal: bool) -> Solution:
        worst, mean, circles = self._described(self.best)
        return Solution(circles, reasons(self.seating), worst, mean, self.steps, is_optimal)
