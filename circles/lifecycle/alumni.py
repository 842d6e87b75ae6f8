"""The circles that a person was in, for the list of circles."""

from django.db.models import Exists, Subquery

from circles.models import Circle, CircleQuerySet, Membership
from members.models import Member

SHOWN = 50


def left_behind_by(person: Member) -> CircleQuerySet:
    """Circles that closed while the person had a seat, or that went on without them in a split.

    They keep what they could read there. The latest first, with `left_on`.
    """
    kept = Membership.objects.filter(stayed_to_end=True).of(person).for_circle()
    seat = Membership.objects.current().of(person).for_circle()
    last_day = kept.order_by("-left_on").values("left_on")[:1]
    circles: CircleQuerySet = Circle.objects.filter(Exists(kept), ~Exists(seat))
    return circles.annotate(left_on=Subquery(last_day)).order_by("-left_on", "name", "pk")


def left_circles(person: Member) -> list[Circle]:
    """Those that stand on the list of circles."""
    return list(left_behind_by(person)[:SHOWN])
