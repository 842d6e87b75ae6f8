"""Rule 1 of the product, written once: who reads what a circle shares, and since when.

A member reads from the day they joined, a facilitator from the day of their appointment, for as
long as they hold the seat or the circle. Whoever stayed until the circle closed keeps what they
could read, and nothing that came after. Under emergency access, which two people grant for some
hours, one organiser reads what a facilitator would. Nobody else reads, whatever their role.
"""

from typing import Any

from django.db.models import Exists, OuterRef, Q

from circles.models.facilitation import Facilitation
from circles.models.membership import Membership
from members.models import Member


def reads_since(person: Member, *, circle: str, day: str) -> Q:
    """Rows that the person reads, by when they happened.

    `circle` and `day` name fields of the filtered row: the circle, and the date the row belongs to.
    """
    here: dict[str, Any] = {"circle": OuterRef(circle), "person": person}
    until = Q(left_on=None) | Q(left_on__gte=OuterRef(day))
    seat = Membership.objects.keeping().filter(until, **here, joined_on__lte=OuterRef(day))
    held = Facilitation.objects.current().filter(**here, appointed_on__lte=OuterRef(day))
    # The circle first: it is uncorrelated, so that the database begins with a handful of circles.
    of_ones_own = _in_circles(person, circle, Membership.objects.keeping().of(person))
    of_ones_own &= Q(Exists(seat)) | Q(Exists(held))
    return of_ones_own | _in_emergency(person, circle)


def reads_now(person: Member, *, circle: str) -> Q:
    """Rows of living things, such as a shared goal, in circles the person belongs to today."""
    of_ones_own = _in_circles(person, circle, Membership.objects.current().of(person))
    return of_ones_own | _in_emergency(person, circle)


def still_seated(*, circle: str, owner: str) -> Q:
    """Rows whose owner has a seat in the circle: whoever leaves takes their living things along."""
    seat = Membership.objects.current().filter(circle=OuterRef(circle), person=OuterRef(owner))
    return Q(Exists(seat))


def looked_after_by(person: Member, *, circle: str) -> Q:
    """Rows of circles that the person facilitates, or hosts while nobody facilitates them."""
    held = Facilitation.objects.current().filter(circle=OuterRef(circle))
    seats = Membership.objects.current().of(person).filter(circle=OuterRef(circle))
    hosted = Exists(seats.filter(role=Membership.Role.HOST)) & ~Exists(held)
    return Q(Exists(held.filter(person=person))) | Q(hosted)


def _in_circles(person: Member, circle: str, seats: Any) -> Q:
    held: Any = Facilitation.objects.current().filter(person=person).order_by().values("circle")
    return Q(**{f"{circle}__in": seats.order_by().values("circle").union(held)})


def _in_emergency(person: Member, circle: str) -> Q:
    """Nothing, unless this very request reads under emergency access; see circles/middleware.py."""
    circles = person.emergency_circles
    return Q(**{f"{circle}__in": circles}) if circles else Q()
