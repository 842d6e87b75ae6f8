"""Whether somebody can have joined and left a circle on the days that a row gives."""

import datetime as dt
from collections.abc import Iterator

from analytics.imports.lookups import Employee
from circles.models import Circle


def day_problems(
    joined_on: dt.date, left_on: dt.date | None, circle: Circle, person: Employee
) -> Iterator[str]:
    """What is wrong with the days, each as the sentence that refuses the row."""
    closed_on = circle.ended_on if circle.is_closed else None
    yield from _joining_problems(joined_on, circle, closed_on, person)
    if left_on is not None:
        yield from _leaving_problems(left_on, joined_on, circle, closed_on, person)


def _joining_problems(
    joined_on: dt.date, circle: Circle, closed_on: dt.date | None, person: Employee
) -> Iterator[str]:
    says = f"joined_on: {joined_on} is"
    if joined_on > circle.today:
        yield f"{says} still to come. Correct the day."
    if person.hired_on and joined_on < person.hired_on:
        yield f"{says} before {person} was hired, on {person.hired_on}. Correct one of them."
    if person.left_on and joined_on > person.left_on:
        yield _after_the_job(says, person)
    if closed_on and joined_on > closed_on:
        yield f"{says} after “{circle}” closed, on {closed_on}. Correct the day."


def _leaving_problems(
    left_on: dt.date,
    joined_on: dt.date,
    circle: Circle,
    closed_on: dt.date | None,
    person: Employee,
) -> Iterator[str]:
    says = f"left_on: {left_on} is"
    if left_on > circle.today:
        yield f"{says} still to come. Leave it empty until then."
    if left_on < joined_on:
        yield f"{says} before joined_on, {joined_on}. Correct one of them."
    if person.left_on and left_on > person.left_on:
        yield _after_the_job(says, person)
    if closed_on and left_on > closed_on:
        yield f"{says} after “{circle}” closed, on {closed_on}. Correct the day."


def _after_the_job(says: str, person: Employee) -> str:
    return f"{says} after {person} left the organisation, on {person.left_on}. Correct one of them."
