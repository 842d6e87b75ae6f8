"""Spells: one person from an index date to promotion, leaving or the end of the record, from SQL.

The database aggregates: it answers with people counted by unit, duration and outcome. What counts
as a spell, and which event wins, is as in `survival.spell`, which is the reference in the tests.
"""

from collections.abc import Iterator
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from django.db import connection


class Index(StrEnum):
    """The day a spell begins."""

    HIRED = "hired"
    JOINED = "joined"


# Exposed from the day after joining: a promotion on the day of joining is not the circle's.
INDEX_DATES = {
    Index.HIRED: (
        "SELECT id AS person_id, hired_on AS index_on FROM members_member"
        " WHERE hired_on <= %(as_of)s",
        ">=",
    ),
    Index.JOINED: (
        "SELECT person_id, min(joined_on) AS index_on FROM circles_membership"
        " WHERE joined_on <= %(as_of)s GROUP BY person_id",
        ">",
    ),
}

SPELLS = """
    WITH started AS ({index_dates}),
    dated AS (
        SELECT person.id AS person_id, person.unit_id, started.index_on,
            (SELECT min(event."on") FROM members_careerevent event
              WHERE event.person_id = person.id AND event.kind = 'promotion'
                AND event."on" {after} started.index_on) AS promoted_on,
            CASE WHEN person.left_on <= %(as_of)s THEN person.left_on END AS left_on,
            LEAST(person.observed_until, %(as_of)s) AS until
        FROM started JOIN members_member person ON person.id = started.person_id
    ),
    spell AS (
        SELECT *, LEAST(promoted_on, left_on, until) AS end_on FROM dated
    )
    SELECT unit_id, end_on - index_on AS days,
        CASE end_on WHEN promoted_on THEN 1 WHEN left_on THEN 2 ELSE 0 END AS outcome,
        {answer}
    FROM spell WHERE end_on >= index_on
"""


class Count(NamedTuple):
    """So many people of a unit whose spell lasted so many days and ended so."""

    unit: int | None
    days: int
    outcome: int
    people: int


def spell_counts(index: Index, as_of: date) -> list[Count]:
    """Everyone with a spell, counted by their own unit, duration and outcome.

    Events after `as_of` do not count. Who has no record from their index date on has no spell.
    """
    with connection.cursor() as cursor:
        cursor.execute(_sql(index, "count(*)") + " GROUP BY 1, 2, 3", {"as_of": as_of})
        return [Count(*row) for row in cursor.fetchall()]


def spell_people(index: Index, as_of: date) -> Iterator[tuple[int | None, int]]:
    """(unit, person) of everyone with a spell, to tell how groups change between snapshots."""
    with connection.cursor() as cursor:
        cursor.execute(_sql(index, "person_id"), {"as_of": as_of})
        for unit, _, _, person in cursor.fetchall():
            yield unit, person


def _sql(index: Index, answer: str) -> str:
    index_dates, after = INDEX_DATES[index]
    return SPELLS.format(index_dates=index_dates, after=after, answer=answer)


class RaiseTogether(NamedTuple):
    """Many people of one unit promoted on one day: perhaps a regrading recorded as promotions."""

    unit: str
    on: date
    people: int
    share: float


# A few promotions on one day are an ordinary day; a small unit makes any of them 5 %.
TOGETHER_PEOPLE, TOGETHER_SHARE = 20, 0.05


def promoted_together(as_of: date) -> list[RaiseTogether]:
    """Days on which at least 20 people, and 5 %, of a unit were promoted, largest share first."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH size AS (
                SELECT unit_id, count(*) AS people FROM members_member
                WHERE unit_id IS NOT NULL GROUP BY unit_id
            )
            SELECT unit.path, event."on", count(DISTINCT person.id),
                count(DISTINCT person.id)::float / size.people
            FROM members_careerevent event
            JOIN members_member person ON person.id = event.person_id
            JOIN size ON size.unit_id = person.unit_id
            JOIN members_unit unit ON unit.id = person.unit_id
            WHERE event.kind = 'promotion' AND event."on" <= %s
            GROUP BY unit.path, event."on", size.people
            HAVING count(DISTINCT person.id) >= %s
                AND count(DISTINCT person.id) >= %s * size.people
            ORDER BY 4 DESC, 1, 2
            """,
            [as_of, TOGETHER_PEOPLE, TOGETHER_SHARE],
        )
        return [RaiseTogether(*row) for row in cursor.fetchall()]
