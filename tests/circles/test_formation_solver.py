"""What forming circles promises, whatever the people and the rules."""

import time
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bench.candidates import invent
from circles.formation import exact
from circles.formation.baselines import greedy, random_feasible
from circles.formation.hard import broken
from circles.formation.pace import Pace
from circles.formation.pieces import Pieces
from circles.formation.problem import Candidate, Problem, Rules
from circles.formation.scoring import score_circle
from circles.formation.solver import solve

MORNING, EVENING = 0xFFFF, 0xFFFF << 600
RULES = Rules(size_min=2, size_max=4, size_best=3, overlap_quarters=4)
ONCE = settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)


def people(count, **facts):
    return tuple(Candidate(key=key, **facts) for key in range(1, count + 1))


def solved(problem, *, seed=1, seconds=600.0, **options):
    return solve(problem, seed=seed, seconds=seconds, **options)


def scores(solution):
    return len(solution.unplaced), round(solution.worst, 6), round(solution.mean, 6)


themes = st.frozensets(st.integers(0, 4), max_size=3)
hours = st.sampled_from([(), (MORNING,), (MORNING, EVENING), (MORNING | EVENING,), (EVENING,)])
candidates = st.builds(
    Candidate,
    key=st.just(0),
    managers=st.lists(st.integers(1, 9), max_size=2).map(tuple),
    hours=hours,
    languages=st.frozensets(st.sampled_from(["en", "de", "pt"]), max_size=2),
    wants=themes,
    offers=themes,
    unit=st.none() | st.integers(1, 3),
    level=st.none() | st.integers(1, 3),
    apart=st.tuples(st.sampled_from([None, None, "one", "other"])),
    kinds=st.tuples(st.sampled_from([None, "a", "b"])),
    powers=st.frozensets(st.sampled_from(["position", "expertise"])),
)
pairs = st.lists(st.tuples(st.integers(1, 9), st.integers(1, 9)), max_size=2).map(tuple)


@st.composite
def problems(draw):
    several = draw(st.lists(candidates, max_size=9))
    everybody = tuple(replace(one, key=key) for key, one in enumerate(several, 1))
    rules = replace(
        RULES,
        together=draw(pairs),
        apart=draw(pairs),
        share_a_language=draw(st.booleans()),
        size_min=draw(st.integers(2, 3)),
    )
    return Problem(everybody, rules)


def check(problem, solution):
    seated = [key for circle in solution.circles for key in circle]
    everybody = {one.key for one in problem.candidates}
    assert [broken(problem, circle) for circle in solution.circles] == [[]] * len(solution.circles)
    assert sorted([*seated, *solution.unplaced]) == sorted(everybody)
    assert all(said.endswith(".") for said in solution.unplaced.values())
    found = [score_circle(problem, circle).total for circle in solution.circles]
    assert solution.worst == pytest.approx(min(found, default=0))
    assert solution.mean == pytest.approx(sum(found) / len(found) if found else 0)


@ONCE
@given(problems())
def test_solution_keeps_every_rule_and_has_a_place_or_a_reason_for_everybody(problem):
    solution = solved(problem)

    check(problem, solution)
    assert solution.is_optimal


@ONCE
@given(problems())
def test_searching_keeps_every_rule_and_is_never_better_than_the_optimum(problem):
    searched, proven = solved(problem, prove=False), solved(problem)

    check(problem, searched)
    worse = (len(searched.unplaced), -round(searched.worst, 6), -round(searched.mean, 6))
    assert worse >= (len(proven.unplaced), -round(proven.worst, 6), -round(proven.mean, 6))


@ONCE
@given(problems(), st.randoms(use_true_random=False))
def test_solution_does_not_depend_on_the_order_of_people(problem, dice):
    shuffled = list(problem.candidates)
    dice.shuffle(shuffled)

    one, other = solved(problem), solved(replace(problem, candidates=tuple(shuffled)))

    assert one == other


