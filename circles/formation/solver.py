"""Forms circles: as many people as possible, then the best worst circle, then the best mean."""

from collections.abc import Callable, Sequence

from circles.formation.outcome import Progress, Solution
from circles.formation.problem import Problem

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
) -> Solution:
    raise NotImplementedError
