"""Invents people to form circles of, believable and the same for the same seed."""

import random
from dataclasses import replace

from circles.formation.problem import Candidate, Problem, Rules

# Hours ahead of UTC in winter, whether summer time is kept, its share, and its own language.
ZONES = (
    (-8, True, 6, "en"),
    (-6, True, 8, "en"),
    (-5, True, 14, "en"),
    (-3, False, 6, "pt"),
    (0, True, 14, "en"),
    (1, True, 22, "de"),
    (2, True, 6, "ro"),
    (3, False, 3, "tr"),
    (5.5, False, 10, "en"),
    (8, False, 5, "en"),
    (9, False, 3, "ja"),
    (10, True, 3, "en"),
)
UNITS, LEVELS, THEMES = 40, 8, 30
WEEK = 672
RULES = Rules(size_min=5, size_max=8, size_best=7, overlap_quarters=8)


def invent(count: int, *, seed: int, rules: Rules = RULES) -> Problem:
    """So many people out of three times as many, with about one pair rule for every hundred."""
    dice = random.Random(seed)  # noqa: S311 - invented people need no secrecy
    everybody = 3 * count + 100
    levels = sorted((_level(dice) for _ in range(everybody)), reverse=True)
    managers = [_manager(dice, levels, key) for key in range(everybody)]
    enrolled = sorted(dice.sample(range(everybody), count))
    people = tuple(_person(dice, key, levels[key], managers) for key in enrolled)
    pairs = [dice.sample(people, 2) for _ in range(count // 100)]
    fitting = [(one.key, other.key) for one, other in pairs if _could_sit_together(one, other)]
    half = len(fitting) // 2
    return Problem(
        people, replace(rules, together=tuple(fitting[:half]), apart=tuple(fitting[half:]))
    )


def _level(dice: random.Random) -> int:
    return dice.choices(range(LEVELS), weights=[30, 24, 18, 12, 8, 5, 2, 1])[0]


def _manager(dice: random.Random, levels: list[int], key: int) -> int | None:
    """Somebody before in the list, which is sorted by level: a level or two above."""
    above = [one for one in range(max(0, key - 400), key) if levels[one] > levels[key]]
    return dice.choice(above) if above else None


def _person(dice: random.Random, key: int, level: int, managers: list[int | None]) -> Candidate:
    offset, summer, _, language = dice.choices(ZONES, weights=[zone[2] for zone in ZONES])[0]
    hours = _hours(dice)
    masks = (_mask(hours, offset), _mask(hours, offset + summer))
    above: list[int] = []
    manager = managers[key]
    while manager is not None and len(above) < 3:
        above.append(manager)
        manager = managers[manager]
    popular = [1 / (2 + theme) for theme in range(THEMES)]
    return Candidate(
        key=key,
        managers=tuple(above),
        hours=() if dice.random() < 0.1 else masks,
        languages=_languages(dice, language),
        wants=frozenset(dice.choices(range(THEMES), weights=popular, k=dice.randint(1, 3))),
        offers=frozenset(dice.choices(range(THEMES), k=dice.randint(0, 4))),
        unit=dice.randrange(UNITS),
        level=level,
        apart=(f"company {dice.randrange(20)}" if dice.random() < 0.06 else None,),
        kinds=(dice.choices(["one", "another", None], weights=[35, 55, 10])[0],),
    )


def _hours(dice: random.Random) -> list[int]:
    """15 to 45 hours of the person's own week, in blocks of working days."""
    first, length = dice.randint(8, 11), dice.randint(5, 9)
    days = sorted(dice.sample(range(5), dice.randint(3, 5)))
    return [24 * day + hour for day in days for hour in range(first, first + length)]


def _mask(hours: list[int], offset: float) -> int:
    starts = (4 * hour - round(4 * offset) for hour in hours)
    return sum(1 << ((start + quarter) % WEEK) for start in starts for quarter in range(4))


def _languages(dice: random.Random, own: str) -> frozenset[str]:
    drawn = dice.random()
    if drawn < 0.1:
        return frozenset()
    return frozenset({own} if drawn < 0.2 else {own, "en"})


def _could_sit_together(one: Candidate, other: Candidate) -> bool:
    """So that hardly any pair contradicts the other rules."""
    common = all(
        (mine & theirs).bit_count() >= 16
        for mine, theirs in zip(one.hours, other.hours, strict=False)
    )
    speak = not one.languages or not other.languages or one.languages & other.languages
    managed = one.key in other.managers or other.key in one.managers
    return common and bool(speak) and not managed
