import datetime as dt

from django.db import transaction

from circles.actions.locks import locked
from circles.actions.refusals import CannotChange
from circles.actions.seating import settle
from circles.lifecycle.terms import next_term
from circles.models import Circle
from circles.reminders import changes
from members.actions import record
from members.models import Member
from notifications import planner

Stage = Circle.Stage


@transaction.atomic
def pause_circle(
    circle: Circle, *, by: Member, words: str = "", back_by: dt.date | None = None
) -> Circle:
    """Let an active circle rest, and tell its members why and until when.

    Nobody joins and no meeting is planned until it is resumed, which it never does by itself.
    Pausing twice changes nothing. Raises CannotChange for another stage, during a closing round,
    and for a day that is not in the future.
    """
    circle = locked(circle.pk)
    if circle.stage == Stage.PAUSED:
        return circle
    if circle.stage != Stage.ACTIVE:
        raise CannotChange("Only a circle that meets can pause.")
    if circle.closes_on:
        raise CannotChange("Its closing round is open. Cancel that first.")
    if back_by and back_by <= circle.today:
        raise CannotChange("Choose a day after today.", field="back_by")
    circle.stage = Stage.PAUSED
    circle.save(update_fields=["stage"])
    settle(circle)
    pause = circle.pauses.create(began_on=circle.today, back_by=back_by, words=words, paused_by=by)
    changes.tell_of_pause(pause)
    planner.keep("circle", [circle.pk])
    record(by, "paused circle", circle, circle=circle.pk)
    return circle


@transaction.atomic
def resume_circle(circle: Circle, *, by: Member) -> Circle:
    """Let a paused circle go on, and tell its members. Resuming twice changes nothing.

    The days of the pause are added to its term; a term that is over all the same begins anew.
    Raises CannotChange if the circle is not paused.
    """
    circle = locked(circle.pk)
    if circle.stage == Stage.ACTIVE:
        return circle
    if circle.stage != Stage.PAUSED:
        raise CannotChange("This circle is not paused.")
    if circle.closes_on:
        raise CannotChange("Its closing round is open. Cancel that first.")
    pause = circle.pauses.current().first()
    if pause:
        pause.ended_on = max(circle.today, pause.began_on)
        pause.save(update_fields=["ended_on"])
        if circle.term_ends_on:
            circle.term_ends_on += pause.ended_on - pause.began_on
    if circle.term_ends_on and circle.term_ends_on <= circle.today:
        circle.term_ends_on = next_term(circle)
    circle.stage = Stage.ACTIVE
    circle.started_on = circle.started_on or circle.today
    circle.save(update_fields=["stage", "started_on", "term_ends_on"])
    settle(circle)
    changes.withdraw_pause(pause)
    changes.tell_of_resuming(circle)
    planner.keep("circle", [circle.pk])
    record(by, "resumed circle", circle, circle=circle.pk)
    return circle
