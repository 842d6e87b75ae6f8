"""How it went for people, months after they joined: some answered, some would rather not."""

from datetime import timedelta

from analytics.demo.drafts import Draft, Seat
from analytics.demo.promises import at_noon
from analytics.demo.writing import Scribe
from circles.follow_ups.moments import Moment, moments
from circles.models import OutcomeFollowUp
from circles.models.membership import LONG_ENOUGH

ANSWERS, SKIPS = 0.4, 0.06
COMMENTS = (
    "I ask for feedback before the review now, and not after it.",
    "The half hour on my case was worth a month of thinking alone.",
    "Nothing on paper yet, but I am asked for more.",
    "I said no to two things. That was new.",
    "Somebody in the circle pointed me to the opening.",
)
CHANGES, WEIGHTS = ("less", "same", "more", "none"), (8, 50, 30, 12)


def write_follow_ups(draft: Draft, scribe: Scribe) -> None:
    """What the people of a circle that met said so far. Who can sign in has the open one to do."""
    if not draft.held:
        return
    today, seen = scribe.plan.as_of, set()
    for seat in draft.seats:
        lasted = (seat.end or today) - seat.start
        if seat.person in seen or lasted < LONG_ENOUGH:
            continue
        seen.add(seat.person)
        for moment in moments(seat.start):
            is_open = moment.on <= today < moment.until
            if moment.on > today or not seat.person.employed(moment.on):
                break
            if not (is_open and seat.person.is_cast):
                _write_one(seat, moment, scribe)


def _write_one(seat: Seat, moment: Moment, scribe: Scribe) -> None:
    dice = scribe.dice
    day = min(moment.on + timedelta(days=dice.randint(0, 14)), scribe.plan.as_of)
    at = min(at_noon(day), scribe.plan.now)
    row = {"membership": seat.pk, "person": seat.person.pk, "months": moment.months}
    luck = dice.random()
    if luck < SKIPS:
        scribe.add(OutcomeFollowUp, **row, skipped_at=at)
    elif luck < SKIPS + ANSWERS or seat.person.is_cast:
        people, budget, breadth = dice.choices(CHANGES, WEIGHTS, k=3)
        scribe.add(
            OutcomeFollowUp,
            **row,
            answered_at=at,
            people=people,
            budget=budget,
            breadth=breadth,
            helped_people=_helped(people, scribe),
            helped_budget=_helped(budget, scribe),
            helped_breadth=_helped(breadth, scribe),
            comment=dice.choice(COMMENTS) if dice.random() < 0.2 else "",
        )


def _helped(change: str, scribe: Scribe) -> int | None:
    if change == "none":
        return None
    return 0 if change == "same" else scribe.dice.choices((1, 2, 3, 4, 5), (8, 17, 30, 30, 15))[0]
