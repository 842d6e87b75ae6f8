"""Goals: set, change, check in, reach, let go, take up again.

Each keeps when the owner is asked how it goes (reminders.goal_check_in).
"""

from datetime import date

from django.db import transaction
from django.utils import timezone

from circles.actions.activation import tell_if_ready
from circles.models import Circle, Membership
from members.models import Member
from notifications import planner
from sessions_app.models import CheckIn, Goal
from sessions_app.reminders.about import PERSON


class CannotShareGoal(Exception):
    """Why a goal is not shared with a circle, in words meant for its owner."""


class CannotCheckIn(Exception):
    """Why a check-in is not taken, in words meant for the goal's owner."""


@transaction.atomic
def set_goal(
    owner: Member,
    *,
    title: str,
    why: str = "",
    target_on: date | None = None,
    circle: Circle | None = None,
) -> Goal:
    """Begin a goal, kept to oneself or shared with one circle.

    Raises CannotShareGoal unless the owner has a seat in that circle.
    """
    goal = Goal(owner=owner, started_on=timezone.localdate(timezone=owner.zone))
    _write(goal, title, why, target_on, circle)
    goal.save()
    _tell_circle(goal)
    _keep(goal.owner_id)
    return goal


@transaction.atomic
def change_goal(
    goal: Goal,
    *,
    title: str,
    why: str = "",
    target_on: date | None = None,
    circle: Circle | None = None,
) -> Goal:
    """Reword a goal, move its day, share it or keep it to oneself again.

    Check-ins made before it is shared with a circle stay the owner's alone. Raises CannotShareGoal
    unless the owner has a seat in that circle, or the goal is shared with it already.
    """
    goal = _locked(goal)
    _write(goal, title, why, target_on, circle)
    goal.save()
    _tell_circle(goal)
    _keep(goal.owner_id)
    return goal


@transaction.atomic
def check_in(goal: Goal, *, percent: int, confidence: int, note: str = "") -> CheckIn:
    """Record how far the goal has come today. Raises CannotCheckIn when it is no longer active."""
    goal = _locked(goal)
    if not goal.is_active:
        raise CannotCheckIn("This goal is no longer active. Take it up again to check in.")
    today = timezone.localdate(timezone=goal.owner.zone)
    goal.last_moved_on = max(today, goal.last_moved_on or today)
    goal.save(update_fields=["last_moved_on"])
    done = goal.check_ins.create(on=today, percent=percent, confidence=confidence, note=note)
    _keep(goal.owner_id)
    return done


@transaction.atomic
def take_back_check_in(goal: Goal) -> CheckIn:
    """Take back the latest check-in, made today; the goal last moved when it did before.

    Raises CannotCheckIn when none was made today: what is older is part of the goal's story.
    """
    goal = _locked(goal)
    today = timezone.localdate(timezone=goal.owner.zone)
    last = goal.check_ins.filter(on=today).first()
    if last is None:
        raise CannotCheckIn("Only a check-in of today can be taken back.")
    last.delete()
    before = goal.check_ins.first()
    goal.last_moved_on = before.on if before else None
    goal.save(update_fields=["last_moved_on"])
    _keep(goal.owner_id)
    return last


def reach_goal(goal: Goal) -> bool:
    """Say that an active goal is reached. Returns whether this call changed it."""
    return _turn(goal, Goal.State.REACHED, only_if=[Goal.State.ACTIVE])


def let_go_goal(goal: Goal) -> bool:
    """Let an active goal go, without a reason. Returns whether this call changed it."""
    return _turn(goal, Goal.State.DROPPED, only_if=[Goal.State.ACTIVE])


def reopen_goal(goal: Goal) -> bool:
    """Take a goal up again. Returns whether this call changed it."""
    changed = _turn(goal, Goal.State.ACTIVE, only_if=[Goal.State.REACHED, Goal.State.DROPPED])
    _tell_circle(goal)
    return changed


def _tell_circle(goal: Goal) -> None:
    """A shared goal may be the last thing a forming circle waited for."""
    if goal.circle:
        tell_if_ready(goal.circle)


@transaction.atomic
def _turn(goal: Goal, state: Goal.State, *, only_if: list[Goal.State]) -> bool:
    changed = Goal.objects.filter(pk=goal.pk, state__in=only_if).update(state=state)
    if changed:
        _keep(goal.owner_id)
    return bool(changed)


def _keep(owner_id: int) -> None:
    """When they are asked follows from all of a person's goals, so changes of these take turns."""
    Member.objects.select_for_update(no_key=True).get(pk=owner_id)
    planner.keep(PERSON, [owner_id])


def _locked(goal: Goal) -> Goal:
    return Goal.objects.select_for_update(of=["self"]).select_related("owner").get(pk=goal.pk)


def _write(goal: Goal, title: str, why: str, target_on: date | None, circle: Circle | None) -> None:
    goal.title, goal.why, goal.target_on = title, why, target_on
    if circle is None:
        goal.circle, goal.shared_at = None, None
    elif circle.pk != goal.circle_id:
        seat = Membership.objects.current().filter(circle=circle, person=goal.owner)
        if not seat.exists():
            raise CannotShareGoal("You can share a goal with a circle in which you have a seat.")
        goal.circle, goal.shared_at = circle, timezone.now()
