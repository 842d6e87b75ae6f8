"""Who takes which seat of a circle, and when. Each seat has one holder at a time."""

import random
from datetime import date, timedelta

from analytics.demo.drafts import Draft, Seat
from analytics.demo.people import Crowd, Person
from analytics.demo.plan import Plan, weekday_from

DROPS_OUT = 0.14
COMES_BACK = 0.2
IS_FOLLOWED = 0.5
SEATS_AT_ONCE = 2


def fill(
    draft: Draft, crowd: Crowd, plan: Plan, dice: random.Random, first: tuple[Person, ...] = ()
) -> None:
    """Take people in, the given ones first; let some leave, come back or be followed by others."""
    end = draft.ended_on or plan.as_of
    begun = bool(draft.held)
    for place in range(draft.capacity - draft.free):
        days_before = dice.randint(1, 18 if begun else 35)
        day = min(weekday_from(draft.gathers_on - timedelta(days=days_before)), plan.as_of)
        given = first[place] if place < len(first) else None
        person = given or _newcomer(draft, crowd, day, dice)
        if person:
            seat = _sit(draft, person, day, end)
            if begun and not person.is_cast:
                _follow(draft, seat, crowd, end, dice)
    if hosts := draft.seated(end - timedelta(days=1)):
        dice.choice(hosts).role = "host"


def _sit(draft: Draft, person: Person, day: date, end: date) -> Seat:
    """Hold the seat to the end of the circle, or until the person leaves the organisation."""
    left_on = draft.ended_on
    if person.left_on and person.left_on <= end:
        left_on = person.left_on
    seat = Seat(day, left_on, person)
    draft.seats.append(seat)
    person.seats.append(seat)
    if person.first_joined is None or day < person.first_joined:
        person.first_joined = day
    return seat


def _follow(draft: Draft, seat: Seat, crowd: Crowd, end: date, dice: random.Random) -> None:
    """Perhaps the seat becomes free before the end, and perhaps somebody takes it afterwards."""
    until = seat.end or end
    soonest = seat.start + timedelta(days=21)
    if dice.random() < DROPS_OUT and soonest < until:
        seat.end = soonest + timedelta(days=dice.randrange((until - soonest).days))
    if seat.end is None or seat.end >= end:
        return
    chance = dice.random()
    if chance < COMES_BACK:
        back = weekday_from(seat.end + timedelta(days=dice.randint(30, 70)))
        if back < end and seat.person.employed(back + timedelta(days=14)):
            _sit(draft, seat.person, back, end)
    elif chance < COMES_BACK + IS_FOLLOWED:
        day = weekday_from(seat.end + timedelta(days=dice.randint(2, 25)))
        if day < end and (person := _newcomer(draft, crowd, day, dice)):
            _sit(draft, person, day, end)


def _newcomer(draft: Draft, crowd: Crowd, day: date, dice: random.Random) -> Person | None:
    hired_before = day - timedelta(days=30)
    for _ in range(80):
        person = crowd.someone(draft.place.region, hired_before=hired_before, dice=dice)
        if person is None:
            return None
        if _may_join(person, draft, day):
            return person
    return None


def _may_join(person: Person, draft: Draft, day: date) -> bool:
    """Nobody sits with their manager, in the circle they hold, or in more than two circles."""
    if person.is_cast or not person.employed(day + timedelta(days=14)):
        return False
    if sum(seat.end is None or seat.end > day for seat in person.seats) >= SEATS_AT_ONCE:
        return False
    if any(appointment.person is person for appointment in draft.appointments):
        return False
    return not any(
        person in (seat.person, seat.person.manager) or person.manager is seat.person
        for seat in draft.seats
    )
