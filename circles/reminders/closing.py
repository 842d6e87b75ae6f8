"""The end of a circle: closing words asked for, and what one keeps.

The round follows the circle: words that are said, another day and a round that is cancelled need no
code of their own. That the circle is closed is planned by hand: it happens once, and is told to
those who had a seat at that moment.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, time, timedelta

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from circles.models import Circle, ClosingWord, Membership
from circles.people import by_circle, members_of
from circles.reminders.about import CHANGES, circle_of, must_have_seat
from circles.reminders.offered import has_a_seat
from notifications import actions
from notifications.catalogue import Kind, Wanted, declare
from notifications.kinds import Letter, NoLongerWanted
from notifications.mail import absolute
from notifications.models import Reminder

ROUND, CLOSED = "closing_round", "circle_closed"
LAST_CALL, MORNING = timedelta(days=2), time(9)


def wanted(circle_ids: Sequence[int]) -> Iterator[Wanted]:
    """Owed to every member who has not spoken, at once and two days before the circle closes.

    Two queries, however many circles.
    """
    closing = Circle.objects.open().filter(pk__in=circle_ids, closes_on__isnull=False)
    circles = list(closing.only("closes_on", "round_opened_at", "time_zone"))
    said = ClosingWord.objects.filter(circle=OuterRef("circle"), person=OuterRef("person"))
    silent = Membership.objects.current().filter(~Exists(said))
    people = by_circle(silent, [circle.pk for circle in circles]) if circles else {}
    for circle in circles:
        for due_at in _moments(circle):
            yield from (Wanted(circle.pk, person, due_at) for person in people[circle.pk])


def _moments(circle: Circle) -> Iterator[datetime]:
    if circle.round_opened_at:
        yield circle.round_opened_at
    if circle.closes_on:
        yield datetime.combine(circle.closes_on - LAST_CALL, MORNING, circle.zone)


def tell_of_closing(circle: Circle) -> None:
    """Tell everyone who has a seat until now that the circle is over."""
    people = members_of(circle)
    actions.plan(CLOSED, subject=f"circle:{circle.pk}", recipients=people, due_at=timezone.now())


def round_letter(reminder: Reminder) -> Letter:
    """Before the circle closes: what one takes along, and whom one thanks."""
    circle = circle_of(reminder)
    if circle.is_closed or circle.closes_on is None:
        raise NoLongerWanted("The closing round was cancelled, or the circle is closed.")
    must_have_seat(circle, reminder.recipient)
    if circle.closing_words.filter(person=reminder.recipient).exists():
        raise NoLongerWanted("They have written their closing words.")
    day = date_format(circle.closes_on, "l j F")
    return Letter(
        subject=f"{circle.name} closes on {day}",
        heading="What do you take along?",
        paragraphs=[
            f"{circle.name} closes on {day}. Before that, everyone says two things: what they take "
            "along, and whom they thank.",
            "The circle’s members and facilitators read it, nobody else.",
        ],
        button_label="Write your closing words",
        button_url=absolute(reverse("circles:closing_word", args=[circle.pk])),
        why=f"You get this because you have a seat in {circle.name}.",
    )


def closed_letter(reminder: Reminder) -> Letter:
    """The circle is over; what one keeps of it."""
    circle = circle_of(reminder)
    kept = circle.memberships.of(reminder.recipient).filter(stayed_to_end=True)
    if not circle.is_closed or not kept.exists():
        raise NoLongerWanted("The circle was opened again.")
    return Letter(
        subject=f"{circle.name} is closed",
        heading=f"{circle.name} is closed",
        paragraphs=[
            "You stayed until the end, so you keep what you could read: its meetings, decisions "
            "and promises, and the closing words. Your goals stay yours.",
        ],
        button_label="Look back",
        button_url=absolute(circle.get_absolute_url()),
        why=f"You get this because you had a seat in {circle.name} until it closed.",
    )


def register_kinds() -> None:
    """Called once, when Django has loaded the apps."""
    declare(
        Kind(
            ROUND,
            "Closing words before your circle ends",
            CHANGES,
            compose=round_letter,
            about="circle",
            wanted=wanted,
            offered_to=has_a_seat,
        )
    )
    declare(
        Kind(CLOSED, "Your circle is closed", CHANGES, compose=closed_letter, offered_to=has_a_seat)
    )
