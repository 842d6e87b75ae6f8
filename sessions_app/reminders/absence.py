"""For whoever was not there: what the recap says to them, and one kind word after two misses."""

from datetime import timedelta

from django.utils import timezone

from circles.models import Circle
from circles.reminders.offered import has_a_seat
from members.models import Member
from notifications import actions
from notifications.catalogue import Kind, declare
from notifications.kinds import Letter, NoLongerWanted
from notifications.mail import absolute
from notifications.models import Reminder
from sessions_app.decent_hours import decent
from sessions_app.misses import LOOK_BACK, Missed, missed_in_a_row
from sessions_app.models import Commitment, Meeting
from sessions_app.reminders.about import MEETINGS, readable

MISSED_TWO = "missed_two"
# Until then a mark that was a slip is corrected.
AFTER = timedelta(hours=3)
RECENT = timedelta(days=21)


def plan_missed_two(meeting: Meeting) -> None:
    """Owe a kind word to whoever missed this circle's last two meetings; once for each row.

    Nothing for meetings of long ago, whose attendance somebody notes only now.
    """
    circle, now = meeting.circle, timezone.now()
    if circle.is_closed or meeting.ends_at < now - RECENT:
        return
    for missed in missed_in_a_row(circle):
        if len(missed.meetings) < LOOK_BACK and not _was_told(missed):
            person = Member.objects.get(pk=missed.person)
            actions.plan(
                MISSED_TWO,
                subject=f"meeting:{missed.meetings[1]}",
                recipients=[person],
                due_at=decent(now + AFTER, person.zone),
            )


def _was_told(missed: Missed) -> bool:
    subjects = [f"meeting:{meeting}" for meeting in missed.meetings]
    told = Reminder.objects.filter(
        kind=MISSED_TWO, recipient=missed.person, subject__in=subjects
    ).exclude(state=Reminder.State.CANCELLED)
    return told.exists()


def missed_twice(reminder: Reminder) -> Letter:
    """To the member alone: that they were missed, and what may help."""
    meeting = readable(reminder)
    circle = meeting.circle
    if circle.stage in (Circle.Stage.CLOSED, Circle.Stage.PAUSED):
        raise NoLongerWanted("The circle pauses or is closed.")
    rows = {missed.person: missed.meetings for missed in missed_in_a_row(circle)}
    if meeting.pk not in rows.get(reminder.recipient_id, []):
        raise NoLongerWanted("They were there after all, or came since, or are on leave.")
    return Letter(
        subject=f"{circle.name} missed you",
        heading="We missed you twice. Everything all right?",
        paragraphs=[
            f"You could not be at the last two meetings of {circle.name}. That happens, and "
            "nobody counts it against you.",
            "If the day or the hour does not suit you, say so in your circle: it can move. If you "
            "have a lot on your hands for some weeks, you can take leave and keep your seat.",
            "Only you get this mail. What was decided meanwhile is in the recaps.",
        ],
        button_label="See what you missed",
        button_url=absolute(circle.get_absolute_url()),
        why=f"You get this once, because you have a seat in {circle.name}.",
    )


def for_absentee(meeting: Meeting, person: Member) -> tuple[list[str], list[tuple[str, list[str]]]]:
    """What a recap says more to someone who was not there: a paragraph, and their open promises."""
    if not meeting.attendances.missed().filter(person=person).exists():
        return [], []
    mine = Commitment.objects.filter(owner=person, circle=meeting.circle_id).open()
    promises = list(mine.values_list("promise", flat=True))
    said = "You missed this one. Here is what was decided, and what others promised."
    if promises:
        said += " Your own open promises stand at the end."
    return [said], [("Your own open promises", promises)]


def register_kinds() -> None:
    # Planned by hand: once for each row of misses, whatever is corrected in it later.
    declare(
        Kind(
            MISSED_TWO,
            "A word when you were missed twice",
            MEETINGS,
            compose=missed_twice,
            offered_to=has_a_seat,
        )
    )
