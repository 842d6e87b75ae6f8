from circles.models.circle import Circle, CircleQuerySet
from circles.models.facilitation import Facilitation
from circles.models.format import Format, FormatVersion
from circles.models.membership import Membership, MembershipQuerySet
from circles.models.programme import Programme

__all__ = [
    "Circle",
    "CircleQuerySet",
    "Facilitation",
    "Format",
    "FormatVersion",
    "Membership",
    "MembershipQuerySet",
    "Programme",
]
