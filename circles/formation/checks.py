"""What can be said before circles are formed: how many there will be, and what cannot work."""

from dataclasses import dataclass, field

from circles.formation.pairs import contradictions
from circles.formation.reading import managers_of, people_for
from circles.formation.setup import SetUp
from circles.formation.wording import worded
from circles.models import Formation, PairRule, Wishes
from members.words import count_in_words


@dataclass(frozen=True)
class Check:
    """What awaits a formation, in words. With an obstacle it cannot start."""

    people: int
    headline: str
    remarks: list[str] = field(default_factory=list)
    obstacles: list[str] = field(default_factory=list)


def check(formation: Formation) -> Check:
    """Look at who is enrolled and at the rules, without forming anything."""
    chosen = SetUp.read(formation.rules)
    keys = list(people_for(formation).values_list("pk", flat=True))
    people = count_in_words(len(keys), one="person", many="people")
    if len(keys) < chosen.size_min:
        wait = "waits" if len(keys) == 1 else "wait"
        too_few = (
            f"{_capital(people)} {wait} for a circle, and the smallest circle has"
            f" {chosen.size_min}. Let more people enrol, or allow smaller circles."
        )
        return Check(len(keys), f"{_capital(people)} enrolled", obstacles=[too_few])
    return Check(
        people=len(keys),
        headline=f"{_capital(people)} enrolled: {_circles(chosen, len(keys))}",
        remarks=_remarks(chosen, keys),
        obstacles=_contradictions(formation, chosen, keys),
    )


def _circles(chosen: SetUp, people: int) -> str:
    fewest, most = chosen.circles_of(people)
    sizes = f"{chosen.size_min} to {chosen.size_max}"
    if chosen.size_min == chosen.size_max:
        sizes = str(chosen.size_min)
    number = f"{fewest} to {most}" if fewest != most else str(most)
    return f"{number} {'circle' if most == 1 else 'circles'} of {sizes}"


def _remarks(chosen: SetUp, keys: list[int]) -> list[str]:
    remarks = []
    if left_over := chosen.left_over(len(keys)):
        people = count_in_words(left_over, one="person", many="people")
        remarks.append(
            f"At least {people} will be left over: the sizes do not add up to {len(keys)}. Other"
            " sizes would."
        )
    silent = len(keys) - Wishes.objects.with_hours().filter(person__in=keys).count()
    if silent and chosen.overlap_hours:
        people = count_in_words(silent, one="person", many="people")
        remarks.append(f"{_capital(people)} named no hours: any hour counts as fine for them.")
    return remarks


def _contradictions(formation: Formation, chosen: SetUp, keys: list[int]) -> list[str]:
    here = set(keys)
    pairs: dict[str, list[tuple[int, int]]] = {"together": [], "apart": []}
    rules = PairRule.objects.filter(programme=formation.programme_id)
    for kind, one, other in rules.values_list("kind", "one", "other"):
        if {one, other} <= here:
            pairs[kind].append((one, other))
    named = sorted({key for pair in pairs["together"] for key in pair})
    managers = managers_of(named, chosen.manager_depth)
    return worded(
        contradictions(
            pairs["together"], pairs["apart"], managers=managers, size_max=chosen.size_max
        )
    )


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
