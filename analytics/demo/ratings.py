"""Skill ratings of the last two years, by the four kinds of rater."""

import random
from datetime import date, timedelta

from analytics.demo import texts
from analytics.demo.drafts import Draft
from analytics.demo.people import Person
from analytics.demo.plan import Plan, weekday_from
from analytics.demo.writing import Scribe
from members.models import Rating, Skill

QUARTERS = 8
SKILLS_EACH = 3
IN_A_QUARTER = 0.5
RATED_IN_CIRCLES = 0.8
# A small organisation rates more of its people, in fewer skills, so that groups are large enough.
LARGE = 5000
RATED_OUTSIDE_SMALL, RATED_OUTSIDE_LARGE = 0.5, 0.08
SKILLS_SMALL = 12
# Levels gained from one rating to the next, and how much kinder or stricter some look.
PACE, PACE_IN_CIRCLES = 0.07, 0.16
SHIFTS = {"self": 0.3, "looking-back": -1.0}


class Raters:
    """Who could rate a person: themselves, their manager, circle mates and facilitators."""

    def __init__(self, drafts: list[Draft]) -> None:
        self.circles: dict[Person, list[Draft]] = {}
        for draft in drafts:
            for seat in draft.seats:
                self.circles.setdefault(seat.person, []).append(draft)

    def of(self, person: Person, day: date, dice: random.Random) -> list[tuple[str, Person]]:
        """Some of those who know the person that day, each once in each part."""
        raters = [("self", person)]
        if person.manager and dice.random() < 0.45:
            raters.append(("manager", person.manager))
        for draft in self.circles.get(person, ()):
            seats = draft.seated(day)
            mates = [seat.person for seat in seats if seat.person is not person]
            if not mates or len(mates) == len(seats):
                continue
            if dice.random() < 0.45:
                raters.append(("peer", dice.choice(mates)))
            if dice.random() < 0.35:
                raters += [
                    ("facilitator", held.person)
                    for held in draft.appointments
                    if held.covers(day) and held.person is not person
                ][:1]
        return list(dict.fromkeys(raters))


def write_ratings(everyone: list[Person], drafts: list[Draft], scribe: Scribe) -> None:
    dice = scribe.dice
    raters = Raters(drafts)
    is_small = scribe.plan.members < LARGE
    skills = [
        scribe.add(Skill, name=name, description=description)
        for name, description in texts.SKILLS[: SKILLS_SMALL if is_small else None]
    ]
    outside = RATED_OUTSIDE_SMALL if is_small else RATED_OUTSIDE_LARGE
    for person in everyone:
        if dice.random() < (RATED_IN_CIRCLES if person in raters.circles else outside):
            levels = {skill: dice.gauss(2.5, 0.7) for skill in dice.sample(skills, SKILLS_EACH)}
            _write_ratings_of(person, levels, raters, scribe)
            scribe.writer.flush_when_full()


def _write_ratings_of(
    person: Person, levels: dict[int, float], raters: Raters, scribe: Scribe
) -> None:
    """The person’s ratings in some quarters, while the levels themselves slowly rise."""
    dice = scribe.dice
    days = _days(person, scribe.plan, dice)
    for place, day in enumerate(days):
        is_end = 0 < place == len(days) - 1 and dice.random() < 0.3
        occasion = "end" if is_end else "pulse" if place else "baseline"
        given = [(*rater, occasion) for rater in raters.of(person, day, dice)]
        if is_end:
            given.append(("self", person, "looking-back"))
        for kind, rater, when in given:
            for skill, level in levels.items():
                scribe.add(
                    Rating,
                    person=person.pk,
                    skill=skill,
                    rater_kind=kind,
                    rater=rater.pk,
                    value=_value(level + SHIFTS.get(when, 0) + SHIFTS.get(kind, 0), dice),
                    on=day,
                    occasion=when,
                    evidence=_evidence(kind, dice),
                )
        joined = person.first_joined
        pace = PACE_IN_CIRCLES if joined and joined < day else PACE
        levels = {skill: level + dice.gauss(pace, 0.1) for skill, level in levels.items()}


def _value(level: float, dice: random.Random) -> int:
    return min(5, max(1, round(level + dice.gauss(0, 0.45))))


def _evidence(kind: str, dice: random.Random) -> str:
    return dice.choice(texts.EVIDENCE) if kind != "self" and dice.random() < 0.2 else ""


def _days(person: Person, plan: Plan, dice: random.Random) -> list[date]:
    """A working day in some of the last quarters in which the person was employed."""
    first = _quarter_start(plan.as_of, back=QUARTERS - 1)
    days = []
    for _ in range(QUARTERS):
        day = weekday_from(first + timedelta(days=dice.randrange(5, 75)))
        if dice.random() < IN_A_QUARTER and person.employed(day) and day < plan.as_of:
            days.append(day)
        first = (first + timedelta(days=95)).replace(day=1)
    return days


def _quarter_start(day: date, *, back: int) -> date:
    """The first day of the quarter so many quarters before the current one."""
    months = day.year * 12 + (day.month - 1) // 3 * 3 - 3 * back
    return date(months // 12, months % 12 + 1, 1)
