"""How long a circle's term is, and what its programme does when it ends. Pure functions."""

import datetime as dt

from dateutil.relativedelta import relativedelta

from circles.models import Circle, Programme

VOTE_OPENS = dt.timedelta(days=21)
VOTE_RUNS = dt.timedelta(days=14)
ROUND_OPENS = dt.timedelta(days=14)
SHORTEST_ROUND, LONGEST_ROUND = 7, 21


def end_of_term(circle: Circle, *, since: dt.date) -> dt.date | None:
    """The last day of a term that begins then; None where circles go on until someone ends them.

    Fetch the circle with its programme.
    """
    if circle.programme.renewal == Programme.Renewal.GO_ON:
        return None
    return since + relativedelta(months=circle.programme.term_months)


def next_term(circle: Circle) -> dt.date | None:
    """The last day of another term, which follows on the present one, or begins today."""
    return end_of_term(circle, since=max(circle.term_ends_on or circle.today, circle.today))


def votes_from(circle: Circle) -> dt.date | None:
    """The day on which its renewal vote opens by itself; None where it never does."""
    return _before_end(circle, Programme.Renewal.VOTE, VOTE_OPENS)


def closes_from(circle: Circle) -> dt.date | None:
    """The day on which its closing round opens by itself; None where it never does."""
    return _before_end(circle, Programme.Renewal.CLOSE, ROUND_OPENS)


def _before_end(circle: Circle, policy: str, lead: dt.timedelta) -> dt.date | None:
    if circle.term_ends_on is None or circle.programme.renewal != policy:
        return None
    return circle.term_ends_on - lead
