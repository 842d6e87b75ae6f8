"""The reminders that meetings owe: two days before, the recap to write, the recap to read."""

from collections import defaultdict
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from circles.models import Facilitation, Membership
from members.models import Member
from notifications import actions
from notifications.kinds import Letter, NoLongerWanted, register
from notifications.mail import absolute
from notifications.models import Reminder
from sessions_app.models import Attendance, Meeting

BEFORE = "meeting_48h"
ASK_RECAP = "recap_request"
RECAP = "recap"
LEAD = timedelta(hours=48)
EVERYONE = Q()
HERE = ~Q(pk__in=Membership.objects.on_leave().values("pk"))


def subject_of(meeting: Meeting) -> str:
    return f"meeting:{meeting.pk}"


def plan_for_meeting(meeting: Meeting) -> None:
    """Owe everyone with a seat the reminder for the meeting as it is planned now.

    Who is on leave gets none; back in time, they get it from plan_missing. A moved meeting
    withdraws what it owed for its former time.
    """
    due_at = meeting.starts_at - LEAD
    actions.withdraw(subject_of(meeting), kind=BEFORE, unless_due_at=due_at)
    here = _seated(meeting, HERE)
    actions.plan(BEFORE, subject=subject_of(meeting), recipients=here, due_at=due_at)


def withdraw_for_meeting(meeting: Meeting) -> None:
    """A cancelled meeting owes nothing any more."""
    actions.withdraw(subject_of(meeting), kind=BEFORE)


def plan_recap(meeting: Meeting) -> None:
    """Owe the recap to everyone who reads the meeting, whether they came or not."""
    actions.withdraw(subject_of(meeting), kind=ASK_RECAP)
    seated = _seated(meeting, Q(joined_on__lte=meeting.held_on))
    facilitators = _facilitators(meeting, Q(appointed_on__lte=meeting.held_on))
    actions.plan(
        RECAP,
        subject=subject_of(meeting),
        recipients=seated | facilitators,
        due_at=meeting.recap_sent_at or timezone.now(),
    )


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


@transaction.atomic
def follow_up(meeting_id: int) -> bool:
    """Close a meeting that has ended and ask its facilitators for the recap, once.

    Returns whether this call was the one that closed it.
    """
    ended = Meeting.objects.filter(
        pk=meeting_id,
        state__in=(Meeting.State.PLANNED, Meeting.State.LIVE),
        ends_at__lte=timezone.now(),
    )
    if not ended.update(state=Meeting.State.CLOSED):
        return False
    meeting = Meeting.objects.get(pk=meeting_id)
    actions.plan(
        ASK_RECAP,
        subject=subject_of(meeting),
        recipients=_facilitators(meeting) or _seated(meeting, Q(role=Membership.Role.HOST)),
        due_at=meeting.ends_at,
    )
    return True


def before_meeting(reminder: Reminder) -> Letter:
    """Two days before: who is asked, when and where, and to answer."""
    meeting = _readable(reminder)
    if meeting.state != Meeting.State.PLANNED or meeting.starts_at <= timezone.now():
        raise NoLongerWanted("The meeting was cancelled or has begun.")
    if meeting.starts_at - LEAD != reminder.due_at:
        raise NoLongerWanted("The meeting was moved.")
    seats = Membership.objects.current().of(reminder.recipient).filter(circle=meeting.circle_id)
    if seats.on_leave().exists():
        raise NoLongerWanted("They are on leave.")
    answer = Attendance.objects.filter(meeting=meeting, person=reminder.recipient).first()
    if answer and answer.rsvp == Attendance.Rsvp.NOT_GOING:
        raise NoLongerWanted("They answered that they can't come.")
    coming = answer is not None and answer.rsvp == Attendance.Rsvp.GOING
    ask = (
        "You said you are coming. If that has changed, tell your circle."
        if coming
        else "Are you coming? Your circle plans around your answer."
    )
    return Letter(
        subject=f"{meeting.circle.name} meets {_day(meeting)}",
        heading=f"Your circle meets {_day(meeting)}",
        paragraphs=[ask],
        facts=_facts(meeting),
        button_label="See the meeting" if coming else "Answer now",
        button_url=absolute(meeting.get_absolute_url()),
        why=f"You get this because you have a seat in {meeting.circle.name}.",
    )


