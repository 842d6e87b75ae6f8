"""After a meeting: the recap to write, and the recap to read."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from circles.models import Membership
from notifications import actions
from notifications.kinds import Letter, NoLongerWanted, register
from notifications.mail import absolute
from notifications.models import Reminder
from sessions_app.models import Meeting
from sessions_app.reminders.about import day_of, facilitators, readable, seated, subject_of
from sessions_app.reminders.absence import for_absentee, plan_missed_two

ASK_RECAP = "recap_request"
RECAP = "recap"


def plan_recap(meeting: Meeting) -> None:
    """Owe the recap to everyone who reads the meeting, whether they came or not."""
    actions.withdraw(subject_of(meeting), kind=ASK_RECAP)
    members = seated(meeting, Q(joined_on__lte=meeting.held_on))
    holders = facilitators(meeting, Q(appointed_on__lte=meeting.held_on))
    actions.plan(
        RECAP,
        subject=subject_of(meeting),
        recipients=members | holders,
        due_at=meeting.recap_sent_at or timezone.now(),
    )


@transaction.atomic
def follow_up(meeting_id: int) -> bool:
    """Close a meeting that nobody began and ask its facilitators for the recap, once.

    Returns whether this call was the one that closed it.
    """
    ended = Meeting.objects.filter(
        pk=meeting_id,
        state=Meeting.State.PLANNED,
        ends_at__lte=timezone.now(),
    )
    if not ended.update(state=Meeting.State.CLOSED):
        return False
    meeting = Meeting.objects.select_related("circle").get(pk=meeting_id)
    plan_after(meeting, ended_at=meeting.ends_at)
    return True


def plan_after(meeting: Meeting, *, ended_at: datetime) -> None:
    """Ask whoever looks after the circle for the recap, and see who was missed twice."""
    plan_missed_two(meeting)
    asked = Reminder.objects.filter(kind=ASK_RECAP, subject=subject_of(meeting))
    if asked.filter(state=Reminder.State.SENT).exists():
        return  # it was opened again since, and is asked for once
    actions.plan(
        ASK_RECAP,
        subject=subject_of(meeting),
        recipients=facilitators(meeting) or seated(meeting, Q(role=Membership.Role.HOST)),
        due_at=ended_at,
    )


def withdraw_request(meeting: Meeting) -> None:
    """A meeting that goes on after all has no recap to write yet."""
    actions.withdraw(subject_of(meeting), kind=ASK_RECAP)


def recap_wanted(reminder: Reminder) -> Letter:
    """After the meeting: what the circle waits for, and from whom."""
    meeting = readable(reminder)
    if meeting.recap_sent_at or meeting.is_cancelled:
        raise NoLongerWanted("The recap was sent, or the meeting cancelled.")
    if meeting.is_live:
        raise NoLongerWanted("The meeting was opened again.")
    path = reverse("meetings:recap", args=[meeting.pk])
    return Letter(
        subject=f"Recap of {meeting.circle.name}, {day_of(meeting)}",
        heading="Write the recap while it is fresh",
        paragraphs=[
            f"{meeting.circle.name} met {day_of(meeting)}. A few lines are enough: what you "
            "decided, and who promised what.",
            "Everyone in the circle gets it, also those who could not come. Within a day is best.",
        ],
        button_label="Write the recap",
        button_url=absolute(path),
        why=f"You get this because you look after {meeting.circle.name}.",
    )


def recap_letter(reminder: Reminder) -> Letter:
    """The recap itself, with what was decided and promised; more for who was not there."""
    meeting = readable(reminder)
    missed, own_promises = for_absentee(meeting, reminder.recipient)
    decisions = list(meeting.decisions.values_list("text", flat=True))
    promises = [
        f"{commitment.owner.short_name}: {commitment.promise}"
        for commitment in meeting.commitments.select_related("owner")
    ]
    return Letter(
        subject=f"Recap: {meeting.circle.name}, {day_of(meeting)}",
        heading=f"What happened in {meeting.circle.name}",
        paragraphs=missed + [part.strip() for part in meeting.recap.split("\n\n") if part.strip()],
        sections=[
            (title, items)
            for title, items in (("Decided", decisions), ("Promised", promises), *own_promises)
            if items
        ],
        button_label="Open the meeting",
        button_url=absolute(meeting.get_absolute_url()),
        why=f"You get this because you have a seat in {meeting.circle.name}, or facilitate it. "
        "What is said in the circle stays in the circle: please do not pass it on.",
    )


def register_kinds() -> None:
    register(ASK_RECAP, recap_wanted)
    register(RECAP, recap_letter)
