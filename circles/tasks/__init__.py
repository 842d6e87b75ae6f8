from circles.tasks.lifecycle import (
    close_circle_when_due,
    count_vote,
    follow_terms,
    open_round_when_due,
    open_vote_when_due,
)

__all__ = [
    "close_circle_when_due",
    "count_vote",
    "follow_terms",
    "open_round_when_due",
    "open_vote_when_due",
]
