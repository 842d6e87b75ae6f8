import datetime as dt

from django.db import transaction
from django.utils import timezone

from circles.actions.circles import close_circle
from circles.actions.locks import locked
from circles.actions.refusals import CannotChange
from circles.actions.seating import settle
from circles.lifecycle.terms import (
    LONGEST_ROUND,
    ROUND_OPENS,
    SHORTEST_ROUND,
    VOTE_OPENS,
    closes_from,
    next_term,
)
from circles.models import Circle, ClosingWord
from members.actions import record
from members.models import Member
from notifications import planner

Stage = Circle.Stage
MEETING = (Stage.ACTIVE, Stage.PAUSED, Stage.RENEWAL)


class CannotSay(Exception):
    """Why there is no room for closing words, in words meant for the person who wrote them."""


@transaction.atomic
def open_closing_round(circle: Circle, *, by: Member | None, closes_on: dt.date) -> Circle:
    """Ask everyone for closing words until the day on which the circle closes.

    Opening it again with another day moves that day. Raises CannotChange for a circle that never
    met or is closed, while it votes, and for a day that is not 7 to 21 days away.
    """
    circle = locked(circle.pk)
    if circle.closes_on == closes_on:
        return circle
    if circle.stage not in MEETING:
        raise CannotChange("Only a circle that meets has a closing round.")
    if circle.renewal_votes.open().exists():
        raise CannotChange("The circle votes on its future now. Wait for the outcome.")
    if not SHORTEST_ROUND <= (closes_on - circle.today).days <= LONGEST_ROUND:
        words = f"Choose a day {SHORTEST_ROUND} to {LONGEST_ROUND} days from today."
        raise CannotChange(words, field="closes_on")
    begin_round(circle, closes_on, by=by)
    return circle


def begin_round(circle: Circle, closes_on: dt.date, *, by: Member | None) -> None:
    """Open the round of a circle that the caller has locked, and ask its members for words."""
    circle.closes_on, circle.round_opened_at = closes_on, timezone.now()
    circle.save(update_fields=["closes_on", "round_opened_at"])
    settle(circle)
    planner.keep("circle", [circle.pk])
    record(by, "opened closing round", circle, circle=circle.pk, closes_on=closes_on.isoformat())


@transaction.atomic
def open_due_round(circle_id: int) -> bool:
    """Open the closing round of a circle whose programme ends it now; return whether this did.

    Two workers at once open one round, and a round that was cancelled is not opened again: the
    circle then has another term.
    """
    circle = locked(circle_id)
    opens = closes_from(circle)
    if circle.stage != Stage.ACTIVE or circle.closes_on or not opens or opens > circle.today:
        return False
    soonest = circle.today + dt.timedelta(days=SHORTEST_ROUND)
    begin_round(circle, max(circle.term_ends_on or soonest, soonest), by=None)
    return True


def day_of_closing(circle: Circle) -> dt.date:
    """The day that is proposed for closing, and taken after a vote."""
    return circle.today + ROUND_OPENS


@transaction.atomic
def cancel_closing_round(circle: Circle, *, by: Member) -> Circle:
    """Let the circle go on after all. What was said stays. Cancelling twice changes nothing.

    A circle that was to end with its term, or by its vote, gets another term.
    """
    circle = locked(circle.pk)
    if circle.closes_on is None or circle.is_closed:
        return circle
    circle.closes_on = None
    if circle.stage == Stage.RENEWAL or _ends_soon(circle):
        circle.term_ends_on = next_term(circle)
    if circle.stage == Stage.RENEWAL:
        circle.stage = Stage.ACTIVE
    circle.save(update_fields=["closes_on", "term_ends_on", "stage"])
    settle(circle)
    planner.keep("circle", [circle.pk])
    record(by, "cancelled closing round", circle, circle=circle.pk)
    return circle


def _ends_soon(circle: Circle) -> bool:
    return circle.term_ends_on is not None and circle.term_ends_on <= circle.today + VOTE_OPENS


@transaction.atomic
def say_closing_word(circle: Circle, *, person: Member, takeaway: str, thanks: str) -> ClosingWord:
    """Keep a member's words for the closing round; saying them again replaces them.

    Raises CannotSay without a round, for someone without a seat, and for nothing at all.
    """
    circle = locked(circle.pk)
    if circle.is_closed or circle.closes_on is None:
        raise CannotSay("The closing round is over.")
    if not circle.memberships.current().of(person).exists():
        raise CannotSay("Only members speak in the closing round.")
    if not (takeaway or thanks):
        raise CannotSay("Write at least one of the two.")
    said = {"takeaway": takeaway, "thanks": thanks, "written_on": circle.today}
    word, _ = circle.closing_words.update_or_create(person=person, defaults=said)
    planner.keep("circle", [circle.pk])
    return word


@transaction.atomic
def close_when_due(circle_id: int) -> bool:
    """Close a circle on the day its closing round is over; return whether this call did."""
    circle = locked(circle_id)
    if circle.is_closed or circle.closes_on is None or circle.closes_on > circle.today:
        return False
    close_circle(circle, by=None)
    return True
