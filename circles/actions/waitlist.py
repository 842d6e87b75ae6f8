from django.db import transaction
from django.utils import timezone

from circles.actions.locks import locked
from circles.actions.seating import (
    end_offers,
    free_seats,
    in_line,
    obstacle_to_joining,
    settle,
    what_they_have,
)
from circles.models import Circle, Entry, Membership, WaitlistEntry
from circles.reminders.demand import plan_demand
from members.models import Member

NO_LINE = {
    Entry.APPLY: "In this circle one asks for a seat first. Who is accepted gets a place in line.",
    Entry.INVITE: "People get a seat in this circle by invitation.",
}


class CannotWait(Exception):
    """Why the person gets no place in line, in words meant for them."""


@transaction.atomic
def join_waitlist(
    circle: Circle, *, person: Member, moves_from: Membership | None = None
) -> WaitlistEntry:
    """Put the person at the end of the line of a full circle, or raise CannotWait.

    Who waits already keeps their place.
    """
    circle = locked(circle.pk)
    settle(circle)
    if entry := circle.waitlist.waiting().of(person).first():
        return entry
    if obstacle := _obstacle_to_waiting(circle, person):
        raise CannotWait(obstacle)
    return add_to_line(circle, person, moves_from)


def _obstacle_to_waiting(circle: Circle, person: Member) -> str:
    no_way_in = NO_LINE.get(circle.way_in, "")
    if obstacle := what_they_have(circle, person) or obstacle_to_joining(circle, person):
        return obstacle
    if no_way_in:
        return no_way_in
    if free_seats(circle) > 0 and not in_line(circle).exists():
        return "There is a free seat: you do not have to wait."
    return ""


def add_to_line(
    circle: Circle, person: Member, moves_from: Membership | None = None
) -> WaitlistEntry:
    """A place at the end of the line. The circle must be locked, and the person not in it."""
    entry = circle.waitlist.create(person=person, moves_from=moves_from)
    plan_demand(circle)
    return entry


@transaction.atomic
def leave_waitlist(circle: Circle, *, person: Member) -> bool:
    """Give up the place in line, and the seat that it may hold; return whether there was one."""
    circle = locked(circle.pk)
    end_offers(circle.offers.open().of(person).filter(reason="waitlist"), "declined")
    entries = circle.waitlist.waiting().of(person).order_by()
    left = bool(entries.update(ended_at=timezone.now(), end=WaitlistEntry.End.LEFT))
    settle(circle)
    return left
