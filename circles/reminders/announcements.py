"""Announcements on their way to people, and word to a writer whose announcement was stopped."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta

from circles.announcing.letters import letter_of
from circles.announcing.recipients import people_of
from circles.models import Announcement
from circles.models.announcement import ABOUT, BY_FACILITATOR, BY_ORGANISER, STOPPED
from circles.reminders.offered import holds_circles_or_organises
from members.words import count_in_words
from notifications.catalogue import Kind, Wanted, Written, declare
from notifications.kinds import Letter, NoLongerWanted
from notifications.mail import absolute
from notifications.models import Reminder, Urgency

GROUP = "Announcements"
# Whoever joins after it went out does not get it any more.
TOO_LATE = timedelta(minutes=1)
State = Announcement.State


def wanted_by_facilitator(keys: Sequence[int]) -> Iterator[Wanted]:
    return _readers(keys, as_organiser=False)


def wanted_by_organiser(keys: Sequence[int]) -> Iterator[Wanted]:
    return _readers(keys, as_organiser=True)


def _readers(keys: Sequence[int], *, as_organiser: bool) -> Iterator[Wanted]:
    """Who gets what went out: one query for each announcement, however many people."""
    sent = Announcement.objects.filter(pk__in=keys, state=State.SENT, as_organiser=as_organiser)
    for announcement in sent.select_related("written_by"):
        sent_at = announcement.sent_at
        if sent_at:
            people = people_of(announcement).order_by().values_list("pk", flat=True)
            yield from (Wanted(announcement.pk, person, sent_at) for person in people)


def announcements(reminders: Sequence[Reminder]) -> Iterator[tuple[Reminder, Written]]:
    """One letter for all readers of one announcement, who must still belong to it."""
    keys = {_key(reminder) for reminder in reminders}
    rows = Announcement.objects.filter(pk__in=keys, state=State.SENT)
    found = rows.select_related("written_by", "programme").in_bulk()
    for key in keys:
        mine = [reminder for reminder in reminders if _key(reminder) == key]
        yield from _letters(found.get(key), mine)


def _letters(
    announcement: Announcement | None, reminders: Sequence[Reminder]
) -> Iterable[tuple[Reminder, Written]]:
    if announcement is None:
        gone = NoLongerWanted("The announcement is gone.")
        return [(reminder, gone) for reminder in reminders]
    asked = [reminder.recipient_id for reminder in reminders]
    belonging = people_of(announcement).filter(pk__in=asked).order_by()
    people, letter = set(belonging.values_list("pk", flat=True)), letter_of(announcement)
    left = NoLongerWanted("They do not belong to whom it was written to any more.")
    return [(each, letter if each.recipient_id in people else left) for each in reminders]


def wanted_stopped(keys: Sequence[int]) -> Iterator[Wanted]:
    """Writers of what went out to fewer circles than they chose, or to none."""
    stopped = Announcement.objects.filter(pk__in=keys, state__in=[State.SENT, State.STOPPED])
    hit = stopped.filter(parts__is_dropped=True) | stopped.filter(state=State.STOPPED)
    rows = hit.distinct().values_list("pk", "written_by", "sent_at")
    for pk, writer, sent_at in rows:
        if sent_at:
            yield Wanted(pk, writer, sent_at)


def stopped_letter(reminder: Reminder) -> Letter:
    """Which circles did not get it, and why."""
    rows = Announcement.objects.filter(pk=_key(reminder), written_by=reminder.recipient)
    announcement = rows.first()
    if announcement is None:
        raise NoLongerWanted("The announcement is gone.")
    parts = announcement.parts.filter(is_dropped=True).select_related("circle")
    names = [part.circle.name for part in parts]
    circles = count_in_words(len(names), one="circle", many="circles")
    is_none = announcement.state == State.STOPPED
    role = "hold the role of an organiser" if announcement.as_organiser else "facilitate it"
    return Letter(
        subject=f"“{announcement}” did not go out{'' if is_none else ' to all'}",
        heading=f"“{announcement}” did not go out{'' if is_none else f' to {circles}'}",
        paragraphs=[
            "When its moment came, you could not write there any more: you no longer "
            f"{role}, or the circle is closed.",
            "Nobody got it." if is_none else "Everyone else got it.",
        ],
        sections=[("Not sent to", names)] if names else [],
        button_label="See the announcement",
        button_url=absolute(announcement.get_absolute_url()),
        why="You get this because you wrote it.",
    )


def register_kinds() -> None:
    for name, label, wanted in (
        (BY_FACILITATOR, "What your facilitators announce", wanted_by_facilitator),
        (BY_ORGANISER, "What organisers announce", wanted_by_organiser),
    ):
        declare(
            Kind(
                name,
                label,
                GROUP,
                urgency=Urgency.BULK,
                compose_many=announcements,
                about=ABOUT,
                wanted=wanted,
                too_late=TOO_LATE,
            )
        )
    declare(
        Kind(
            STOPPED,
            "Something that you announced could not go out",
            GROUP,
            compose=stopped_letter,
            about=ABOUT,
            wanted=wanted_stopped,
            too_late=timedelta(days=7),
            offered_to=holds_circles_or_organises,
        )
    )


def _key(reminder: Reminder) -> int:
    return int(reminder.subject.removeprefix(f"{ABOUT}:"))
