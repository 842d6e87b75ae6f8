"""Before a meeting: its agenda a week ahead, are you coming two days ahead, and where to go."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import timedelta

from django.utils import timezone

from circles.reminders.offered import belongs_to_a_circle
from notifications.catalogue import Kind, Wanted, Written, declare
from notifications.kinds import Letter, NoLongerWanted
from notifications.mail import absolute
from notifications.models import Reminder, Urgency
from sessions_app import answer_links
from sessions_app.agenda.fitting import Timed, timed
from sessions_app.agenda.ledger import Ledger, fitted_of, in_turn, ledger_of
from sessions_app.agenda.prompts import letter_section
from sessions_app.models import Invitation, Meeting
from sessions_app.reminders.about import MEETINGS, day_of, facts_of, key_of
from sessions_app.reminders.expected import Expected, expected, silent
from sessions_app.reminders.invitations import owed_to

AGENDA, CHASE, SOON = "meeting_7d", "meeting_48h", "meeting_2h"
LEADS = {AGENDA: timedelta(days=7), CHASE: timedelta(hours=48), SOON: timedelta(hours=2)}
# Of a meeting that is planned, or a seat that is taken, so much later still: no agenda when the
# invitation has just come, no question when it begins tomorrow, no way when one should be there.
TOO_LATE = {AGENDA: timedelta(days=1), CHASE: timedelta(hours=24), SOON: timedelta(hours=1)}
# After so long it would come too late in a digest.
LASTS = {AGENDA: timedelta(days=4), CHASE: timedelta(hours=30), SOON: timedelta(minutes=90)}
WHO: dict[str, Callable[[Sequence[int]], Iterator[Expected]]] = {
    AGENDA: expected,
    CHASE: silent,
    SOON: expected,
}
NOBODY_ANY_MORE = "They left, are away that day, or have said whether they come."


def wanted(kind: str, meeting_ids: Sequence[int]) -> Iterator[Wanted]:
    """Who is owed that message about which meeting, and when."""
    for meeting, person, starts_at in WHO[kind](meeting_ids):
        yield Wanted(meeting, person, starts_at - LEADS[kind])


class Batch:
    """The meetings that some letters are about, each looked up once for all its readers."""

    def __init__(self, reminders: Sequence[Reminder]) -> None:
        self.kind = reminders[0].kind
        keys = {key_of(reminder) for reminder in reminders}
        self.meetings = Meeting.objects.select_related(
            "own_agenda", "circle__format_version"
        ).in_bulk(keys)
        # Asked again, so that nothing goes to who left, took leave or answered meanwhile.
        self.owed = {(row.subject_id, row.recipient_id) for row in wanted(self.kind, [*keys])}
        self.letters: dict[int, Letter] = {}
        self.agendas: dict[int, tuple[Ledger, list[str]]] = {}

    def meeting_of(self, reminder: Reminder) -> Meeting:
        """The meeting, if its reader is still owed this. Raises NoLongerWanted."""
        meeting = self.meetings.get(key_of(reminder))
        if meeting is None or meeting.state != Meeting.State.PLANNED or meeting.has_started:
            raise NoLongerWanted("The meeting was cancelled or has begun.")
        if meeting.starts_at - LEADS[self.kind] != reminder.due_at:
            raise NoLongerWanted("The meeting was moved.")
        if (meeting.pk, reminder.recipient_id) not in self.owed:
            raise NoLongerWanted(NOBODY_ANY_MORE)
        return meeting

    def agenda_of(self, meeting: Meeting) -> tuple[Ledger, list[str]]:
        """Who sits in the circle, and the lines of the agenda for those who are expected."""
        if meeting.pk not in self.agendas:
            ledger = ledger_of(meeting)
            people = len(ledger.expected)
            segments = fitted_of(meeting, people=people).segments
            parts = timed(segments, people=in_turn(meeting.circle.format_version, people))
            self.agendas[meeting.pk] = ledger, [line_of(part) for part in parts]
        return self.agendas[meeting.pk]


def line_of(part: Timed) -> str:
    """`0:35 Hot seat, 20 minutes (2 presenters, 10:00 each)`."""
    minutes = part.segment.minutes
    length = "1 minute" if minutes == 1 else f"{minutes} minutes"
    return f"{part.clock} {part.segment.name}, {length} ({part.who})"


def write(
    reminders: Sequence[Reminder], letter: Callable[[Batch, Meeting, Reminder], Letter]
) -> Iterable[tuple[Reminder, Written]]:
    """Of each its letter, or why there is none any more."""
    batch = Batch(reminders)
    for reminder in reminders:
        try:
            yield reminder, letter(batch, batch.meeting_of(reminder), reminder)
        except NoLongerWanted as reason:
            yield reminder, reason


def agenda(batch: Batch, meeting: Meeting, reminder: Reminder) -> Letter:
    """A week before: what happens in it, the reader's roles, and what to prepare."""
    person = reminder.recipient
    ledger, lines = batch.agenda_of(meeting)
    to_prepare = letter_section(meeting, person) if ledger.seats(person.pk) else None
    return Letter(
        subject=f"{meeting.circle.name} meets {day_of(meeting)}: the agenda",
        heading=f"Your circle meets {day_of(meeting)}",
        paragraphs=["This is what is planned, and what you can prepare until then."]
        if to_prepare
        else ["This is what is planned."],
        facts=facts_of(meeting),
        sections=[*([to_prepare] if to_prepare else []), ("Agenda", lines)],
        button_label="See the agenda",
        button_url=absolute(f"{meeting.get_absolute_url()}#agenda"),
        why=_why(meeting),
    )


