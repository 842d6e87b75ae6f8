"""Two days before a meeting: when and where, and are you coming?"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.utils import timezone

from circles.models import Membership
from notifications import actions
from notifications.kinds import Letter, NoLongerWanted, register
from notifications.mail import absolute
from notifications.models import Reminder
from sessions_app import answer_links
from sessions_app.agenda.prompts import letter_section
from sessions_app.models import Attendance, Invitation, Meeting
from sessions_app.reminders.about import (
    HERE,
    day_of,
    facts_of,
    readable,
    seated,
    subject_of,
)

BEFORE = "meeting_48h"
LEAD = timedelta(hours=48)


def plan_for_meeting(meeting: Meeting) -> None:
    """Owe everyone with a seat the reminder for the meeting as it is planned now.

    Who is on leave gets none; back in time, they get it from plan_missing. A moved meeting
    withdraws what it owed for its former time.
    """
    due_at = meeting.starts_at - LEAD
    actions.withdraw(subject_of(meeting), kind=BEFORE, unless_due_at=due_at)
    here = seated(meeting, HERE)
    actions.plan(BEFORE, subject=subject_of(meeting), recipients=here, due_at=due_at)


def withdraw_for_meeting(meeting: Meeting) -> None:
    """A cancelled meeting owes nothing any more."""
    actions.withdraw(subject_of(meeting), kind=BEFORE)


def plan_for_meetings(meetings: Sequence[Meeting]) -> None:
    """The same for several meetings of one circle, in as many queries as for one."""
    if not meetings:
        return
    due = {subject_of(meeting): meeting.starts_at - LEAD for meeting in meetings}
    withdraw_for_meetings(meetings)
    people = list(seated(meetings[0], HERE))
    Reminder.objects.bulk_create(
        [
            Reminder(kind=BEFORE, subject=subject, recipient=who, due_at=due_at)
            for subject, due_at in due.items()
            for who in people
        ],
        ignore_conflicts=True,
        batch_size=1000,
    )
    withdrawn = Reminder.objects.filter(
        kind=BEFORE, subject__in=due, recipient__in=people, state=Reminder.State.CANCELLED
    )
    owed = [row.pk for row in withdrawn if row.due_at == due[row.subject]]
    Reminder.objects.filter(pk__in=owed).update(state=Reminder.State.PLANNED, problem="")


def withdraw_for_meetings(meetings: Sequence[Meeting]) -> None:
    """Cancelled meetings owe nothing any more."""
    Reminder.objects.filter(
        kind=BEFORE,
        subject__in=[subject_of(meeting) for meeting in meetings],
        state=Reminder.State.PLANNED,
    ).update(state=Reminder.State.CANCELLED, problem="Withdrawn: the facts changed.")


def plan_missing(now: datetime | None = None) -> int:
    """Owe the two-day reminder to whoever joined after their circle's meeting was planned.

    Returns how many were missing. The number of queries does not depend on how many meetings.
    """
    now = now or timezone.now()
    meetings = {
        meeting.pk: meeting
        for meeting in Meeting.objects.filter(
            state=Meeting.State.PLANNED, starts_at__gt=now, starts_at__lte=now + LEAD
        )
    }
    owed = set(
        Reminder.objects.filter(
            kind=BEFORE, subject__in=[subject_of(meeting) for meeting in meetings.values()]
        ).values_list("subject", "recipient", "due_at")
    )
    by_circle = defaultdict(list)
    for meeting in meetings.values():
        by_circle[meeting.circle_id].append(meeting)
    seats = Membership.objects.current().here().filter(circle__in=by_circle)
    missing = [
        Reminder(
            kind=BEFORE,
            subject=subject_of(meeting),
            recipient_id=seat.person_id,
            due_at=meeting.starts_at - LEAD,
        )
        for seat in seats
        for meeting in by_circle[seat.circle_id]
        if (subject_of(meeting), seat.person_id, meeting.starts_at - LEAD) not in owed
    ]
    Reminder.objects.bulk_create(missing, ignore_conflicts=True, batch_size=1000)
    return len(missing)


def before_meeting(reminder: Reminder) -> Letter:
    """Two days before: who is asked, when and where, and to answer."""
    meeting = readable(reminder)
    if meeting.state != Meeting.State.PLANNED or meeting.starts_at <= timezone.now():
        raise NoLongerWanted("The meeting was cancelled or has begun.")
    if meeting.starts_at - LEAD != reminder.due_at:
        raise NoLongerWanted("The meeting was moved.")
    seats = Membership.objects.current().of(reminder.recipient).filter(circle=meeting.circle_id)
    if seats.on_leave().exists():
        raise NoLongerWanted("They are on leave.")
    if _is_just_invited(reminder, meeting):
        raise NoLongerWanted("The invitation asks the same.")
    answer = Attendance.objects.filter(meeting=meeting, person=reminder.recipient).first()
    if answer and answer.rsvp == Attendance.Rsvp.NOT_GOING:
        raise NoLongerWanted("They answered that they can't come.")
    person = reminder.recipient
    coming = answer is not None and answer.rsvp == Attendance.Rsvp.GOING
    ask = (
        "You said you are coming. If that has changed, one tap tells your circle."
        if coming
        else "Are you coming? Your circle plans around your answer."
    )
    to_prepare = letter_section(meeting, person)
    return Letter(
        subject=f"{meeting.circle.name} meets {day_of(meeting)}",
        heading=f"Your circle meets {day_of(meeting)}",
        paragraphs=[ask],
        facts=facts_of(meeting),
        sections=[to_prepare] if to_prepare else [],
        choices=answer_links.choices(meeting, person),
        button_label="See the meeting",
        button_url=absolute(meeting.get_absolute_url()),
        why=f"You get this because you have a seat in {meeting.circle.name}.",
    )


def _is_just_invited(reminder: Reminder, meeting: Meeting) -> bool:
    """Whether a mail about this very meeting asks, or has asked, for an answer so late already."""
    person, since = reminder.recipient, reminder.due_at
    told = Invitation.objects.filter(person=person, meeting=meeting, told_at__gte=since)
    owed = Reminder.objects.filter(
        kind="invitation",
        subject=reminder.subject,
        recipient=person,
        state=Reminder.State.PLANNED,
        created_at__gte=since,
    )
    return told.exists() or owed.exists()


def register_kinds() -> None:
    register(BEFORE, before_meeting)
