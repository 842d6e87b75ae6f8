"""Whose turn it is: roles go round by what everyone had so far. Pure functions.

Who had a role least for each meeting they were at comes first. A newcomer counts as if they had had
the average so far, so that they neither get everything at once nor nothing for long.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from dateutil.relativedelta import relativedelta

from sessions_app.agenda.matching import cheapest

PRESENTERS = ("presenter", "spotlight", "hot seat", "case giver")
LEADERS = ("host", "chair", "lead", "convener", "facilitator", "timekeeper", "planner")
NEVER = date.min


def presents(role: str) -> bool:
    return role.strip().casefold() in PRESENTERS


def leads(role: str) -> bool:
    return role.strip().casefold() in LEADERS


@dataclass(frozen=True, order=True)
class Post:
    """A role of one meeting; `place` says which of several presenters."""

    role: str
    place: int = 1


@dataclass(frozen=True)
class Record:
    """What one person did in a circle since they joined."""

    person: int
    attended: int = 0
    had: Mapping[str, int] = field(default_factory=dict)
    last: Mapping[str, date] = field(default_factory=dict)
    has_topic: bool = False
    presented_last: bool = False

    def last_time(self, role: str) -> date:
        return self.last.get(role, NEVER)


def choose(posts: Sequence[Post], records: Sequence[Record]) -> dict[Post, int]:
    """Who gets which post. Nobody gets two while somebody has none.

    Where two are equal, it is who had the role longest ago, then who stands first in `records`.
    """
    chosen: dict[Post, int] = {}
    if not records:
        return chosen
    for start in range(0, len(posts), len(records)):
        some = posts[start : start + len(records)]
        costs = _costs(some, records)
        for post, column in zip(some, cheapest(costs), strict=True):
            chosen[post] = records[column].person
    return chosen


def _costs(posts: Sequence[Post], records: Sequence[Record]) -> list[list[int]]:
    """One whole number for each post and person; what counts more always outweighs the rest.

    A waiting topic, then how often they had this role, then how often any, then how long ago. That
    "any" comes second keeps several roles going round at once: who has most still to do goes first.
    """
    all_had = [sum(record.had.values()) for record in records]
    times = [record.attended + len(records) for record in records]
    common = math.lcm(*times)
    roles = {post.role for post in posts}
    days = {role: sorted({record.last_time(role) for record in records}) for role in roles}

    def levels(role: str, place: int) -> list[int]:
        record = records[place]
        each = common // times[place]
        wants = record.has_topic and not record.presented_last
        return [
            int(presents(role) and not wants),
            (record.had.get(role, 0) + 1) * each,
            (all_had[place] + 1) * each,
            days[role].index(record.last_time(role)),
            place,
        ]

    rows = [[levels(post.role, place) for place in range(len(records))] for post in posts]
    weights = _weights(rows)
    return [[sum(map(int.__mul__, weights, said)) for said in row] for row in rows]


def _weights(rows: list[list[list[int]]]) -> list[int]:
    """By what to multiply each level, so that no sum over all posts of a lower one outweighs it."""
    weights = [1]
    for level in range(len(rows[0][0]) - 1, 0, -1):
        most = max(said[level] for row in rows for said in row)
        weights.append(weights[-1] * (most * len(rows) + 1))
    return weights[::-1]


@dataclass(frozen=True)
class PastTurn:
    """That somebody had a role in an earlier meeting; `by_hand` if someone chose them for it."""

    role: str
    person: int
    held_on: date
    by_hand: bool = False


def holders(
    turns: Iterable[PastTurn], *, months: int, on: date, people: Iterable[int]
) -> dict[str, int]:
    """Who keeps a role on that day, where it is held for a term of months.

    A term begins with the first turn, or when somebody is chosen by hand; whoever else had the role
    meanwhile stood in. It ends with the months, or when its holder leaves. `turns` are oldest
    first.
    """
    here = set(people)
    terms: dict[str, tuple[int, date]] = {}
    for turn in turns:
        if turn.person not in here:
            continue
        now = terms.get(turn.role)
        is_over = now is None or turn.held_on >= now[1] + relativedelta(months=months)
        if is_over or (turn.by_hand and now is not None and now[0] != turn.person):
            terms[turn.role] = (turn.person, turn.held_on)
    return {
        role: person
        for role, (person, since) in terms.items()
        if on < since + relativedelta(months=months)
    }
