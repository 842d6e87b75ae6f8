from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from circles.actions.circles import NAME_TAKEN
from circles.actions.locks import locked
from circles.actions.moving import move_seat
from circles.actions.refusals import CannotChange, name_must_be_free
from circles.actions.renewals import begin_next_term
from circles.actions.seating import settle
from circles.models import Circle, Lineage
from circles.reminders import changes
from members.actions import record
from members.models import Member
from notifications import planner

Stage = Circle.Stage
FEWEST = 3
DIVISIBLE = (Stage.RECRUITING, Stage.FORMING, Stage.ACTIVE, Stage.RENEWAL)
# What the new circle has of the old one, besides its themes.
INHERITED = (
    "programme_id", "format_version_id", "purpose", "capacity", "time_zone", "visibility",
    "language", "where", "place", "meets_weekday", "meets_at", "parent_id",
)  # fmt: skip


@dataclass(frozen=True)
class Division:
    """Who goes to the new circle: seats by key, and appointments by key on each side."""

    moving: Collection[int]
    held_old: Collection[int] = ()
    held_new: Collection[int] = ()


def obstacle_to_splitting(circle: Circle) -> str:
    """Why the circle cannot be divided, whoever goes where; nothing if it can."""
    if circle.stage not in DIVISIBLE:
        return f"A circle that is {circle.get_stage_display().lower()} cannot be divided."
    if circle.closes_on:
        return "Its closing round is open. Cancel that first."
    if circle.renewal_votes.open().exists():
        return "The circle votes on its future now. Wait for the outcome."
    if circle.memberships.current().count() < 2 * FEWEST:
        return f"Each side needs at least {FEWEST} people."
    return ""


@transaction.atomic
def split_circle(circle: Circle, *, name: str, division: Division, by: Member) -> Circle:
    """Divide the members into two circles today, and return the new one, which begins forming.

    The old circle goes on with the rest, and from renewal into another term. Nothing of its history
    moves. Whoever moves keeps what they could read there until today. Raises CannotChange if
    it cannot be divided, if fewer than three people are on a side, if somebody who should move has
    no seat any more, or if the name is taken.
    """
    circle = locked(circle.pk)
    if obstacle := obstacle_to_splitting(circle):
        raise CannotChange(obstacle)
    seats = list(circle.memberships.current().select_related("person"))
    moving = [seat for seat in seats if seat.pk in division.moving]
    if len(moving) != len(set(division.moving)):
        raise CannotChange("The circle has changed in the meantime. Look at who is where again.")
    if min(len(moving), len(seats) - len(moving)) < FEWEST:
        raise CannotChange(f"Each side needs at least {FEWEST} people.")
    new = _new_circle(circle, name)
    for seat in moving:
        move_seat(seat, new, day=circle.today)
    _divide_appointments(circle, new, division, by)
    Lineage.objects.create(
        ancestor=circle, descendant=new, kind=Lineage.Kind.SPLIT, on=circle.today
    )
    if circle.stage == Stage.RENEWAL:
        begin_next_term(circle)
    settle(circle)
    changes.tell_of_split(circle, new)
    planner.keep("circle", [circle.pk, new.pk])
    record(by, "split circle", circle, circle=circle.pk, new=new.pk)
    return new


def _new_circle(circle: Circle, name: str) -> Circle:
    same: dict[str, Any] = {field: getattr(circle, field) for field in INHERITED}
    with name_must_be_free(NAME_TAKEN):
        new = Circle.objects.create(name=name, stage=Stage.FORMING, **same)
    new.themes.set(circle.themes.all())
    return new


def _divide_appointments(circle: Circle, new: Circle, division: Division, by: Member) -> None:
    for held in circle.facilitations.current():
        if held.pk in division.held_new:
            new.facilitations.create(
                person_id=held.person_id, appointed_on=circle.today, appointed_by=by
            )
        if held.pk not in division.held_old:
            held.ended_on = max(circle.today, held.appointed_on)
            held.save(update_fields=["ended_on"])