def chase(_batch: Batch, meeting: Meeting, reminder: Reminder) -> Letter:
    """Two days before, to who has not said it: are you coming?"""
    person = reminder.recipient
    if _is_just_invited(reminder, meeting):
        raise NoLongerWanted("The invitation asks the same.")
    to_prepare = letter_section(meeting, person)
    return Letter(
        subject=f"{meeting.circle.name} meets {day_of(meeting)}",
        heading=f"Your circle meets {day_of(meeting)}",
        paragraphs=["Are you coming? Your circle plans around your answer."],
        facts=facts_of(meeting),
        sections=[to_prepare] if to_prepare else [],
        choices=answer_links.choices(meeting, person),
        button_label="See the meeting",
        button_url=absolute(meeting.get_absolute_url()),
        why=f"You get this because you have a seat in {meeting.circle.name} and have not said yet "
        "whether you come.",
    )


def soon(batch: Batch, meeting: Meeting, _reminder: Reminder) -> Letter:
    """Two hours before: when, and where to go. The same words for all who share a zone."""
    if meeting.pk not in batch.letters:
        clock = f"{timezone.localtime(meeting.starts_at):%H:%M}"
        batch.letters[meeting.pk] = Letter(
            subject=f"{meeting.circle.name} meets at {clock}",
            heading=f"Your circle meets at {clock}",
            paragraphs=[_way_in(meeting)],
            facts=facts_of(meeting),
            button_label="Open the meeting",
            button_url=absolute(meeting.get_absolute_url()),
            why=_why(meeting),
        )
    return batch.letters[meeting.pk]


def _way_in(meeting: Meeting) -> str:
    if meeting.video_url and meeting.place:
        return "Come to the place below, or join by the link. The agenda is on the meeting’s page."
    if meeting.video_url:
        return "Join by the link below. The agenda is on the meeting’s page."
    if meeting.place:
        return "Come to the place below. The agenda is on the meeting’s page."
    return "Where you meet is not written down. Ask in your circle if you do not know."


def _why(meeting: Meeting) -> str:
    return f"You get this because you have a seat in {meeting.circle.name}, or facilitate it."


def _is_just_invited(reminder: Reminder, meeting: Meeting) -> bool:
    """Whether a mail about this very meeting asks, or has asked, for an answer so late already."""
    person, since = reminder.recipient, reminder.due_at
    told = Invitation.objects.filter(person=person, meeting=meeting, told_at__gte=since)
    owed = owed_to(person, [reminder.subject]).filter(created_at__gte=since)
    return told.exists() or owed.exists()


def _declare(
    name: str,
    label: str,
    letter: Callable[[Batch, Meeting, Reminder], Letter],
    urgency: Urgency = Urgency.USUAL,
) -> None:
    declare(
        Kind(
            name,
            label,
            MEETINGS,
            urgency=urgency,
            compose_many=lambda reminders: write(reminders, letter),
            about="meeting",
            wanted=lambda meeting_ids: wanted(name, meeting_ids),
            too_late=TOO_LATE[name],
            offered_to=belongs_to_a_circle,
            lasts=LASTS[name],
        )
    )


def register_kinds() -> None:
    _declare(AGENDA, "A week before a meeting: its agenda", agenda)
    _declare(CHASE, "Two days before a meeting, if you have not answered", chase)
    _declare(SOON, "Two hours before a meeting", soon, Urgency.PROMPT)
