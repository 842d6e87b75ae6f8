"""Promotions and other moves, and the rows of the people they lead to.

Who is promoted when is drawn day by day from a hazard that depends on the level, on the time spent
in it and on whether the person has joined a circle. CIRCLE_EFFECT is fiction: we chose it, the
reports find it again, and it says nothing about circles in life.
"""

import math
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from analytics.demo.people import Person, language_of
from analytics.demo.plan import Plan, weekday_from
from analytics.demo.writing import Writer
from members.models import CareerEvent, Member

CIRCLE_EFFECT = 1.4
# Promotions a year for someone between one and two years in the level.
PROMOTIONS_A_YEAR = {1: 0.40, 2: 0.27, 3: 0.16, 4: 0.08, 5: 0.04, 6: 0.01}
# What time in the level does to that: days from which it holds, and the factor.
TIME_IN_LEVEL = ((0, 0.35), (365, 1.0), (730, 1.3), (1460, 0.7))
LATERALS_A_YEAR = 0.05
DEMOTED = 0.008
# One regrading of everybody on level 2 in one area: a change of level that is no promotion.
REGRADED_AREA = "Customer Care"
REGRADED_LEVEL = 2
REGRADED_BEFORE = timedelta(days=600)


@dataclass(frozen=True, slots=True)
class Move:
    """One dated change of somebody's job."""

    on: date
    kind: str
    from_level: int
    to_level: int


def moves_of(person: Person, plan: Plan, dice: random.Random) -> list[Move]:
    """Everything that happened to the person's job until today, or until they left."""
    end = plan.as_of
    if person.left_on and person.left_on < end:
        end = person.left_on
    moves = list(_rises(person, plan, end, dice))
    level = moves[-1].to_level if moves else person.level
    since = moves[-1].on if moves else person.hired_on
    if level > 1 and not person.leads and dice.random() < DEMOTED:
        on = weekday_from(since + timedelta(days=dice.randint(120, 900)))
        if on < end:
            moves.append(Move(on, "demotion", level, level - 1))
    moves += _laterals(person, moves, end, dice)
    return sorted(moves, key=lambda move: move.on)


def _rises(person: Person, plan: Plan, end: date, dice: random.Random) -> Iterator[Move]:
    """Promotions, and the one regrading, in the order of time."""
    level, since, now = person.level, person.hired_on, person.hired_on
    regrading = _regrading_day(person, plan)
    patience = dice.expovariate(1)
    while level in PROMOTIONS_A_YEAR:
        stop = min(end, regrading) if regrading and now < regrading else end
        now, patience = _wait(person, level, since, now, stop, patience)
        if patience <= 0 and (on := weekday_from(now)) < end:
            yield Move(on, "promotion", level, level + 1)
            level, since, now, patience = level + 1, on, on, dice.expovariate(1)
        elif now == regrading and now < end:
            if level == REGRADED_LEVEL:
                yield Move(now, "regrade", level, level + 1)
                level, since = level + 1, now
            regrading = None
        else:
            return


def _wait(
    person: Person, level: int, since: date, now: date, stop: date, patience: float
) -> tuple[date, float]:
    """Let days pass until `stop` or the promotion: the day reached, and what is left to wait."""
    for until, a_year in _stretches(person, level, since, now, stop):
        a_day = a_year / 365.25
        needed = math.ceil(patience / a_day)
        if needed <= (until - now).days:
            return now + timedelta(days=needed), 0
        patience -= a_day * (until - now).days
        now = until
    return stop, patience


def _stretches(
    person: Person, level: int, since: date, now: date, stop: date
) -> Iterator[tuple[date, float]]:
    """The last day of each stretch of constant hazard after `now`, and the hazard in it.

    The day of joining still belongs to the time before: a person is exposed from the next day on.
    """
    joined = person.first_joined
    breaks = {since + timedelta(days=days) for days, _ in TIME_IN_LEVEL} | {stop}
    if joined:
        breaks.add(joined)
    for until in sorted(day for day in breaks if now < day <= stop):
        in_level = (until - since).days
        factor = next(factor for days, factor in reversed(TIME_IN_LEVEL) if days < in_level)
        exposed = joined is not None and joined < until
        yield until, PROMOTIONS_A_YEAR[level] * factor * (CIRCLE_EFFECT if exposed else 1)


def _regrading_day(person: Person, plan: Plan) -> date | None:
    day = (plan.as_of - REGRADED_BEFORE).replace(day=1)
    is_there = person.unit.area.name == REGRADED_AREA and person.hired_on < day
    return day if is_there else None


def _laterals(person: Person, moves: list[Move], end: date, dice: random.Random) -> Iterator[Move]:
    on = person.hired_on
    while True:
        on += timedelta(days=120 + round(dice.expovariate(LATERALS_A_YEAR / 365)))
        day = weekday_from(on)
        if day >= end:
            return
        level = next((move.to_level for move in reversed(moves) if move.on <= day), person.level)
        yield Move(day, "lateral", level, level)


def write_people(everyone: list[Person], plan: Plan, writer: Writer) -> None:
    """Careers decide the level and the title, so both are written here."""
    dice = plan.dice("careers")
    for person in everyone:
        moves = moves_of(person, plan, dice)
        rises = [move for move in moves if move.kind != "lateral"]
        if rises:
            person.level = rises[-1].to_level
        person.pk = writer.add(
            Member,
            password=person.password,
            email=person.email,
            employee_number=person.number,
            name=person.name,
            unit=person.unit.pk,
            job_level=person.level,
            job_title=person.job_title(),
            location=person.place.name,
            manager=person.manager.pk if person.manager else None,
            time_zone=person.place.zone,
            language=language_of(person, dice),
            hired_on=person.hired_on,
            left_on=person.left_on,
            attributes=person.attributes,
            created_at=plan.now,
        )
        for move in moves:
            writer.add(
                CareerEvent,
                person=person.pk,
                on=move.on,
                kind=move.kind,
                from_level=move.from_level,
                to_level=move.to_level,
            )
        writer.flush_when_full()
