"""Commitments: promise, keep, keep partly, still on it, carry, drop, and undo.

Each action holds the circle first, so that it takes turns with what drives a live meeting, and
keeps what is owed about the circle's cycle wherever a promise opens, settles or is answered for.
"""

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from circles.actions.locks import locked
from circles.models import Circle, Membership
from members.models import Member
from notifications import planner
from sessions_app.actions.screens import redraw_circle
from sessions_app.models import Commitment, Meeting, Topic
from sessions_app.reminders.about import CYCLE

# Carried so often, a promise asks for the circle's help.
TIMES_TO_A_TOPIC = 3


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
    evidence: str = "",
    meeting: Meeting | None = None,
) -> Commitment:
    """Promise the circle something, perhaps in one of its meetings.

    `evidence` is how one can tell that it is kept.

    Raises CannotPromise without a seat in the circle, or for a meeting of another one.
    """
    if not Membership.objects.current().filter(circle=circle, person=owner).exists():
        raise CannotPromise("You can promise something to a circle in which you have a seat.")
    if meeting is not None and meeting.circle_id != circle.pk:
        raise CannotPromise("That meeting is another circle’s.")
    made = Commitment.objects.create(
        circle=circle,
        owner=owner,
        meeting=meeting,
        promise=text,
        promised_on=timezone.localdate(timezone=circle.zone),
        due_on=due_on,
        evidence=evidence,
    )
    planner.keep(CYCLE, [circle.pk])
    redraw_circle(circle.pk)
    return made


@transaction.atomic
def say_evidence(commitment: Commitment, *, evidence: str) -> Commitment:
    """Say how one can tell that it is kept, before or after; nothing takes the words away."""
    commitment = _held(commitment)
    commitment.evidence = evidence
    commitment.save(update_fields=["evidence"])
    redraw_circle(commitment.circle_id)
    return commitment


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
def say_on_it(commitment: Commitment) -> Commitment:
    """Say that one is still on it; the circle sees when. A settled commitment stays as it is."""
    return _answer(commitment, timezone.now())


@transaction.atomic
def take_back_on_it(commitment: Commitment) -> Commitment:
    """Take the word back. A settled commitment stays as it is."""
    return _answer(commitment, None)


@transaction.atomic
def carry(commitment: Commitment, *, due_on: date) -> Commitment:
    """Move an open commitment to a later day, count it and note where it came from.

    The third time a topic for a hot seat is raised of it, unless there was one before. Raises
    CannotCarry when it is settled, or the day is past or not later than the one it was due.
    """
    commitment = _held(commitment)
    if not commitment.is_open:
        raise CannotCarry("This promise is settled already. Take that back to carry it on.")
    if due_on < timezone.localdate():
        raise CannotCarry("That day has passed. Choose a later one.")
    if commitment.due_on and due_on <= commitment.due_on:
        raise CannotCarry("Choose a later day than the one it was due.")
    commitment.carries.create(from_on=commitment.due_on, to_on=due_on)
    commitment.state, commitment.due_on = Commitment.State.CARRIED, due_on
    commitment.times_carried += 1
    commitment.save(update_fields=["state", "due_on", "times_carried"])
    if commitment.times_carried >= TIMES_TO_A_TOPIC:
        _raise_topic(commitment)
    redraw_circle(commitment.circle_id)
    return commitment


@transaction.atomic
def take_back_carry(commitment: Commitment) -> Commitment:
    """Undo the last carry: the day before, and one less counted.

    A topic that was raised of it goes too while nobody touched it. Raises CannotCarry when the
    commitment is settled, or was never carried.
    """
    commitment = _held(commitment)
    last = commitment.carries.last()
    if not commitment.is_open:
        raise CannotCarry("This promise is settled already. Take that back first.")
    if last is None:
        raise CannotCarry("There is no carrying to take back.")
    commitment.due_on = last.from_on
    commitment.times_carried -= 1
    commitment.state = _open_state(commitment)
    commitment.save(update_fields=["state", "due_on", "times_carried"])
    last.delete()
    if commitment.times_carried < TIMES_TO_A_TOPIC:
        untouched = Topic.objects.waiting().filter(commitment=commitment, meeting=None)
        untouched.filter(title=commitment.promise).delete()
    redraw_circle(commitment.circle_id)
    return commitment


@transaction.atomic
def undo(commitment: Commitment) -> Commitment:
    """Open a settled commitment again, as it was before. An open one stays as it is."""
    commitment = _held(commitment)
    if commitment.is_open:
        return commitment
    commitment.state = _open_state(commitment)
    commitment.settled_at, commitment.reason = None, ""
    commitment.save(update_fields=["state", "settled_at", "reason"])
    planner.keep(CYCLE, [commitment.circle_id])
    redraw_circle(commitment.circle_id)
    return commitment


@transaction.atomic
def _settle(commitment: Commitment, state: Commitment.State, *, reason: str = "") -> Commitment:
    commitment = _held(commitment)
    if not commitment.is_open:
        return commitment
    commitment.state, commitment.reason = state, reason
    commitment.settled_at = timezone.now()
    commitment.save(update_fields=["state", "reason", "settled_at"])
    planner.keep(CYCLE, [commitment.circle_id])
    redraw_circle(commitment.circle_id)
    return commitment


def _answer(commitment: Commitment, on_it_at: datetime | None) -> Commitment:
    commitment = _held(commitment)
    if commitment.is_open:
        commitment.on_it_at = on_it_at
        commitment.save(update_fields=["on_it_at"])
        planner.keep(CYCLE, [commitment.circle_id])
        redraw_circle(commitment.circle_id)
    return commitment


def _raise_topic(commitment: Commitment) -> None:
    if not Topic.objects.filter(commitment=commitment).exists():
        Topic.objects.create(
            circle=commitment.circle,
            owner=commitment.owner,
            title=commitment.promise,
            commitment=commitment,
            raised_on=timezone.localdate(timezone=commitment.circle.zone),
        )


def _open_state(commitment: Commitment) -> Commitment.State:
    return Commitment.State.CARRIED if commitment.times_carried else Commitment.State.OPEN


def _held(commitment: Commitment) -> Commitment:
    """The commitment as it is now, with the circle held before it."""
    locked(commitment.circle_id)
    rows = Commitment.objects.select_for_update(of=["self"]).select_related("owner", "circle")
    return rows.get(pk=commitment.pk)
