"""Goals with their check-ins: some move, some stand still, some are reached or let go."""

import random
from datetime import UTC, date, datetime, time, timedelta
from itertools import cycle

from analytics.demo import goal_texts
from analytics.demo.drafts import Draft, Seat
from analytics.demo.people import UNUSABLE_PASSWORD
from analytics.demo.writing import Scribe
from sessions_app.models import CheckIn, Goal

HAS_A_GOAL = 0.88
HAS_ANOTHER = 0.15
IS_PRIVATE = 0.1


def write_goals(draft: Draft, scribe: Scribe) -> None:
    """Goals of those who sit or sat there. Whoever can sign in has theirs told by the story."""
    if not draft.held:
        return
    dice = scribe.dice
    library = [*goal_texts.GOALS[draft.idea.theme], *goal_texts.COMMON_GOALS]
    words = cycle(dice.sample(library, len(library)))
    for seat in draft.seats:
        if seat.person.password != UNUSABLE_PASSWORD:
            continue
        if dice.random() < HAS_A_GOAL:
            _write_goal(draft, seat, next(words), scribe)
        if dice.random() < HAS_ANOTHER:
            _write_goal(draft, seat, next(words), scribe)


def _write_goal(draft: Draft, seat: Seat, title: str, scribe: Scribe) -> None:
    plan, dice = scribe.plan, scribe.dice
    begins = max(seat.start, draft.held[0]) + timedelta(days=dice.randint(0, 16))
    ends = min(seat.end or plan.as_of, plan.as_of)
    if begins >= ends:
        return
    is_over = seat.end is not None and seat.end <= plan.as_of
    state = _state(dice, is_over=is_over)
    silent = 0
    if state == "active" and dice.random() > draft.health.moving:
        silent = dice.randint(23, 70)
    elif not is_over:
        silent = dice.randint(1, 16)
    days = _days(begins, ends - timedelta(days=silent), dice)
    private = dice.random() < IS_PRIVATE
    write_goal(
        scribe,
        owner=seat.person.pk,
        circle=None if private else draft.pk,
        title=title,
        why=dice.choice(goal_texts.WHYS) if dice.random() < 0.5 else "",
        started_on=begins,
        target_on=begins + timedelta(days=dice.choice((90, 120, 180, 240))),
        state=state,
        check_ins=_check_ins(days, state, dice),
    )


def write_goal(
    scribe: Scribe,
    *,
    started_on: date,
    check_ins: list[tuple[date, int, int, str]],
    **goal: object,
) -> None:
    """A goal with its check-ins: day, percent, confidence, note."""
    last_moved_on = check_ins[-1][0] if check_ins else None
    pk = scribe.add(
        Goal,
        started_on=started_on,
        last_moved_on=last_moved_on,
        created_at=_at_nine(started_on),
        **goal,
    )
    for on, percent, confidence, note in check_ins:
        scribe.add(
            CheckIn,
            goal=pk,
            on=on,
            percent=percent,
            confidence=confidence,
            note=note,
            created_at=_at_nine(on),
        )


def _state(dice: random.Random, *, is_over: bool) -> str:
    chance = dice.random()
    if is_over:
        return "reached" if chance < 0.6 else "dropped"
    return "reached" if chance < 0.12 else "dropped" if chance < 0.16 else "active"


def _days(begins: date, last: date, dice: random.Random) -> list[date]:
    """The days of the check-ins, the last one on the given day."""
    days: list[date] = []
    day = last
    while day > begins:
        days.append(day)
        day -= timedelta(days=dice.randint(10, 24))
    return days[::-1]


def _check_ins(
    days: list[date], state: str, dice: random.Random
) -> list[tuple[date, int, int, str]]:
    aim = 100 if state == "reached" else dice.randint(25, 90)
    check_ins, percent, confidence = [], 0, dice.choice((2, 3, 3, 4))
    for number, day in enumerate(days, start=1):
        due = aim * number // len(days)
        moved = due > percent and (dice.random() < 0.8 or number == len(days))
        percent = due // 5 * 5 if moved else percent
        confidence = min(5, max(1, confidence + dice.choice((0, 0, 1) if moved else (-1, 0, 0))))
        is_last = number == len(days)
        if state == "reached" and is_last:
            percent, note = 100, dice.choice(goal_texts.NOTES_REACHED)
        else:
            note = dice.choice(goal_texts.NOTES_MOVING if moved else goal_texts.NOTES_STUCK)
        check_ins.append((day, percent, confidence, note if dice.random() < 0.7 else ""))
    return check_ins


def _at_nine(day: date) -> datetime:
    return datetime.combine(day, time(9), UTC)
