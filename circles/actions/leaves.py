import datetime as dt

from django.db import transaction
from django.utils import timezone

from circles.actions.locks import locked
from circles.models import Circle, Leave, Membership
from members.models import Member
from notifications import planner

LONGEST = dt.timedelta(days=92)


class CannotTakeLeave(Exception):
    """Why there is no leave, in words meant for the person who asked."""


@transaction.atomic
def go_on_leave(seat: Membership, *, back_by: dt.date) -> Leave:
    """Keep the seat and stay away until a day, at most three months; or raise CannotTakeLeave.

    Who is on leave already gets the new day.
    """
    circle = locked(seat.circle_id)
    if not circle.memberships.current().filter(pk=seat.pk).exists():
        raise CannotTakeLeave("You no longer have this seat.")
    leave = Leave.objects.current().filter(membership=seat).first()
    begins = leave.began_on if leave else circle.today
    if back_by <= circle.today:
        raise CannotTakeLeave("Choose a day after today.")
    if back_by > begins + LONGEST:
        raise CannotTakeLeave(
            "A seat is kept for three months at most. For longer, leave the circle and come back."
        )
    if leave:
        leave.back_by = back_by
        leave.save(update_fields=["back_by"])
    else:
        leave = seat.leaves.create(began_on=begins, back_by=back_by)
    planner.keep("circle", [circle.pk])
    return leave


@transaction.atomic
def come_back(seat: Membership) -> bool:
    """End the leave today; return whether there was one."""
    circle = locked(seat.circle_id)
    leave = Leave.objects.current().filter(membership=seat).first()
    if leave:
        leave.ended_on = max(circle.today, leave.began_on)
        leave.save(update_fields=["ended_on"])
        planner.keep("circle", [circle.pk])
    return leave is not None


@transaction.atomic
def end_leave(leave: Leave) -> bool:
    """On its last day, end a leave; return whether this call did it. The person is told once."""
    circle = locked(leave.membership.circle_id)
    due = Leave.objects.current().filter(pk=leave.pk, back_by__lte=circle.today).first()
    if due is None:
        return False
    due.ended_on = due.back_by
    due.save(update_fields=["ended_on"])
    planner.keep("circle", [circle.pk])
    # One that ended while nothing ran is no more among those of the circle.
    planner.keep("leave", [due.pk])
    return True


def opened_catch_up(circle: Circle, *, person: Member) -> None:
    """Note the first time a member looks at the catch-up page; it is shown to nobody."""
    seats = Membership.objects.current().of(person).filter(circle=circle, caught_up_at=None)
    seats.update(caught_up_at=timezone.now())
