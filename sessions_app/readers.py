"""Rule 1 of the product, written once: who reads what a circle shares, and since when.

A member reads from the day they joined, a facilitator from the day of their appointment, for as
long as they hold the seat or the circle. Nobody else reads, whatever their role.
"""

from typing import Any

from django.db.models import Exists, OuterRef, Q

from circles.models import Facilitation, Membership
from members.models import Member


def reads_since(person: Member, *, circle: str, day: str) -> Q:
    """Rows that the person reads, by when they happened.

    `circle` and `day` name fields of the filtered row: the circle, and the date the row belongs to.
    """
    since: dict[str, Any] = {"circle": OuterRef(circle), "person": person}
    seat = Membership.objects.current().filter(**since, joined_on__lte=OuterRef(day))
    held = Facilitation.objects.current().filter(**since, appointed_on__lte=OuterRef(day))
    # The circle first: it is uncorrelated, so that the database begins with a handful of circles.
    return _in_circles_of(person, circle) & (Q(Exists(seat)) | Q(Exists(held)))


def reads_now(person: Member, *, circle: str) -> Q:
    """Rows of living things, such as a shared goal, in circles the person belongs to today."""
    return _in_circles_of(person, circle)


def still_seated(*, circle: str, owner: str) -> Q:
    """Rows whose owner has a seat in the circle: whoever leaves takes their living things along."""
    seat = Membership.objects.current().filter(circle=OuterRef(circle), person=OuterRef(owner))
    return Q(Exists(seat))


def _in_circles_of(person: Member, circle: str) -> Q:
    seats = Membership.objects.current().of(person).order_by().values("circle")
    held: Any = Facilitation.objects.current().filter(person=person).order_by().values("circle")
    return Q(**{f"{circle}__in": seats.union(held)})
