"""What calendars are told by mail: invitations, changes of time, cancellations (iTIP, RFC 5546).

Each mail is composed when it is sent, from the facts as they are then, and says nothing that the
same person was told before.
"""

from collections.abc import Sequence
from datetime import timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone

from circles.models import Membership
from circles.reminders.offered import has_a_seat
from members.models import Member
from notifications import actions
from notifications.catalogue import Kind, declare
from notifications.kinds import CalendarPart, Letter, NoLongerWanted
from notifications.models import Reminder, Urgency
from sessions_app.calendars.telling import Told, series_told, single_told
from sessions_app.models import Attendance, Invitation, Meeting, Series
from sessions_app.reminders.about import MEETINGS, seated, subject_of

INVITATION, CANCELLATION = "invitation", "cancellation"
# Whoever changes a meeting often changes it again at once: that makes one mail, of the latest.
WAIT = timedelta(minutes=1)
WAITING = (Reminder.State.PLANNED, Reminder.State.CLAIMED, Reminder.State.DISPATCHED)


def tell_series(series: Series) -> None:
    """Owe everyone with a seat what their calendar must know of the series as it is now."""
    kind = CANCELLATION if series.ended_at else INVITATION
    owe(kind, subject_of_series(series), list(seated(series.circle_id)))


def tell_meeting(meeting: Meeting) -> None:
    """Owe everyone with a seat what their calendar must know of this one meeting as it is now."""
    kind = CANCELLATION if meeting.is_cancelled else INVITATION
    owe(kind, subject_of(meeting), list(seated(meeting.circle_id)))


def owe(kind: str, subject: str, people: list[Member]) -> None:
    """Owe it in a minute, instead of what was to be told until then."""
    for each in (INVITATION, CANCELLATION):
        actions.withdraw(subject, kind=each)
    actions.plan(kind, subject=subject, recipients=people, due_at=timezone.now() + WAIT)


def owed_to(person: Member, subjects: Sequence[str]) -> QuerySet[Reminder]:
    """Invitations about these that are on their way to the person."""
    return Reminder.objects.filter(
        kind=INVITATION, subject__in=subjects, recipient=person, state__in=WAITING
    )


def subjects_of(meeting: Meeting) -> list[str]:
    """What a message that tells of the meeting may be about: itself, or its series."""
    series = [subject_of_series(meeting.series)] if meeting.series else []
    return [subject_of(meeting), *series]


def subject_of_series(series: Series) -> str:
    return f"series:{series.pk}"


def tell(reminder: Reminder) -> Letter:
    """The letter and its calendar part: an invitation, a change, or that it is off."""
    told = _what_to_tell(reminder)
    before = Invitation.objects.filter(told.about, person=reminder.recipient).first()
    if before and (before.method, before.sequence >= told.sequence) == (told.method, True):
        raise NoLongerWanted("Their calendar knows it already.")
    if before and _holds_again(before, told):
        raise NoLongerWanted("What had changed was taken back before they were told.")
    knows_it = before is not None and before.method == Invitation.Method.REQUEST
    if told.is_off and not knows_it and not _was_invited_otherwise(told, reminder.recipient):
        raise NoLongerWanted("They were never invited to it.")
    letter = told.letter(before.told_when if before else "")

    def remember() -> None:
        Invitation.objects.update_or_create(
            person=reminder.recipient,
            series=None if isinstance(told.thing, Meeting) else told.thing,
            meeting=told.thing if isinstance(told.thing, Meeting) else None,
            defaults={
                "method": told.method,
                "sequence": told.sequence,
                "told_at": timezone.now(),
                "told_when": told.when[:300],
                "told_what": told.what,
            },
        )

    part = CalendarPart(told.method.upper(), told.calendar())
    return Letter(**letter, calendar=part, on_sent=remember)


def _what_to_tell(reminder: Reminder) -> Told:
    """From the facts as they are now. Raises NoLongerWanted."""
    subject, _, key = reminder.subject.partition(":")
    person = reminder.recipient
    if subject == "series":
        series = Series.objects.select_related("circle").filter(pk=key).first()
        if series is None:
            raise NoLongerWanted("The series is gone.")
        return series_told(series, person, _seat(person, series.circle_id))
    meeting = Meeting.objects.select_related("circle", "series__circle").filter(pk=key).first()
    if meeting is None or meeting.has_ended:
        raise NoLongerWanted("The meeting is over or gone.")
    return single_told(meeting, person, _seat(person, meeting.circle_id))


def _seat(person: Member, circle_id: int) -> Membership | None:
    """Raises NoLongerWanted for someone on leave: back in time, they are told as newcomers are."""
    seats = Membership.objects.current().of(person).filter(circle=circle_id)
    seat = seats.first()
    if seat and seats.on_leave().exists():
        raise NoLongerWanted("They are on leave.")
    return seat


def _holds_again(before: Invitation, told: Told) -> bool:
    """Whether they were told the very same last, and have nothing to answer anew.

    Of its series, or of a day of it, they must have been told nothing since: their calendar might
    hold that instead.
    """
    if (before.method, before.told_what) != (told.method, told.what):
        return False
    thing, person = told.thing, told.person
    others = Invitation.objects.visible_to(person)
    if isinstance(thing, Meeting):
        meetings, others = Q(meeting=thing.pk), others.about_meeting(thing)
    else:
        coming = Meeting.objects.upcoming().filter(series=thing.pk)
        meetings, others = Q(meeting__in=coming), others.about_series(thing)
    # A meeting that moved, and be it there and back, lost its answers.
    lost = Attendance.objects.filter(meetings, person=person, rsvp="")
    return not (others.filter(told_at__gt=before.told_at).exists() or lost.exists())


def _was_invited_otherwise(told: Told, person: Member) -> bool:
    """To the series of the meeting, whose invitation was for all of its meetings."""
    if not isinstance(told.thing, Meeting) or told.thing.series_id is None:
        return False
    invited = Invitation.objects.filter(
        series=told.thing.series_id, person=person, method=Invitation.Method.REQUEST
    )
    return invited.exists()


def register_kinds() -> None:
    # Planned by hand: they say what changed, not what is.
    declare(
        Kind(
            INVITATION,
            "Invitations for your calendar, and changes of time",
            MEETINGS,
            compose=tell,
            lasts=timedelta(days=1),
            offered_to=has_a_seat,
        )
    )
    declare(
        Kind(
            CANCELLATION,
            "A meeting is called off",
            MEETINGS,
            urgency=Urgency.PROMPT,
            compose=tell,
            required="You may be on your way to it.",
        )
    )
