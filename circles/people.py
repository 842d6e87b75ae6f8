"""Who belongs to a circle today, as people to write to."""

from circles.models import Circle, Facilitation, Membership
from members.models import Member, MemberQuerySet


def members_of(circle: Circle) -> MemberQuerySet:
    """Everyone with a seat today."""
    return _among(Membership.objects.current().filter(circle=circle).values("person"))


def facilitators_of(circle: Circle) -> MemberQuerySet:
    return _among(Facilitation.objects.current().filter(circle=circle).values("person"))


def hosts_of(circle: Circle) -> MemberQuerySet:
    """The members who lead its meetings."""
    hosts = Membership.objects.current().filter(circle=circle, role=Membership.Role.HOST)
    return _among(hosts.values("person"))


def _among(keys: object) -> MemberQuerySet:
    people: MemberQuerySet = Member.objects.filter(pk__in=keys)
    return people
