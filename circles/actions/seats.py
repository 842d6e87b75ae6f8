from django.db import transaction

from circles.models import Circle, Membership
from members.models import Member


class CannotJoin(Exception):
    """Why there is no seat, in words meant for the person who asked."""


@transaction.atomic
def join_circle(circle: Circle, *, person: Member) -> Membership:
    """Seat the person, or raise CannotJoin. Joining twice changes nothing.

    Who left today gets the same seat back, as if they had stayed. The circle never holds more
    people than its capacity.
    """
    # Lock the circle, so that two people cannot both take the last seat.
    circle = Circle.objects.select_for_update().get(pk=circle.pk)
    seats = circle.memberships.current()
    if seat := seats.of(person).first():
        return seat
    if obstacle := obstacle_to_joining(circle, person):
        raise CannotJoin(obstacle)
    if seats.count() >= circle.capacity:
        raise CannotJoin("The last seat has just been taken.")
    if seat := _seat_left_today(circle, person):
        seat.left_on, seat.stayed_to_end = None, False
        seat.save(update_fields=["left_on", "stayed_to_end"])
        return seat
    return circle.memberships.create(person=person, joined_on=circle.today)


def obstacle_to_joining(circle: Circle, person: Member) -> str:
    """Why the person could not join even if a seat were free; nothing if they could."""
    if circle.is_closed:
        return "This circle is closed."
    if not circle.takes_members:
        return "This circle takes no new members now."
    if person.left_on and person.left_on <= circle.today:
        return "Only people who work here can join."
    if circle.facilitations.current().filter(person=person).exists():
        return "You facilitate this circle, so you cannot also have a seat in it."
    return ""


def _seat_left_today(circle: Circle, person: Member) -> Membership | None:
    """The latest seat that ends today, or later by an import; prolonging it overlaps no other."""
    past = circle.memberships.of(person).filter(left_on__gte=circle.today)
    return past.order_by("-joined_on", "-pk").first()


@transaction.atomic
def leave_circle(circle: Circle, *, person: Member) -> Membership | None:
    """End the person's seat today, in the circle's time zone. Leaving twice changes nothing."""
    circle = Circle.objects.select_for_update().get(pk=circle.pk)
    seat = circle.memberships.current().of(person).first()
    if seat:
        seat.left_on = max(circle.today, seat.joined_on)
        seat.save(update_fields=["left_on"])
    return seat
