"""A seat that goes on in another circle."""

import datetime as dt

from circles.models import Circle, Membership


def move_seat(seat: Membership, to: Circle, *, day: dt.date) -> Membership | None:
    """End the seat that day and go on in the other circle from the same day, with the same role.

    The person keeps what they could read until then. Someone on leave stays on leave. Whoever has
    a seat there already keeps that one, and None is returned. The caller holds both circles' locks.
    """
    last_day = max(day, seat.joined_on)
    seat.left_on, seat.stayed_to_end = last_day, True
    seat.save(update_fields=["left_on", "stayed_to_end"])
    leave = seat.leaves.current().first()
    if leave:
        leave.ended_on = max(last_day, leave.began_on)
        leave.save(update_fields=["ended_on"])
    if to.memberships.current().of(seat.person).exists():
        return None
    goes_on = _seat_in(to, seat, last_day)
    if leave and leave.back_by > goes_on.joined_on:
        goes_on.leaves.create(began_on=goes_on.joined_on, back_by=leave.back_by)
    return goes_on


def _seat_in(to: Circle, seat: Membership, day: dt.date) -> Membership:
    # An import may have ended an earlier seat there on a later day: two would overlap.
    earlier = to.memberships.filter(person=seat.person_id, left_on__gt=day)
    if former := earlier.order_by("-left_on").first():
        former.left_on, former.stayed_to_end = None, False
        former.role, former.moved_from = seat.role, seat
        former.save(update_fields=["left_on", "stayed_to_end", "role", "moved_from"])
        return former
    goes_on: Membership = to.memberships.create(
        person_id=seat.person_id, joined_on=day, role=seat.role, moved_from=seat
    )
    return goes_on