@ONCE
@given(problems())
def test_baselines_keep_every_rule(problem):
    for baseline in (greedy, random_feasible):
        check(problem, baseline(problem, seed=1))


def crowd(count=18):
    """People who can be put together in many ways, some better than others."""
    return Problem(
        tuple(
            Candidate(
                key=key,
                hours=((MORNING if key % 5 else EVENING) | MORNING << 100 * (key % 3),),
                wants=frozenset({key % 7, key * key % 5}),
                offers=frozenset({key % 4}),
                unit=key % 6,
                level=key % 5,
                managers=(key // 3,),
                kinds=("a" if key % 3 else "b",),
            )
            for key in range(1, count + 1)
        ),
        Rules(size_min=3, size_max=5, size_best=4, overlap_quarters=4),
    )


def test_solution_is_the_same_for_the_same_seed_whoever_looks_on():
    asked, told = [], []

    alone = solved(crowd(), prove=False)
    watched = solved(
        crowd(), prove=False, should_stop=lambda: asked.append(1), on_progress=told.append
    )

    assert watched == alone
    assert asked
    assert told


def test_solution_is_better_than_greedy_and_than_random():
    problem = crowd()

    ours = solved(problem, prove=False)

    for baseline in (greedy, random_feasible):
        theirs = baseline(problem, seed=1)
        assert len(ours.unplaced) <= len(theirs.unplaced)
        assert ours.worst > theirs.worst
        assert ours.mean > theirs.mean


def test_locked_circles_stay_as_they_are():
    locked = ((7, 3, 1, 12), (8, 13, 14))

    solution = solved(crowd(), locked=locked)

    assert solution.circles[:2] == locked
    seated = [key for circle in solution.circles for key in circle]
    assert sorted([*seated, *solution.unplaced]) == list(range(1, 19))


def test_resuming_never_gets_worse():
    problem = crowd()
    first = solved(problem, seconds=0.2)

    second = solved(problem, seed=2, seconds=0.3, start=first.circles)

    assert scores(second)[0] <= scores(first)[0]
    assert (second.worst, second.mean) >= (first.worst, first.mean)


def test_resuming_drops_circles_that_by_now_break_a_rule():
    problem = Problem(people(6), replace(RULES, apart=((1, 2),)))

    solution = solved(problem, start=((1, 2, 3), (4, 5, 6, 99)))

    check(problem, solution)


def test_stopping_takes_less_than_a_second():
    asked = []

    def stop():
        asked.append(time.monotonic())
        return len(asked) > 2

    solution = solved(crowd(300), should_stop=stop, prove=False)

    assert time.monotonic() - asked[-1] < 1
    check(crowd(300), solution)


def test_progress_is_told_at_least_once_a_second_and_never_gets_worse():
    told = []

    solved(crowd(), on_progress=lambda one: told.append((time.monotonic(), one)), seconds=1.2)

    assert max(later - earlier for (earlier, _), (later, _) in pairwise(told)) < 1
    merits = [(sum(map(len, one.circles)), one.worst) for _, one in told]
    assert merits == sorted(merits)
    assert {one.done <= one.total for _, one in told} == {True}


def test_time_that_is_up_leaves_the_rules_kept():
    solution = solved(crowd(), seconds=0)

    check(crowd(), solution)
    assert not solution.is_optimal


def test_optimum_of_nobody_is_nothing():
    pieces = Pieces(Problem((), RULES).index)

    assert exact.optimum(pieces, pace=Pace(5, lambda _: None, lambda: False)) == []


def test_locked_circles_need_candidates_of_their_own():
    problem = Problem(people(4), RULES)

    with pytest.raises(ValueError, match="two circles"):
        solved(problem, locked=((1, 2), (2, 3)))
    with pytest.raises(ValueError, match="not among the candidates"):
        solved(problem, locked=((1, 99),))


def test_people_invented_for_measuring_are_the_same_for_the_same_seed():
    one, other = invent(120, seed=3), invent(120, seed=3)

    assert one.candidates == other.candidates
    assert one.candidates != invent(120, seed=4).candidates
