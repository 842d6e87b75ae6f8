from typing import Any

from django.db import transaction

from circles.actions.applications import apply_for_seat
from circles.actions.locks import both_locked
from circles.actions.offers import take_and_give_up
from circles.actions.seating import free_seats, in_line, obstacle_to_joining, settle
from circles.actions.waitlist import join_waitlist
from circles.models import Application, Circle, Entry, Membership, WaitlistEntry
from members.models import Member

Moved = Membership | Application | WaitlistEntry


class CannotMove(Exception):
    """Why the person stays where they are, in words meant for them."""


def ask_to_move(
    seat: Membership, to: Circle, *, answers: list[dict[str, Any]] | None = None
) -> Moved:
    """Move to another circle of the programme, or ask for it, as that circle's way in demands.

    Returns the new seat where one is free; else the application, or the place in line. The old seat
    is kept until there is a new one, and ends in the same moment. Raises CannotMove, CannotApply or
    CannotWait.
    """
    if to.pk == seat.circle_id:
        raise CannotMove("You are in this circle already.")
    if to.programme_id != seat.circle.programme_id:
        raise CannotMove("One moves only between circles of the same programme.")
    if to.way_in == Entry.INVITE:
        raise CannotMove("People get a seat in that circle by invitation.")
    if to.way_in == Entry.APPLY:
        return apply_for_seat(to, person=seat.person, answers=answers or [], moves_from=seat)
    return _move(seat, to, seat.person) or join_waitlist(to, person=seat.person, moves_from=seat)


@transaction.atomic
def _move(seat: Membership, to: Circle, person: Member) -> Membership | None:
    """The new seat; nothing if none is free. Both circles are locked, so neither is lost."""
    circles = both_locked(seat.circle_id, to.pk)
    circle = circles[to.pk]
    if new := circle.memberships.current().of(person).first():
        return new
    if not Membership.objects.current().filter(pk=seat.pk).exists():
        raise CannotMove("You no longer have the seat you want to move from.")
    if obstacle := obstacle_to_joining(circle, person):
        raise CannotMove(obstacle)
    settle(circle)
    held_for_them = circle.offers.open().of(person).exists()
    if not held_for_them and (free_seats(circle) <= 0 or in_line(circle).exists()):
        return None
    return take_and_give_up(circles, circle, person, seat)
