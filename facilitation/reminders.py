"""On Monday morning: which of the circles one facilitates need one, and why."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils import timezone

from circles.models import Circle, Facilitation
from circles.reminders.offered import holds_circles
from facilitation.figures import Row, hub_rows
from facilitation.signals import headline
from members.time_zones import zone_named
from members.words import number_in_words
from notifications.catalogue import (
    Kind,
    Wanted,
    declare,
    declare_dependents,
    declare_subjects,
)
from notifications.kinds import Letter, NoLongerWanted
from notifications.mail import absolute
from notifications.models import Reminder

FACILITATOR = "facilitator"
FACILITATOR_DIGEST = "facilitator_digest"
MONDAY, HOUR = 0, time(8)
A_WEEK = timedelta(days=7)
# Two nearer to each other would be two in one week, in whatever zone.
APART = timedelta(days=5)
LATE = timedelta(hours=3)


def wanted(person_ids: Sequence[int]) -> Iterator[Wanted]:
    """Whoever facilitates an open circle: the Monday that was, and the one to come. Two queries.

    The one that was is asked for still, so that a letter on its way is not withdrawn.
    """
    now, told = timezone.now(), _told(person_ids)
    held = Facilitation.objects.current().filter(person__in=person_ids)
    held = held.filter(circle__in=Circle.objects.open()).order_by("-appointed_on")
    since: dict[int, tuple[str, date]] = {}
    for person, zone, appointed_on in held.values_list(
        "person", "person__time_zone", "appointed_on"
    ):
        since[person] = (zone, appointed_on)
    for person, (zone, appointed_on) in since.items():
        for moment, day in mondays(now, zone_named(zone)):
            if day > appointed_on and not any(abs(moment - t) < APART for t in told[person]):
                yield Wanted(person, person, moment)


def mondays(now: datetime, zone: ZoneInfo) -> list[tuple[datetime, date]]:
    """The last Monday at eight that is not to come, and the next, with their days."""
    today = now.astimezone(zone).date()
    this = today - timedelta(days=today.weekday())
    days = [this + A_WEEK * number for number in (-1, 0, 1)]
    found = [(datetime.combine(day, HOUR, zone).astimezone(UTC), day) for day in days]
    coming = next(number for number, (moment, _) in enumerate(found) if moment > now)
    return found[coming - 1 : coming + 1]


def _told(person_ids: Sequence[int]) -> dict[int, list[datetime]]:
    """By person the moments of letters that went out, or are on their way, of late."""
    rows = Reminder.objects.filter(
        kind=FACILITATOR_DIGEST,
        subject__in=[f"{FACILITATOR}:{person}" for person in person_ids],
        due_at__gt=timezone.now() - 2 * A_WEEK,
    ).exclude(state__in=[Reminder.State.PLANNED, Reminder.State.CANCELLED])
    found: dict[int, list[datetime]] = defaultdict(list)
    for person, due_at in rows.values_list("recipient", "due_at"):
        found[person].append(due_at)
    return found


def letter(reminder: Reminder) -> Letter:
    """The circles with signals, each with its reasons; as the hub has them at this moment."""
    rows = hub_rows(reminder.recipient)
    needing = [row for row in rows if row.signals]
    if not needing:
        raise NoLongerWanted("None of the circles that they facilitate needs them.")
    heading = headline(len(needing), len(rows))
    return Letter(
        subject=heading,
        heading=heading,
        paragraphs=["Here is why, and what may help. What needs you most comes first."],
        sections=[(row.circle.name, reasons_of(row)) for row in needing],
        section_links=[absolute(row.circle.get_absolute_url()) for row in needing],
        button_label="Open your circles",
        button_url=absolute(reverse("facilitation:hub")),
        closing=others_in_words(len(rows) - len(needing)),
        why="You get this on Monday mornings, because you facilitate circles. There is none in a "
        "week in which none of them needs you.",
    )


def reasons_of(row: Row) -> list[str]:
    """Each reason with its figures, and the answer to it."""
    return [f"{signal.reason}. {signal.answer}." for signal in row.signals]


def others_in_words(number: int) -> str:
    """`The other five are going well.`"""
    if number == 0:
        return ""
    if number == 1:
        return "The other one is going well."
    return f"The other {number_in_words(number)} are going well."


def _of_circles(circle_ids: Sequence[int]) -> Iterable[int]:
    """Whoever facilitates them now, and whoever did: their letter may be owed no more."""
    held = Facilitation.objects.filter(circle__in=circle_ids).order_by()
    return held.values_list("person", flat=True).distinct()


def facilitators() -> Iterable[int]:
    held = Facilitation.objects.current().order_by()
    return held.values_list("person", flat=True).distinct().iterator()


def register_kinds() -> None:
    """Called once, when Django has loaded the apps."""
    declare_dependents("circle", FACILITATOR, _of_circles)
    declare_subjects(FACILITATOR, facilitators)
    declare(
        Kind(
            FACILITATOR_DIGEST,
            "On Mondays: which of your circles need you",
            "Circles you facilitate",
            compose=letter,
            about=FACILITATOR,
            wanted=wanted,
            too_late=LATE,
            offered_to=holds_circles,
            lasts=timedelta(days=2),
        )
    )
