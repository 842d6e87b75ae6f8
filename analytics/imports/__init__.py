"""Reads HR's files, decides row by row what they would do, and does it: all of it or nothing.

`make_plan` checks a file and only reads the database; `Plan.write` then writes, in the caller's
transaction. The same code serves the pages, the commands and the tests.
"""

from typing import BinaryIO

from analytics.imports.career_events import CareerEventsPlan
from analytics.imports.circles import CirclesPlan
from analytics.imports.memberships import MembershipsPlan
from analytics.imports.people import PeoplePlan
from analytics.imports.plan import Outcome, Plan, Progress, batches
from analytics.imports.ratings import RatingsPlan
from analytics.imports.reading import FileRefused, Table
from analytics.models import DataImport
from members.models import Member

__all__ = ["PLANS", "FileRefused", "Outcome", "Plan", "Progress", "make_plan", "open_table"]

Kind = DataImport.Kind

PLANS: dict[str, type[Plan]] = {
    Kind.PEOPLE: PeoplePlan,
    Kind.CAREER_EVENTS: CareerEventsPlan,
    Kind.CIRCLES: CirclesPlan,
    Kind.MEMBERSHIPS: MembershipsPlan,
    Kind.RATINGS: RatingsPlan,
}


def open_table(kind: str, file: BinaryIO) -> Table:
    """The table in the file. Raises FileRefused if it cannot be one of this kind."""
    columns = PLANS[kind].columns
    return Table(
        file,
        known=[column.name for column in columns],
        required=[column.name for column in columns if column.is_required],
    )


def make_plan(
    kind: str,
    file: BinaryIO,
    *,
    by: Member | None = None,
    locked: bool = False,
    begin: Progress = lambda _rows: None,
    progress: Progress = lambda _rows: None,
) -> Plan:
    """Check the whole file: what each row would add or change, or why it is refused.

    `begin` hears how many rows there are, `progress` how many are checked. With `locked`, in a
    transaction, what was checked cannot change until it ends. Raises FileRefused.
    """
    table = open_table(kind, file)
    plan = PLANS[kind](table, by=by, locked=locked)
    begin(table.measure())
    checked = 0
    for rows in batches(table.rows()):
        plan.check(rows)
        checked += len(rows)
        progress(checked)
    plan.finish()
    return plan
