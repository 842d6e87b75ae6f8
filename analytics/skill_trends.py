"""The skill report: mean levels by skill and quarter, one rater kind at a time.

Rater kinds are never averaged together. A person rated several times in a quarter counts once, with
their mean. People recur across quarters and skills, so cells overlap and no totals are shown: each
is judged on its own.
"""

from dataclasses import dataclass
from datetime import date
from math import sqrt
from typing import NamedTuple

from dateutil.relativedelta import relativedelta
from django.db import connection

from analytics import privacy
from analytics.privacy import Visibility

QUARTERS = 8
Z = 1.959963984540054

CELLS = """
    WITH person_mean AS (
        SELECT rater_kind, skill_id, date_trunc('quarter', "on")::date AS quarter, person_id,
            avg(value) AS value
        FROM members_rating
        WHERE "on" >= %(since)s AND "on" <= %(as_of)s
        GROUP BY 1, 2, 3, 4
    )
    SELECT rater_kind, skill.name, quarter, count(*), avg(value)::float,
        coalesce(stddev_samp(value), 0)::float, max(value) = min(value), array_agg(person_id)
    FROM person_mean JOIN members_skill skill ON skill.id = skill_id
    GROUP BY 1, 2, 3
"""


class CellKey(NamedTuple):
    """Where a cell stands: who rated, which skill, and the first day of the quarter."""

    rater_kind: str
    skill: str
    quarter: date


@dataclass(frozen=True)
class Cell:
    """People rated in one skill in one quarter: their mean level, its 95 % interval, who they are.

    The interval is the normal approximation for a mean of people's means, kept within 1 to 5.
    """

    visibility: Visibility
    people: int
    mean: float
    low: float
    high: float
    person_ids: frozenset[int]


def quarters_until(as_of: date) -> list[date]:
    """First days of the last eight quarters, the one that holds `as_of` last."""
    current = as_of.replace(month=(as_of.month - 1) // 3 * 3 + 1, day=1)
    return [current - relativedelta(months=3 * back) for back in reversed(range(QUARTERS))]


def skill_cells(as_of: date, *, k: int = privacy.K) -> dict[CellKey, Cell]:
    """Every cell that has ratings, shown or hidden. Raises ValueError for a threshold under 5."""
    with connection.cursor() as cursor:
        cursor.execute(CELLS, {"since": quarters_until(as_of)[0], "as_of": as_of})
        return {CellKey(*row[:3]): _cell(*row[3:], k=k) for row in cursor.fetchall()}


def _cell(
    people: int, mean: float, deviation: float, is_alike: bool, person_ids: list[int], *, k: int
) -> Cell:
    answers = [people] if is_alike else [people - 1, 1]
    half = Z * deviation / sqrt(people)
    return Cell(
        visibility=privacy.judge_answers(answers, k),
        people=people,
        mean=mean,
        low=max(1.0, mean - half),
        high=min(5.0, mean + half),
        person_ids=frozenset(person_ids),
    )
