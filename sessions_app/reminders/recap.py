"""After a meeting: the recap to write, and the recap to read."""

from collections.abc import Iterator, Sequence
from datetime import timedelta

from django.urls import reverse

from circles.reminders.offered import belongs_to_a_circle, looks_after_a_circle
from notifications.catalogue import Kind, Wanted, declare
from notifications.kinds import Letter, NoLongerWanted
from notifications.mail import absolute
from notifications.models import Reminder
from sessions_app.reminders.about import MEETINGS, day_of, readable
from sessions_app.reminders.absence import for_absentee
from sessions_app.reminders.expected import looking_after, readers

ASK_RECAP = "recap_request"
RECAP = "recap"


def requests(meeting_ids: Sequence[int]) -> Iterator[Wanted]:
    """Of whoever looks after the circle, at the planned end.

    However early somebody ends it, and though it is opened again, it is asked for once.
    """
    for meeting, person, ends_at in looking_after(meeting_ids):
        yield Wanted(meeting, person, ends_at)


def recaps(meeting_ids: Sequence[int]) -> Iterator[Wanted]:
    """To everyone who reads the meeting, whether they came or not, once it is shared."""
    for meeting, person, shared_at in readers(meeting_ids):
        yield Wanted(meeting, person, shared_at)


def request_letter(reminder: Reminder) -> Letter:
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
    declare(
        Kind(
            ASK_RECAP,
            "A recap that you are asked to write",
            MEETINGS,
            compose=request_letter,
            about="meeting",
            wanted=requests,
            # Who looks after the circle only now is asked, too.
            too_late=timedelta(days=7),
            lasts=timedelta(days=1),
            offered_to=looks_after_a_circle,
        )
    )
    declare(
        Kind(
            RECAP,
            "The recap of a meeting",
            MEETINGS,
            compose=recap_letter,
            about="meeting",
            wanted=recaps,
            # Whose seat was given back, or corrected, finds older ones on the circle's page.
            too_late=timedelta(days=1),
            offered_to=belongs_to_a_circle,
        )
    )
