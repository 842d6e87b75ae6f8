"""Scores and rules of one circle at a time, however many people there are."""

from collections import Counter
from collections.abc import Collection
from dataclasses import asdict
from typing import Any

from circles.formation.hard import broken
from circles.formation.problem import Problem
from circles.formation.scoring import CircleScore, score_circle, score_person


class Assessor:
    """Answers about circles of a problem's people; each answer looks only at those people."""

    def __init__(self, problem: Problem) -> None:
        self.rules = problem.rules
        self._problem = problem
        self._people = {one.key: one for one in problem.candidates}
        self._latest: tuple[list[int], Problem] = [], Problem((), problem.rules)

    def known(self, keys: Collection[int]) -> list[int]:
        return sorted(key for key in keys if key in self._people)

    def score(self, keys: Collection[int]) -> CircleScore:
        known = self.known(keys)
        return score_circle(self._narrow(known), known) if known else CircleScore(0, {})

    def reasons(self, keys: Collection[int], key: int) -> tuple[float, list[str]]:
        """How well one of these people fits in, 0 to 100, and why."""
        known = self.known(keys)
        if key not in known or len(known) == 1:
            return 0, []
        scored = score_person(self._narrow(known), known, key)
        return scored.total, scored.reasons

    def broken(self, keys: Collection[int], *, may_be_small: bool = False) -> list[str]:
        """The hard rules that a circle of these people breaks, in words.

        On the board a circle may be small for a while: it is being filled, or emptied. This looks
        at everybody in the problem, as who is missing may break a rule too.
        """
        known = self.known(keys)
        return broken(self._problem, known, may_be_small=may_be_small) if known else []

    def theme_of(self, keys: Collection[int]) -> int | None:
        """The theme that most of these people want to grow in, if at least two do."""
        return next(iter(self.themes_of(keys)), None)

    def themes_of(self, keys: Collection[int], most: int = 3) -> list[int]:
        """The themes that at least two of these people want to grow in, the most wanted first."""
        wanted: Counter[int] = Counter()
        for key in self.known(keys):
            wanted.update(self._people[key].wants)
        ranked = sorted(wanted.items(), key=lambda item: (-item[1], item[0]))
        return [theme for theme, number in ranked if number > 1][:most]

    def language_of(self, keys: Collection[int], spoken: Counter[str]) -> str:
        """A language that everybody here takes; of several the one that most speak."""
        named = [one for key in self.known(keys) if (one := self._people[key].languages)]
        shared = frozenset.intersection(*named) if named else frozenset()
        ranked = sorted(shared or spoken, key=lambda code: (-spoken[code], code))
        return ranked[0] if ranked else "en"

    def _narrow(self, keys: list[int]) -> Problem:
        """The problem of these people alone; the last one is kept, as each of them is asked for."""
        if keys != self._latest[0]:
            people = tuple(self._people[key] for key in keys)
            self._latest = keys, Problem(people, self.rules)
        return self._latest[1]


def parts_as_data(score: CircleScore) -> dict[str, Any]:
    """The breakdown as StagedCircle.parts keeps it, without aims that count nothing."""
    return {name: asdict(part) for name, part in score.parts.items()}
