"""On the day on which a leave ends."""

from datetime import timedelta

from django.urls import reverse
from django.utils import timezone

from circles.models import Leave
from notifications import actions
from notifications.kinds import Letter, NoLongerWanted, register
from notifications.mail import absolute
from notifications.models import Reminder

BACK = "back_from_leave"
# Later than this, "today" would no longer be true.
STILL_TRUE = timedelta(days=2)


def plan_back(leave: Leave) -> None:
    actions.plan(
        BACK,
        subject=f"leave:{leave.pk}",
        recipients=[leave.membership.person],
        due_at=timezone.now(),
    )


def back_from_leave(reminder: Reminder) -> Letter:
    """That they count as back, and what to do if they are not."""
    mine = Leave.objects.filter(
        membership__person=reminder.recipient, membership__left_on=None
    ).select_related("membership__circle")
    leave = mine.filter(pk=reminder.subject.removeprefix("leave:")).first()
    if leave is None or leave.membership.leaves.current().exists():
        raise NoLongerWanted("They left, or went on leave again.")
    if reminder.due_at < timezone.now() - STILL_TRUE:
        raise NoLongerWanted("The day has passed.")
    circle = leave.membership.circle
    return Letter(
        subject=f"Welcome back to {circle.name}",
        heading="Are you back?",
        paragraphs=[
            f"Your leave from {circle.name} ends today, so your circle counts on you again.",
            "If you need longer, you can say until when. If it no longer fits, you can give up "
            "your seat.",
        ],
        button_label="Open your circle",
        button_url=absolute(circle.get_absolute_url()),
        facts=[("If you need longer", absolute(reverse("circles:leave_take", args=[circle.pk])))],
        why=f"You get this because you have a seat in {circle.name}.",
    )


def register_kinds() -> None:
    """Called once, when Django has loaded the apps."""
    register(BACK, back_from_leave)
