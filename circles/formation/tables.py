"""How each aim turns counts into a share between 0 and 1, as tables that already hold weights."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from circles.formation.problem import Rules

MOST = 32
WEEK = 672
POWERS = 4
# Where people can all meet three times as long as they must, and six hours, it is comfortable.
COMFORTABLE_TIMES, COMFORTABLE_QUARTERS = 3, 24


def theme_share(wanters: int, shared: int) -> float:
    return shared / wanters


def mix_share(known: int, distinct: int) -> float:
    """0 where all are alike, 1 where no two are."""
    return (distinct - 1) / (known - 1)


def powers_share(powers: int) -> float:
    """1 where position, expertise, connections and authority are all there."""
    return min(1.0, powers / POWERS)


def size_share(people: int, rules: Rules) -> float:
    """1 at the best size, falling evenly, and still above 0 at the smallest and the largest."""
    reach = max(rules.size_best - rules.size_min, rules.size_max - rules.size_best) + 1
    return max(0.0, 1 - abs(people - rules.size_best) / reach)


def hours_share(quarters: int, rules: Rules) -> float:
    enough = max(COMFORTABLE_TIMES * rules.overlap_quarters, COMFORTABLE_QUARTERS)
    return min(1.0, quarters / min(enough, WEEK))


class Tables:
    """Shares times weights by count; a weight of 0 stands where an aim does not apply."""

    def __init__(self, rules: Rules) -> None:
        weights = {aim: float(weight) for aim, weight in rules.weights.items()}
        self.theme_weight = weights.get("theme", 0.0)
        self.exchange_weight = weights.get("exchange", 0.0)
        self.alone_weight = weights.get("not_alone", 0.0)
        self.powers_weight = weights.get("powers", 0.0)
        self.hours_weight = weights.get("hours", 0.0)
        self.theme = [
            [self.theme_weight * theme_share(wanters, shared) for shared in range(MOST)]
            if wanters
            else []
            for wanters in range(MOST)
        ]
        self.units, self.units_weight = _mix(weights.get("units", 0.0))
        self.levels, self.levels_weight = _mix(weights.get("levels", 0.0))
        self.powers = [self.powers_weight * powers_share(count) for count in range(MOST)]
        self.hours = [self.hours_weight * hours_share(count, rules) for count in range(WEEK + 1)]
        size = weights.get("size", 0.0)
        self.size = [(size * size_share(people, rules), size) for people in range(MOST)]


def _mix(weight: float) -> tuple[list[list[float]], list[float]]:
    shares = [
        [
            weight * mix_share(known, distinct) if known > 1 and distinct else 0.0
            for distinct in range(MOST)
        ]
        for known in range(MOST)
    ]
    return shares, [weight if known > 1 else 0.0 for known in range(MOST)]
