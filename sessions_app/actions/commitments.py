"""Commitments: promise, keep, keep partly, carry, drop, and undo."""

from datetime import date

from django.db import transaction
from django.utils import timezone

from circles.models import Circle, Membership
from members.models import Member
from sessions_app.models import Commitment, Meeting


class CannotPromise(Exception):
    """Why a promise is not taken, in words meant for the person who makes it."""


class CannotCarry(Exception):
    """Why a commitment is not moved, in words meant for its owner."""


@transaction.atomic
def promise(
    circle: Circle,
    *,
    owner: Member,
    text: str,
    due_on: date | None = None,
    meeting: Meeting | None = None,
) -> Commitment:
    """Promise the circle something, perhaps in one of its meetings.

    Raises CannotPromise without a seat in the circle, or for a meeting of another one.
    """
    if not Membership.objects.current().filter(circle=circle, person=owner).exists():
        raise CannotPromise("You can promise something to a circle in which you have a seat.")
    if meeting is not None and meeting.circle_id != circle.pk:
        raise CannotPromise("That meeting is another circle’s.")
    return Commitment.objects.create(
        circle=circle,
        owner=owner,
        meeting=meeting,
        promise=text,
        promised_on=timezone.localdate(timezone=circle.zone),
        due_on=due_on,
    )


def keep(commitment: Commitment) -> Commitment:
    """Say that it is kept. A settled commitment stays as it is."""
    return _settle(commitment, Commitment.State.DONE)


def keep_partly(commitment: Commitment) -> Commitment:
    """Say that part of it is kept. A settled commitment stays as it is."""
    return _settle(commitment, Commitment.State.PARTLY)


def drop(commitment: Commitment, *, reason: str) -> Commitment:
    """Let it go, with the reason that the circle reads. A settled commitment stays as it is.

    An empty reason is refused by the database.
    """
    return _settle(commitment, Commitment.State.DROPPED, reason=reason)


@transaction.atomic
def carry(commitment: Commitment, *, due_on: date) -> Commitment:
    """Move an open commitment to a later day, and count it.

    Raises CannotCarry when it is settled, or the day is past or not later than the one it was due.
    """
    commitment = _locked(commitment)
    if not commitment.is_open:
        raise CannotCarry("This promise is settled already. Take that back to carry it on.")
    if due_on < timezone.localdate():
        raise CannotCarry("That day has passed. Choose a later one.")
    if commitment.due_on and due_on <= commitment.due_on:
        raise CannotCarry("Choose a later day than the one it was due.")
    commitment.state, commitment.due_on = Commitment.State.CARRIED, due_on
    commitment.times_carried += 1
    commitment.save(update_fields=["state", "due_on", "times_carried"])
    return commitment


@transaction.atomic
def undo(commitment: Commitment) -> Commitment:
    """Open a settled commitment again, as it was before. An open one stays as it is."""
    commitment = _locked(commitment)
    if commitment.is_open:
        return commitment
    carried = commitment.times_carried > 0
    commitment.state = Commitment.State.CARRIED if carried else Commitment.State.OPEN
    commitment.settled_at, commitment.reason = None, ""
    commitment.save(update_fields=["state", "settled_at", "reason"])
    return commitment


@transaction.atomic
def _settle(commitment: Commitment, state: Commitment.State, *, reason: str = "") -> Commitment:
    commitment = _locked(commitment)
    if not commitment.is_open:
        return commitment
    commitment.state, commitment.reason = state, reason
    commitment.settled_at = timezone.now()
    commitment.save(update_fields=["state", "reason", "settled_at"])
    return commitment


def _locked(commitment: Commitment) -> Commitment:
    rows = Commitment.objects.select_for_update(of=["self"]).select_related("owner", "circle")
    return rows.get(pk=commitment.pk)
