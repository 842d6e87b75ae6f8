"""On the day on which a leave ends. It follows the leave: a new day moves it."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time, timedelta, tzinfo

from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils import timezone

from circles.models import Leave
from circles.reminders.about import JOINING, key_of
from circles.reminders.offered import has_a_seat
from notifications.catalogue import Kind, Wanted, declare, declare_dependents, declare_subjects
from notifications.kinds import Letter, NoLongerWanted
from notifications.mail import absolute
from notifications.models import Reminder

BACK = "back_from_leave"
MORNING = time(8)
# Later than this, "today" would no longer be true.
STILL_TRUE = timedelta(days=2)


def wanted(leave_ids: Sequence[int]) -> Iterator[Wanted]:
    """Whose leave ends, or ended, on the day they named: that morning where the circle is.

    Not who came back earlier, gave up the seat, or has gone on leave again.
    """
    again = Leave.objects.current().filter(membership=OuterRef("membership"))
    leaves = Leave.objects.filter(
        Q(ended_on=None) | Q(ended_on=F("back_by")) & ~Exists(again),
        pk__in=leave_ids,
        membership__left_on=None,
    ).select_related("membership__circle")
    for leave in leaves:
        seat = leave.membership
        yield Wanted(leave.pk, seat.person_id, _morning(leave.back_by, seat.circle.zone))


def back_from_leave(reminder: Reminder) -> Letter:
    """That they count as back, and what to do if they are not."""
    mine = Leave.objects.filter(
        membership__person=reminder.recipient, membership__left_on=None
    ).select_related("membership__circle")
    leave = mine.filter(pk=key_of(reminder)).first()
    if leave is None or leave.membership.leaves.current().exclude(pk=leave.pk).exists():
        raise NoLongerWanted("They left, or went on leave again.")
    circle = leave.membership.circle
    if leave.ended_on not in (None, leave.back_by) or leave.back_by > circle.today:
        raise NoLongerWanted("They came back earlier, or stay away longer.")
    if reminder.due_at < timezone.now() - STILL_TRUE:
        raise NoLongerWanted("The day has passed.")
    return Letter(
        subject=f"Welcome back to {circle.name}",
        heading="Are you back?",
        paragraphs=[
            f"Your leave from {circle.name} ends today, so your circle counts on you again.",
            "If you need longer, say until when. If it no longer fits, you can give up your seat.",
        ],
        button_label="Open your circle",
        button_url=absolute(circle.get_absolute_url()),
        facts=[("If you need longer", absolute(reverse("circles:leave_take", args=[circle.pk])))],
        why=f"You get this because you have a seat in {circle.name}.",
    )


def register_kinds() -> None:
    """Called once, when Django has loaded the apps."""
    declare(
        Kind(
            BACK,
            "Your leave has ended",
            JOINING,
            compose=back_from_leave,
            about="leave",
            wanted=wanted,
            too_late=STILL_TRUE,
            offered_to=has_a_seat,
        )
    )
    declare_subjects("leave", lambda: Leave.objects.current().values_list("pk", flat=True))
    declare_dependents("circle", "leave", _of_circles)


def _of_circles(circle_ids: Sequence[int]) -> Iterable[int]:
    """Those that are not over: with the seat, or the circle, they end at once."""
    here = Leave.objects.filter(membership__circle__in=circle_ids)
    yesterday = timezone.now().date() - timedelta(days=1)
    return here.filter(Q(ended_on=None) | Q(back_by__gte=yesterday)).values_list("pk", flat=True)


def _morning(day: date, zone: tzinfo) -> datetime:
    return datetime.combine(day, MORNING, zone)
