"""The hard rules: which ones a circle breaks, in sentences, and the quick test behind them."""

from collections.abc import Iterable, Iterator
from itertools import combinations

from circles.formation import words
from circles.formation.index import Index, Sum
from circles.formation.problem import Problem, Rules


def broken(problem: Problem, keys: Iterable[int], *, may_be_small: bool = False) -> list[str]:
    """A sentence for each rule that these people would break as a circle; people stand as {17}.

    A circle that is being filled or emptied `may_be_small` for a while.
    """
    index, seated = problem.index, sorted(set(keys))
    unknown = [key for key in seated if key not in index.number]
    persons = [index.number[key] for key in seated if key in index.number]
    return [
        *(f"{{{key}}} is not among those to be placed." for key in unknown),
        *broken_by_size(problem.rules, len(seated), may_be_small=may_be_small),
        *_broken_by_pairs(index, persons),
        *_broken_by_separated(index, set(seated)),
        *broken_by_all(index, index.sum_of(persons)),
    ]


def broken_by_size(rules: Rules, size: int, *, may_be_small: bool = False) -> Iterator[str]:
    if size < rules.size_min and not may_be_small:
        yield f"{words.people_are(size)} too few: a circle has at least {rules.size_min}."
    if size > rules.size_max:
        yield f"{words.people_are(size)} too many: a circle has at most {rules.size_max}."


def broken_by_all(index: Index, total: Sum) -> Iterator[str]:
    """What they all must have in common: hours and a language."""
    hours, languages, needed = total[8], total[9], index.rules.overlap_quarters
    common = index.quarters(hours)
    if common < needed:
        yield (
            f"All can meet for {words.hours(common)} a week; it must be at least"
            f" {words.hours(needed)}."
        )
    if languages == 0:
        yield "There is no language common to all."


def _broken_by_pairs(index: Index, persons: list[int]) -> Iterator[str]:
    for one, other in combinations(persons, 2):
        first, second = index.keys[one], index.keys[other]
        if (one, other) in index.reports:
            yield f"{{{first}}} is a manager of {{{second}}}."
        if (other, one) in index.reports:
            yield f"{{{second}}} is a manager of {{{first}}}."
        if (one, other) in index.kept_apart:
            yield f"{{{first}}} and {{{second}}} must not be in one circle."
        if index.rivals[one] & index.rivals[other]:
            yield f"{{{first}}} and {{{second}}} are from competing groups."


def _broken_by_separated(index: Index, seated: set[int]) -> Iterator[str]:
    for pair in dict.fromkeys(tuple(sorted(pair)) for pair in index.rules.together):
        inside = [key for key in pair if key in seated]
        if len(inside) == 1 and all(key in index.number for key in pair):
            outside = pair[1] if inside[0] == pair[0] else pair[0]
            yield f"{{{inside[0]}}} and {{{outside}}} must be in one circle."


def may_sit_together(index: Index, persons: Iterable[int]) -> bool:
    """Whether these people keep every rule but those of size and of pairs to be together."""
    seated: list[int] = []
    total = index.nobody
    for person in persons:
        if total[10] & index.rivals[person] or not index.foes[person].isdisjoint(seated):
            return False
        seated.append(person)
        total = index.plus(total, (person,))
    return total[9] != 0 and index.quarters(total[8]) >= index.rules.overlap_quarters