def recap_wanted(reminder: Reminder) -> Letter:
    """After the meeting: what the circle waits for, and from whom."""
    meeting = _readable(reminder)
    if meeting.recap_sent_at or meeting.is_cancelled:
        raise NoLongerWanted("The recap was sent, or the meeting cancelled.")
    path = reverse("meetings:recap", args=[meeting.pk])
    return Letter(
        subject=f"Recap of {meeting.circle.name}, {_day(meeting)}",
        heading="Write the recap while it is fresh",
        paragraphs=[
            f"{meeting.circle.name} met {_day(meeting)}. A few lines are enough: what you decided, "
            "and who promised what.",
            "Everyone in the circle gets it, also those who could not come. Within a day is best.",
        ],
        button_label="Write the recap",
        button_url=absolute(path),
        why=f"You get this because you look after {meeting.circle.name}.",
    )


def recap_letter(reminder: Reminder) -> Letter:
    """The recap itself, with what was decided and promised."""
    meeting = _readable(reminder)
    decisions = list(meeting.decisions.values_list("text", flat=True))
    promises = [
        f"{commitment.owner.short_name}: {commitment.promise}"
        for commitment in meeting.commitments.select_related("owner")
    ]
    return Letter(
        subject=f"Recap: {meeting.circle.name}, {_day(meeting)}",
        heading=f"What happened in {meeting.circle.name}",
        paragraphs=[part.strip() for part in meeting.recap.split("\n\n") if part.strip()],
        sections=[
            (title, items)
            for title, items in (("Decided", decisions), ("Promised", promises))
            if items
        ],
        button_label="Open the meeting",
        button_url=absolute(meeting.get_absolute_url()),
        why=f"You get this because you have a seat in {meeting.circle.name}, or facilitate it. "
        "What is said in the circle stays in the circle: please do not pass it on.",
    )


def register_kinds() -> None:
    """Called once, when Django has loaded the apps."""
    register(BEFORE, before_meeting)
    register(ASK_RECAP, recap_wanted)
    register(RECAP, recap_letter)


def _readable(reminder: Reminder) -> Meeting:
    """The meeting, if the recipient may read it now. Raises NoLongerWanted."""
    visible = Meeting.objects.visible_to(reminder.recipient).select_related("circle")
    meeting = visible.filter(pk=reminder.subject.removeprefix("meeting:")).first()
    if meeting is None:
        raise NoLongerWanted("They no longer belong to the circle, or the meeting is gone.")
    return meeting


def _seated(meeting: Meeting, only: Q = EVERYONE) -> QuerySet[Member]:
    seats = Membership.objects.current().filter(only, circle=meeting.circle_id)
    people: QuerySet[Member] = Member.objects.filter(pk__in=seats.values("person"))
    return people


def _facilitators(meeting: Meeting, only: Q = EVERYONE) -> QuerySet[Member]:
    held = Facilitation.objects.current().filter(only, circle=meeting.circle_id)
    people: QuerySet[Member] = Member.objects.filter(pk__in=held.values("person"))
    return people


def _day(meeting: Meeting) -> str:
    return date_format(timezone.localtime(meeting.starts_at), "l j F")


def _facts(meeting: Meeting) -> list[tuple[str, str]]:
    """When in the reader's zone and, where it differs, the circle's; and where."""
    starts = timezone.localtime(meeting.starts_at)
    there = meeting.starts_at.astimezone(meeting.zone)
    when = f"{date_format(starts, 'l j F, H:i')} to {timezone.localtime(meeting.ends_at):%H:%M}"
    facts = [("When", f"{when} ({timezone.get_current_timezone_name()})")]
    if starts.utcoffset() != there.utcoffset():
        in_its_zone = f"{date_format(there, 'l j F, H:i')} ({meeting.zone})"
        facts.append(("In the circle’s zone", in_its_zone))
    facts += [("Where", meeting.place)] if meeting.place else []
    facts += [("Online", meeting.video_url)] if meeting.video_url else []
    return facts
