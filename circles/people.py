"""Who belongs to a circle today, as people to write to."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import Any

from circles.models import Circle, Facilitation, Membership
from members.models import Member, MemberQuerySet, Role


def members_of(circle: Circle) -> MemberQuerySet:
    """Everyone with a seat today."""
    return _among(Membership.objects.current().filter(circle=circle).values("person"))


def facilitators_of(circle: Circle) -> MemberQuerySet:
    return _among(Facilitation.objects.current().filter(circle=circle).values("person"))


def hosts_of(circle: Circle) -> MemberQuerySet:
    """The members who lead its meetings."""
    hosts = Membership.objects.current().filter(circle=circle, role=Membership.Role.HOST)
    return _among(hosts.values("person"))


def organisers() -> MemberQuerySet:
    """Those who work here and may sign in."""
    people: MemberQuerySet = Member.objects.current().filter(is_active=True)
    return people.with_role(Role.ORGANISER)


def by_circle(rows: Any, circles: Collection[int]) -> dict[int, set[int]]:
    """By the circle the people of these seats or appointments; one query for all the circles."""
    found: dict[int, set[int]] = defaultdict(set)
    pairs: Iterable[tuple[int, int]] = rows.filter(circle__in=circles).values_list(
        "circle", "person"
    )
    for circle, person in pairs:
        found[circle].add(person)
    return found


def _among(keys: object) -> MemberQuerySet:
    people: MemberQuerySet = Member.objects.filter(pk__in=keys)
    return people
