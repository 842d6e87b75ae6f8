"""What runs in the background for circles. Celery finds the tasks that are imported here."""

from circles.tasks.joining import (
    count_due_votes,
    count_votes,
    end_due_leaves,
    end_leave,
    end_seat_of_leaver,
    end_seats_of_leavers,
    expire_offer,
    expire_offers,
    offer_free_seats,
    settle_circle,
)

__all__ = [
    "count_due_votes",
    "count_votes",
    "end_due_leaves",
    "end_leave",
    "end_seat_of_leaver",
    "end_seats_of_leavers",
    "expire_offer",
    "expire_offers",
    "offer_free_seats",
    "settle_circle",
]
"""The work that circles do in the background. Celery finds the modules listed here."""

from circles.tasks import charter

__all__ = ["charter"]
