"""The circles that a person was in, for the list of circles."""

from circles.models import Circle
from members.models import Member

SHOWN = 50


def left_circles(person: Member) -> list[Circle]:
    """Those that closed while the person had a seat, or went on without them in a split."""
    return list(Circle.objects.left_behind_by(person)[:SHOWN])
