"""Who can get which messages of circles: only they find them among what they may wish.

What anybody may get, such as a seat that is held for them, asks none of these.
"""

from circles.models import Membership
from circles.rules import is_any_facilitator
from members.models import Member
from members.rules import is_organiser


def has_a_seat(person: Member) -> bool:
    return bool(_roles_in_seats(person))


def belongs_to_a_circle(person: Member) -> bool:
    """With a seat, or as the facilitator."""
    return has_a_seat(person) or holds_circles(person)


def looks_after_a_circle(person: Member) -> bool:
    """As the facilitator, or as the host."""
    return holds_circles(person) or Membership.Role.HOST in _roles_in_seats(person)


def looks_after_circles_or_organises(person: Member) -> bool:
    return looks_after_a_circle(person) or organises(person)


def holds_circles(person: Member) -> bool:
    return bool(is_any_facilitator(person))


def holds_circles_or_organises(person: Member) -> bool:
    return holds_circles(person) or organises(person)


def belongs_or_organises(person: Member) -> bool:
    return belongs_to_a_circle(person) or organises(person)


def organises(person: Member) -> bool:
    return bool(is_organiser(person))


def _roles_in_seats(person: Member) -> set[str]:
    """The roles of this person's seats today; asked once a request."""
    held: set[str] | None = getattr(person, "roles_in_seats", None)
    if held is None:
        held = set(Membership.objects.current().of(person).values_list("role", flat=True))
        person.roles_in_seats = held  # type: ignore[attr-defined]
    return held
