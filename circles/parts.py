"""What templates/circles/circle_parts.html needs to draw the parts of a circle's page."""

from typing import Any

from circles.actions import MOVES
from circles.joining.box import join_box
from circles.joining.card import joining_card
from circles.models import Circle
from circles.ring_seats import ring_of
from members.models import Member


def circle_parts(circle: Circle, person: Member) -> dict[str, Any]:
    """The context of circle_parts.html, in a constant number of queries.

    Fetch the circle with `for_cards()`. Seats are counted here from the rows themselves, so the
    ring and the words never disagree.
    """
    seats = list(circle.memberships.current().select_related("person"))
    seat = next((seat for seat in seats if seat.person_id == person.pk), None)
    shows_names = person.has_perm("circles.see_roster", circle)
    advice = circle.format_version.advice_on_seats(circle.capacity)
    page = {
        "circle": circle,
        "ring": ring_of(circle, seats, circle.held_by, viewer=person, shows_names=shows_names),
        "shows_names": shows_names,
        "seat": seat,
        "held_by": circle.held_by,
        "without_facilitator": all(held.has_left for held in circle.held_by),
        "moves": MOVES[circle.stage],
        "advice": "" if circle.is_closed else advice,
    }
    free = max(0, circle.capacity - len(seats) - circle.offered)
    page |= join_box(circle, person, seat, free)
    return page | joining_card(circle, person, seat, is_inside=shows_names)
