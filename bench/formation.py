"""Forms circles of invented people, beside greedy formation, random formation and the optimum.

Runs without Django and without services, so that the memory it needs is formation's own. Ends with
status 1 when formation breaks a hard rule, takes too long, or does not beat greedy and random.
"""

import argparse
import resource
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from bench.candidates import RULES, invent
from circles.formation.baselines import greedy, random_feasible
from circles.formation.hard import broken
from circles.formation.outcome import Solution
from circles.formation.problem import Problem
from circles.formation.solver import solve

# Seconds that forming circles of so many people may take on 2 cores.
BUDGETS = {1_000: 30.0, 10_000: 300.0}
SMALL, SMALL_SEEDS = 16, (1, 2, 3)
MEGABYTES = 2_048
COLUMNS = "{:<22} {:>7} {:>9} {:>7} {:>7} {:>7} {:>8} {:>8} {:>7}"
HEADS = ("formation", "people", "unplaced", "circles", "worst", "mean", "seconds", "work", "MB")


@dataclass(frozen=True)
class Run:
    """One way to form circles of one set of people, and what it took."""

    name: str
    problem: Problem
    solution: Solution
    seconds: float
    work: float

    @property
    def merit(self) -> tuple[int, float, float]:
        one = self.solution
        return -len(one.unplaced), round(one.worst, 6), round(one.mean, 6)

    @property
    def breaches(self) -> int:
        return sum(bool(broken(self.problem, circle)) for circle in self.solution.circles)

    def __str__(self) -> str:
        one = self.solution
        return COLUMNS.format(
            self.name,
            len(self.problem.candidates),
            len(one.unplaced),
            len(one.circles),
            f"{one.worst:.1f}",
            f"{one.mean:.1f}",
            f"{self.seconds:.1f}",
            f"{self.work:.1f}",
            f"{peak():.0f}",
        )


def peak() -> float:
    """The most memory that this process has held, in megabytes."""
    divisor = 1024 * 1024 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / divisor


def timed(name: str, problem: Problem, form: Callable[[Problem], Solution]) -> Run:
    started, worked = time.perf_counter(), time.process_time()
    solution = form(problem)
    run = Run(name, problem, solution, time.perf_counter() - started, time.process_time() - worked)
    print(run, flush=True)
    return run


def compare(count: int, seed: int) -> list[str]:
    """Print random, greedy and ours for so many people; what is wrong with ours."""
    problem, budget = invent(count, seed=seed), BUDGETS.get(count, 600.0)
    others = [
        timed("random", problem, lambda one: random_feasible(one, seed=seed)),
        timed("greedy", problem, lambda one: greedy(one, seed=seed)),
    ]
    # Long enough even where other work keeps the machine busy: `work` is what is judged.
    patience = 10 * budget
    ours = timed("Peerloom", problem, lambda one: solve(one, seed=seed, seconds=patience))
    return [*faults(ours, budget), *(said for other in others for said in behind(ours, other))]


def faults(ours: Run, budget: float) -> Iterable[str]:
    people = len(ours.problem.candidates)
    if ours.breaches:
        yield f"{ours.breaches} circles of {people} people break a hard rule."
    if ours.work > budget:
        yield f"{people} people took {ours.work:.0f} seconds of work, not {budget:.0f}."
    if peak() > MEGABYTES:
        yield f"{people} people took {peak():.0f} MB, not {MEGABYTES}."


def behind(ours: Run, other: Run) -> Iterable[str]:
    if len(ours.solution.unplaced) > len(other.solution.unplaced):
        yield f"{other.name} placed more of {len(ours.problem.candidates)} people."
    if len(ours.solution.unplaced) == len(other.solution.unplaced):
        for what in ("worst", "mean"):
            if getattr(ours.solution, what) <= getattr(other.solution, what):
                yield f"{other.name} has as good a {what} circle."


def compare_small(seed: int) -> list[str]:
    """Print searching alone, as in large cases, and the proven optimum."""
    problem = invent(SMALL, seed=seed, rules=RULES)
    timed("greedy", problem, lambda one: greedy(one, seed=seed))
    searched = timed(
        "Peerloom, searching", problem, lambda one: solve(one, seed=seed, seconds=600, prove=False)
    )
    proven = timed("Peerloom, proving", problem, lambda one: solve(one, seed=seed, seconds=600))
    if not proven.solution.is_optimal:
        return [f"No proof for {SMALL} people with seed {seed}."]
    return ["Searching beat what was proven best."] if searched.merit > proven.merit else []


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.formation", description=__doc__)
    parser.add_argument("people", type=int, nargs="*", default=[1_000], help="how many (1000)")
    parser.add_argument("--seed", type=int, default=1, help="which invented people (1)")
    arguments = parser.parse_args()
    print(COLUMNS.format(*HEADS))
    wrong = [said for seed in SMALL_SEEDS for said in compare_small(seed)]
    for count in sorted(arguments.people):
        wrong += compare(count, arguments.seed)
    print("\n".join(wrong) or "Every hard rule is kept; ours is ahead of greedy and random.")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
