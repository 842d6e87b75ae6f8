"""The rules that no circle breaks, each in words."""

from collections.abc import Collection
from functools import reduce
from itertools import combinations
from operator import and_

from circles.formation.problem import Candidate, Problem, Rules


def broken(problem: Problem, keys: Collection[int]) -> list[str]:
    """A sentence for each hard rule that a circle of these people would break."""
    here = set(keys)
    people = [one for one in problem.candidates if one.key in here]
    return [
        *_size(problem.rules, len(people)),
        *_pairs(problem.rules, here),
        *(words for two in combinations(people, 2) for words in _two(*two)),
        *_all(problem.rules, people),
    ]


def _size(rules: Rules, size: int) -> list[str]:
    if size < rules.size_min:
        return [f"It has {size} people; at least {rules.size_min} are needed."]
    if size > rules.size_max:
        return [f"It has {size} people; at most {rules.size_max} fit."]
    return []


def _pairs(rules: Rules, here: set[int]) -> list[str]:
    parted = [(a, b) for a, b in rules.together if (a in here) != (b in here)]
    joined = [(a, b) for a, b in rules.apart if a in here and b in here]
    return [f"{{{a}}} and {{{b}}} must be in one circle." for a, b in parted] + [
        f"{{{a}}} and {{{b}}} must never be in one circle." for a, b in joined
    ]


def _two(one: Candidate, other: Candidate) -> list[str]:
    words = []
    if other.key in one.managers:
        words.append(f"{{{other.key}}} manages {{{one.key}}}.")
    if one.key in other.managers:
        words.append(f"{{{one.key}}} manages {{{other.key}}}.")
    for mine, theirs in zip(one.apart, other.apart, strict=False):
        if mine is not None and mine == theirs:
            words.append(f"{{{one.key}}} and {{{other.key}}} share “{mine}”.")
    return words


def _all(rules: Rules, people: list[Candidate]) -> list[str]:
    words = []
    weeks = list(zip(*(one.hours for one in people if one.hours), strict=False))
    if any(reduce(and_, week).bit_count() < rules.overlap_quarters for week in weeks):
        words.append("They share too few hours a week.")
    spoken = [one.languages for one in people if one.languages]
    if rules.share_a_language and spoken and not frozenset.intersection(*spoken):
        words.append("They share no language.")
    return words
