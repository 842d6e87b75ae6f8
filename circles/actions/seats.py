from django.db import transaction

from circles.actions.locks import locked
from circles.actions.offers import CannotAccept, accept_offer
from circles.actions.seating import (
    end_seat,
    free_seats,
    in_line,
    obstacle_to_joining,
    seat_left_today,
    seat_person,
    settle,
)
from circles.models import Circle, Entry, Membership
from members.models import Member
from notifications import planner

__all__ = [
    "CannotJoin",
    "join_circle",
    "leave_circle",
    "obstacle_to_joining",
    "seat_freed",
    "seat_of_leaver_ended",
]

NO_WAY_IN = {
    Entry.APPLY: "In this circle one asks for a seat first.",
    Entry.INVITE: "People get a seat in this circle by invitation.",
}
TAKEN = "The last seat has just been taken."
HELD = "Every free seat is held for someone who was offered it."
LINE = "People wait in line for this circle, and a free seat goes to them first."


class CannotJoin(Exception):
    """Why there is no seat, in words meant for the person who asked."""


def join_circle(circle: Circle, *, person: Member) -> Membership:
    """Seat the person, or raise CannotJoin. Joining twice changes nothing.

    Who left today gets the same seat back, as if they had stayed; who is offered a seat takes that
    one. The circle never holds more people than its capacity, no seat that is held for another is
    taken, and nobody passes those who wait in line.
    """
    offer = circle.offers.open().of(person).first()
    if offer is None:
        return _join(circle, person)
    try:
        return accept_offer(offer)
    except CannotAccept as reason:
        raise CannotJoin(str(reason)) from reason


@transaction.atomic
def _join(circle: Circle, person: Member) -> Membership:
    # Lock the circle, so that two people cannot both take the last seat.
    circle = locked(circle.pk)
    if seat := circle.memberships.current().of(person).first():
        return seat
    if obstacle := obstacle_to_joining(circle, person):
        raise CannotJoin(obstacle)
    if circle.way_in in NO_WAY_IN and not seat_left_today(circle, person):
        raise CannotJoin(NO_WAY_IN[circle.way_in])
    settle(circle)
    if free_seats(circle) <= 0:
        raise CannotJoin(HELD if circle.memberships.current().count() < circle.capacity else TAKEN)
    if in_line(circle).exists():
        raise CannotJoin(LINE)
    seat = seat_person(circle, person)
    settle(circle)
    planner.keep("circle", [circle.pk])
    return seat


@transaction.atomic
def leave_circle(circle: Circle, *, person: Member) -> Membership | None:
    """End the person's seat today, in the circle's time zone. Leaving twice changes nothing.

    The seat goes to the next in line, and hosting to who has been there longest.
    """
    circle = locked(circle.pk)
    seat = circle.memberships.current().of(person).first()
    if seat:
        end_seat(circle, seat)
        settle(circle)
        planner.keep("circle", [circle.pk])
    return seat


@transaction.atomic
def seat_freed(circle: Circle) -> None:
    """Offer every free seat to who waits for one. Doing it twice changes nothing."""
    settle(locked(circle.pk))


@transaction.atomic
def seat_of_leaver_ended(seat: Membership) -> bool:
    """End the seat of a person who left the organisation, on that day; return whether it did."""
    circle = locked(seat.circle_id)
    left = Membership.objects.of_leavers().select_related("person").filter(pk=seat.pk).first()
    if left is None:
        return False
    end_seat(circle, left, on=left.person.left_on)
    settle(circle)
    planner.keep("circle", [circle.pk])
    return True
