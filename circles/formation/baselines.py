"""What others would do, to compare with: greedy formation, and random circles by the rules."""

import random

from circles.formation.building import Builder, insert
from circles.formation.index import Sum
from circles.formation.outcome import Solution
from circles.formation.pace import Pace
from circles.formation.pieces import Pieces
from circles.formation.problem import Problem
from circles.formation.reasons import reasons
from circles.formation.seating import NOWHERE, Seating

FOREVER, FEW = float("inf"), 50


def greedy(problem: Problem, *, seed: int) -> Solution:
    """One circle after the other takes in whom it gains most by; nobody is moved again."""
    return _built(problem, Builder, seed)


def random_feasible(problem: Problem, *, seed: int) -> Solution:
    """One circle after the other takes in anybody drawn by lot who keeps the hard rules."""
    return _built(problem, _Lottery, seed)


class _Lottery(Builder):
    def _best(self, total: Sum, members: list[int], room: int) -> int:
        pieces = self.pieces
        # First a few, because in most circles one of them will do.
        for count in (FEW, len(self.free)):
            for piece in self._draw(self.free, count):
                fresh = piece not in members and pieces.size[piece] <= room
                if fresh and pieces.fits(total, members, piece):
                    return piece
        return NOWHERE


def _built(problem: Problem, builder: type[Builder], seed: int) -> Solution:
    pace = Pace(FOREVER, lambda _progress: None, lambda: False)
    seating = Seating(Pieces(problem.index))
    dice = random.Random(seed)  # noqa: S311 - to be repeatable, not to be secret
    builder(seating, dice, pace).build()
    insert(seating, seating.unplaced, pace)
    circles = tuple(sorted(seating.pieces.keys(members) for members in seating.copy()))
    told = reasons(seating)
    return Solution(circles, told, seating.worst(), seating.mean(), len(seating.where), False)
