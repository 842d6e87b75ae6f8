"""Whether one group may be shown, and why not."""

from collections.abc import Hashable, Iterable, Set
from enum import StrEnum

K = 5
ALIKE_FLOOR = 10
CURVE_FLOOR = 10


class Visibility(StrEnum):
    """What a reader gets to see of a group. Hidden is not the same as empty."""

    SHOWN = "shown"
    HIDDEN_SMALL = "hidden_small"
    HIDDEN_COMPLEMENT = "hidden_complement"
    HIDDEN_ALIKE = "hidden_alike"
    EMPTY = "empty"

    def sentence(self, k: int = K) -> str:
        """The reason, in words for the reader."""
        return {
            Visibility.SHOWN: f"Shown: at least {k} people.",
            Visibility.HIDDEN_SMALL: f"Hidden: fewer than {k} people.",
            Visibility.HIDDEN_COMPLEMENT: "Hidden: showing it would reveal a smaller group.",
            Visibility.HIDDEN_ALIKE: (
                f"Hidden: fewer than {ALIKE_FLOOR} people, who all gave the same answer."
            ),
            Visibility.EMPTY: "No data.",
        }[self]


def judge(people: int, k: int = K) -> Visibility:
    """One group on its own. Raises ValueError for a threshold under `K` or a negative count."""
    return explain(people, k, is_hidden=0 < people < k)


def judge_answers(people_by_answer: Iterable[int], k: int = K) -> Visibility:
    """One group's answers, given how many people chose each: a small unanimous group is hidden.

    Raises ValueError as `judge` does.
    """
    counts = list(people_by_answer)
    refuse_impossible(k, counts)
    people = sum(counts)
    is_unanimous = max(counts, default=0) == people
    if k <= people < ALIKE_FLOOR and is_unanimous:
        return Visibility.HIDDEN_ALIKE
    return judge(people, k)


def keeps_old_figure(published: Set[Hashable], now: Set[Hashable], k: int = K) -> bool:
    """Whether a group changed by so few people that its last published figure has to stay.

    `published` holds the members behind the figure on show, which may be older than last month's.
    Raises ValueError for a threshold under `K`.
    """
    refuse_impossible(k)
    return 0 < len(published ^ now) < k


def curve_floor(k: int = K) -> int:
    """The fewest people at risk for whom a curve is still drawn; ValueError under `K`."""
    refuse_impossible(k)
    return max(k, CURVE_FLOOR)


def explain(people: int, k: int, *, is_hidden: bool) -> Visibility:
    """The state of a group once it is settled whether it is hidden."""
    refuse_impossible(k, [people])
    if not people:
        return Visibility.EMPTY
    if not is_hidden:
        return Visibility.SHOWN
    return Visibility.HIDDEN_SMALL if people < k else Visibility.HIDDEN_COMPLEMENT


def refuse_impossible(k: int, counts: Iterable[int] = ()) -> None:
    if k < K:
        raise ValueError(f"Groups are never shown under {K} people: {k} is too low.")
    for count in counts:
        if count < 0:
            raise ValueError(f"A group cannot have {count} people.")
