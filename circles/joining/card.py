"""What the circle's page tells its own people about who comes, asks and is away."""

from typing import Any

from circles.models import Application, Circle, Leave, Membership
from members.models import Member


def joining_card(
    circle: Circle, person: Member, seat: Membership | None, *, is_inside: bool
) -> dict[str, Any]:
    """The context of templates/circles/joining_card.html; at most four queries, none for outsiders.

    Members see who is away and what they vote on; who invites people also sees how many wait.
    """
    if not is_inside or circle.is_closed:
        return {}
    away = Leave.objects.current().filter(membership__circle=circle, membership__left_on=None)
    applications = Application.objects.open().filter(circle=circle)
    card: dict[str, Any] = {
        "away": list(away.select_related("membership__person").order_by("back_by")),
        "to_vote_on": _to_vote_on(circle, person) if seat else [],
    }
    if person.has_perm("circles.invite_people", circle):
        line = circle.waitlist.waiting().count()
        card |= {"invites": True, "asking": applications.count(), "in_line": line}
    return card


def _to_vote_on(circle: Circle, person: Member) -> list[Application]:
    theirs = Application.objects.votable_by(person).filter(circle=circle)
    return list(theirs.select_related("person"))
