"""What a circle tells when it pauses, goes on, divides or ends, also to whoever waited for it.

All of it is planned by hand: it happens once, and is told to those who are there at that moment.
"""

from collections.abc import Iterable

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from circles.models import Circle, Lineage, Pause
from circles.people import members_of
from circles.reminders.about import CHANGES, JOINING, circle_of, key_of, must_have_seat
from circles.reminders.offered import has_a_seat
from members.models import Member
from notifications import actions
from notifications.catalogue import Kind, declare
from notifications.kinds import Letter, NoLongerWanted
from notifications.mail import absolute
from notifications.models import Reminder

PAUSED, RESUMED = "circle_paused", "circle_resumed"
SPLIT, WAIT_ENDED = "circle_split", "wait_ended"


def tell_of_pause(pause: Pause) -> None:
    _tell(PAUSED, f"pause:{pause.pk}", members_of(pause.circle))


def withdraw_pause(pause: Pause | None) -> None:
    if pause:
        actions.withdraw(f"pause:{pause.pk}", kind=PAUSED)


def tell_of_resuming(circle: Circle) -> None:
    _tell(RESUMED, f"circle:{circle.pk}", members_of(circle))


def tell_of_split(circle: Circle, new: Circle) -> None:
    _tell(SPLIT, f"circle:{new.pk}", members_of(circle) | members_of(new))


def tell_who_waited(circle: Circle, people: Iterable[Member]) -> None:
    _tell(WAIT_ENDED, f"circle:{circle.pk}", people)


def pause_letter(reminder: Reminder) -> Letter:
    """Who paused it, why, and until when, as far as that is known."""
    pauses = Pause.objects.current().select_related("circle", "paused_by")
    pause = pauses.filter(pk=key_of(reminder)).first()
    if pause is None:
        raise NoLongerWanted("The circle goes on.")
    circle = pause.circle
    must_have_seat(circle, reminder.recipient)
    until = f" until {date_format(pause.back_by, 'l j F')}" if pause.back_by else ""
    who = f"{pause.paused_by} writes" if pause.paused_by else "They write"
    return Letter(
        subject=f"{circle.name} pauses",
        heading=f"{circle.name} pauses{until}",
        paragraphs=[
            *([f"{who}: {pause.words}"] if pause.words else []),
            "Nobody joins and no meeting is planned in the meantime. You keep your seat, and the "
            "pause is added to the circle’s term.",
        ],
        button_label="Open the circle",
        button_url=absolute(circle.get_absolute_url()),
        why=f"You get this because you have a seat in {circle.name}.",
    )


def resume_letter(reminder: Reminder) -> Letter:
    """That it goes on, unless it pauses again."""
    circle = circle_of(reminder)
    must_have_seat(circle, reminder.recipient)
    if circle.stage == Circle.Stage.PAUSED:
        raise NoLongerWanted("The circle pauses again.")
    return Letter(
        subject=f"{circle.name} goes on",
        heading=f"{circle.name} goes on",
        paragraphs=["The pause is over. You find the next meeting on the circle’s page."],
        button_label="Open the circle",
        button_url=absolute(circle.get_absolute_url()),
        why=f"You get this because you have a seat in {circle.name}.",
    )


def split_letter(reminder: Reminder) -> Letter:
    """To everyone: in which of the two they are, and what they read there."""
    new, person = circle_of(reminder), reminder.recipient
    lineage = new.ancestors.filter(kind=Lineage.Kind.SPLIT).select_related("ancestor").first()
    if lineage is None:
        raise NoLongerWanted("The circle did not come from another one.")
    old = lineage.ancestor
    moved = new.memberships.current().of(person).exists()
    circle = new if moved else old
    must_have_seat(circle, person)
    if moved:
        what = (
            f"You are in “{new}” from today. It begins by agreeing on its charter. In “{old}” you "
            "keep what you could read until today, and read nothing later. Your goals and promises "
            f"stay yours; share a goal again if “{new}” is to see it."
        )
    else:
        what = f"You stay in “{old}”, which goes on. Some of its people are in “{new}” from today."
    return Letter(
        subject=f"{old.name} has become two circles",
        heading=f"{old.name} has become two circles",
        paragraphs=[what],
        button_label="Open your circle",
        button_url=absolute(circle.get_absolute_url()),
        why=f"You get this because you had a seat in {old.name}.",
    )


def wait_letter(reminder: Reminder) -> Letter:
    """To whoever waited for a seat, or was offered one, in a circle that is closed."""
    circle = circle_of(reminder)
    if not circle.is_closed:
        raise NoLongerWanted("The circle was opened again.")
    if circle.memberships.keeping().of(reminder.recipient).exists():
        raise NoLongerWanted("They had a seat in the circle.")
    return Letter(
        subject=f"{circle.name} is closed",
        heading=f"{circle.name} is closed",
        paragraphs=["You do not wait for a seat there any more. Other circles look for members."],
        button_label="Find a circle",
        button_url=absolute(reverse("circles:list")),
        why=f"You get this because you waited for a seat in {circle.name}, or were offered one.",
    )


def register_kinds() -> None:
    """Called once, when Django has loaded the apps."""
    told = [
        Kind(PAUSED, "Your circle pauses", CHANGES, compose=pause_letter, offered_to=has_a_seat),
        Kind(RESUMED, "Your circle goes on", CHANGES, compose=resume_letter, offered_to=has_a_seat),
        Kind(
            SPLIT, "Your circle becomes two", CHANGES, compose=split_letter, offered_to=has_a_seat
        ),
        Kind(WAIT_ENDED, "Your place in line is gone", JOINING, compose=wait_letter),
    ]
    for kind in told:
        declare(kind)


def _tell(kind: str, subject: str, people: Iterable[Member]) -> None:
    actions.plan(kind, subject=subject, recipients=people, due_at=timezone.now())
