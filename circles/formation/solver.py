"""Puts people into circles: a first, greedy way."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import fmean

from circles.formation.hard import broken
from circles.formation.problem import Problem
from circles.formation.scoring import score_circle

Circles = tuple[tuple[int, ...], ...]


@dataclass(frozen=True)
class Progress:
    """How far the search is, with the best circles so far."""

    step: str
    done: int
    total: int
    worst: float
    mean: float
    circles: Circles


@dataclass(frozen=True)
class Solution:
    """Circles, and who is in none with the rule that stopped them."""

    circles: Circles
    unplaced: dict[int, str]
    worst: float
    mean: float
    steps: int
    is_optimal: bool


def solve(
    problem: Problem,
    *,
    seed: int,
    seconds: float,
    locked: Sequence[Sequence[int]] = (),
    start: Sequence[Sequence[int]] | None = None,
    on_progress: Callable[[Progress], None] = lambda _progress: None,
    should_stop: Callable[[], bool] = lambda: False,
) -> Solution:
    """Fill one circle after the other with whoever breaks no rule in it."""
    kept = tuple(tuple(circle) for circle in locked)
    taken = {key for circle in kept for key in circle}
    left = [one.key for one in problem.candidates if one.key not in taken]
    random.Random(seed).shuffle(left)  # noqa: S311  reproducible, not secret
    circles, total = list(kept), len(left)
    unplaced: dict[int, str] = {}
    while left and not should_stop() and seconds and start != [[]]:
        circle, obstacle = _filled(problem, left)
        if len(circle) >= problem.rules.size_min:
            circles.append(tuple(circle))
        else:
            unplaced |= dict.fromkeys(circle, obstacle)
        left = [key for key in left if key not in circle]
        worst, mean = _scores(problem, circles)
        done = total - len(left)
        on_progress(Progress("Filling circles", done, total, worst, mean, tuple(circles)))
    unplaced |= dict.fromkeys(left, "It was stopped before their turn.")
    worst, mean = _scores(problem, circles)
    return Solution(tuple(circles), unplaced, worst, mean, len(circles), is_optimal=False)


def _filled(problem: Problem, left: list[int]) -> tuple[list[int], str]:
    circle, obstacle = left[:1], "There are too few people left for another circle."
    for key in left[1:]:
        if len(circle) == problem.rules.size_best:
            break
        against = [words for words in broken(problem, [*circle, key]) if "at least" not in words]
        if against:
            obstacle = against[0]
        else:
            circle.append(key)
    return circle, obstacle


def _scores(problem: Problem, circles: list[tuple[int, ...]]) -> tuple[float, float]:
    scores = [score_circle(problem, circle).total for circle in circles]
    return (min(scores), fmean(scores)) if scores else (0, 0)
