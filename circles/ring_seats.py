"""Who sits where around a circle's ring."""

from collections.abc import Sequence
from dataclasses import replace

from circles.models import Circle, Facilitation, Membership
from members import ring
from members.models import Member

TAKEN = ring.Person(name="", initials="•")
NAMES_ARE_FOR_MEMBERS = "Only the circle’s own people see who has a seat."


def ring_of(
    circle: Circle,
    seats: Sequence[Membership],
    held_by: Sequence[Facilitation],
    *,
    viewer: Member,
    shows_names: bool,
) -> ring.Ring:
    """Members in the order they joined, free seats, and the facilitators.

    Fetch the circle with `with_seats()` or `for_cards()`.
    Without names, members are seats that are taken and nothing else; facilitators are always named.
    """
    people = [_member(seat, viewer) if shows_names else TAKEN for seat in seats]
    people += [_facilitator(held, viewer) for held in held_by]
    # A seat that is held for someone is not free, and a circle that is over has none.
    places = len(seats) if circle.is_closed else circle.capacity - circle.offered
    drawn = ring.seat(people, capacity=places)
    if shows_names or not seats:
        return drawn
    return replace(drawn, description=NAMES_ARE_FOR_MEMBERS)


def _member(seat: Membership, viewer: Member) -> ring.Person:
    return ring.Person(
        name=seat.person.name,
        initials=seat.person.initials,
        is_viewer=seat.person_id == viewer.pk,
        is_host=seat.role == Membership.Role.HOST,
    )


def _facilitator(held: Facilitation, viewer: Member) -> ring.Person:
    return ring.Person(
        name=held.person.name,
        initials=held.person.initials,
        is_viewer=held.person_id == viewer.pk,
        is_facilitator=True,
    )
