"""When a person is asked how their goals go. Pure: days in, days out."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import NamedTuple

from sessions_app.models.goal import STALE_AFTER

# The first day on which the pages, too, call a goal stale.
FIRST = STALE_AFTER + timedelta(days=1)
AGAIN = timedelta(days=21)
# So long at least lies between two letters to one person.
APART = timedelta(days=14)
# Asked so often without an answer, nobody is asked about that goal until it moves.
TIMES = 2


class Round(NamedTuple):
    """One letter: on which day, about which goals."""

    day: date
    goals: tuple[int, ...]


def rounds(since: Mapping[int, date], told: Iterable[date] = ()) -> list[Round]:
    """The letters that these goals ask for while none of them moves.

    `since` says of each goal the day from which it has been quiet, `told` on which days letters
    went out already. A letter is about all goals that are stale on its day.
    """
    sent = sorted(told)
    asked = {goal: [day for day in sent if day >= quiet + FIRST] for goal, quiet in since.items()}
    last = sent[-1] if sent else None
    found: list[Round] = []
    while waiting := [goal for goal in since if len(asked[goal]) < TIMES]:
        due = [asked[goal][-1] + AGAIN if asked[goal] else since[goal] + FIRST for goal in waiting]
        day = max(min(due), last + APART) if last else min(due)
        goals = tuple(goal for goal in waiting if since[goal] + FIRST <= day)
        for goal in goals:
            asked[goal].append(day)
        found.append(Round(day, goals))
        last = day
    return found
