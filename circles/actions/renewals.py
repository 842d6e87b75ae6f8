import datetime as dt
from collections import Counter

from django.db import transaction
from django.utils import timezone

from circles.actions.closing import begin_round, day_of_closing
from circles.actions.locks import locked
from circles.actions.refusals import CannotChange
from circles.actions.seating import settle
from circles.lifecycle.terms import VOTE_RUNS, next_term, votes_from
from circles.models import Choice, Circle, RenewalVote
from circles.reminders.renewal import plan_outcome
from members.actions import record
from members.models import Member
from notifications import planner

Stage = Circle.Stage


class CannotVote(Exception):
    """Why a ballot does not count, in words meant for the person who cast it."""


@transaction.atomic
def open_vote(circle: Circle, *, by: Member) -> RenewalVote:
    """Let the members vote on what becomes of the circle. Opening twice gives the same vote.

    Raises CannotChange if the circle does not meet, has nobody to vote, or says goodbye already.
    """
    circle = locked(circle.pk)
    if vote := circle.renewal_votes.open().first():
        return vote
    if circle.closes_on:
        raise CannotChange("Its closing round is open. Cancel that first.")
    if circle.stage not in (Stage.ACTIVE, Stage.RENEWAL):
        raise CannotChange("Only a circle that meets votes on its future.")
    if not circle.memberships.current().exists():
        raise CannotChange("Nobody has a seat in this circle, so nobody could vote.")
    return _open(circle, by)


@transaction.atomic
def open_due_vote(circle_id: int) -> bool:
    """Open the vote of a circle whose term ends soon; return whether this call opened it."""
    circle = locked(circle_id)
    opens = votes_from(circle)
    if circle.stage != Stage.ACTIVE or circle.closes_on or not opens or opens > circle.today:
        return False
    if not circle.memberships.current().exists():
        return False
    _open(circle, None)
    return True


def _open(circle: Circle, by: Member | None) -> RenewalVote:
    now = timezone.now()
    circle.stage = Stage.RENEWAL
    circle.save(update_fields=["stage"])
    settle(circle)
    vote: RenewalVote = circle.renewal_votes.create(
        opened_by=by, opened_at=now, closes_at=now + VOTE_RUNS
    )
    planner.keep("circle", [circle.pk])
    record(by, "opened renewal vote", circle, circle=circle.pk)
    return vote


@transaction.atomic
def cast_ballot(circle: Circle, *, person: Member, choice: str) -> RenewalVote:
    """Count the person's voice; casting again changes it. The last voice ends the vote.

    Raises CannotVote when no vote is open, or for someone without a seat.
    """
    circle = locked(circle.pk)
    vote: RenewalVote | None = circle.renewal_votes.open().first()
    if vote is None or vote.closes_at <= timezone.now():
        raise CannotVote("This vote is over.")
    if not circle.memberships.current().of(person).exists():
        raise CannotVote("Only members vote.")
    vote.ballots.update_or_create(
        person=person, defaults={"choice": Choice(choice), "cast_at": timezone.now()}
    )
    if vote.ballots.filter(person__in=_voters(circle)).count() == len(_voters(circle)):
        _conclude(circle, vote)
    else:
        planner.keep("renewal", [vote.pk])
    return vote


@transaction.atomic
def count_vote(vote_id: int) -> bool:
    """End a vote whose time is over and carry out its outcome; return whether this call did."""
    due = RenewalVote.objects.due().filter(pk=vote_id).first()
    if due is None:
        return False
    return _conclude(locked(due.circle_id), due)


def outcome_of(counts: Counter[str]) -> str:
    """What most want. A tie is no wish to change: the circle goes on. Nothing without a voice."""
    if not counts:
        return ""
    most = max(counts.values())
    first, *others = [choice for choice, count in counts.items() if count == most]
    return Choice.RENEW if others else first


def _voters(circle: Circle) -> list[int]:
    return list(circle.memberships.current().values_list("person", flat=True))


def _conclude(circle: Circle, vote: RenewalVote) -> bool:
    """End the vote, unless someone else has: the caller holds the circle's lock."""
    if not RenewalVote.objects.open().filter(pk=vote.pk).exists():
        return False
    # Who left in the meantime has no say; what remains is what the counts show ever after.
    vote.ballots.exclude(person__in=_voters(circle)).delete()
    outcome = outcome_of(Counter(vote.ballots.values_list("choice", flat=True)))
    vote.closed_at, vote.outcome = timezone.now(), outcome
    vote.save(update_fields=["closed_at", "outcome"])
    planner.keep("renewal", [vote.pk])
    plan_outcome(vote)
    record(None, "closed renewal vote", circle, circle=circle.pk, outcome=outcome)
    if circle.stage == Stage.RENEWAL:
        _carry_out(circle, outcome)
    return True


def _carry_out(circle: Circle, outcome: str) -> None:
    """Going on and closing need nobody; a split, a merger and silence wait for a person."""
    if outcome == Choice.RENEW:
        begin_next_term(circle)
    elif outcome == Choice.CLOSE:
        begin_round(circle, day_of_closing(circle), by=None)


def begin_next_term(circle: Circle) -> None:
    """Another term for a circle that the caller has locked."""
    circle.stage, circle.term_ends_on = Stage.ACTIVE, next_term(circle)
    circle.save(update_fields=["stage", "term_ends_on"])
    settle(circle)
    planner.keep("circle", [circle.pk])


@transaction.atomic
def renew_circle(circle: Circle, *, by: Member, over_vote: bool = False) -> Circle:
    """Decide that a circle in renewal goes on for another term. Twice changes nothing.

    `over_vote` is for organisers: it ends a vote that is open. Raises CannotChange otherwise, and
    during a closing round.
    """
    circle = locked(circle.pk)
    if circle.stage == Stage.ACTIVE:
        return circle
    if circle.stage != Stage.RENEWAL:
        raise CannotChange("This circle is not in renewal.")
    if circle.closes_on:
        raise CannotChange("Its closing round is open. Cancel that first.")
    votes = list(circle.renewal_votes.open().values_list("pk", flat=True))
    if votes and not over_vote:
        raise CannotChange("The circle votes on its future now. Wait for the outcome.")
    circle.renewal_votes.open().update(closed_at=timezone.now(), outcome=Choice.RENEW)
    planner.keep("renewal", votes)
    begin_next_term(circle)
    record(by, "renewed circle", circle, circle=circle.pk, until=_day(circle.term_ends_on))
    return circle


def _day(day: dt.date | None) -> str:
    return day.isoformat() if day else ""
