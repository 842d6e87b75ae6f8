"""How one gets into a circle, or out of it: which state its join box is in for this person."""

from typing import Any

from django.db.models import Q

from circles.actions import obstacle_to_joining
from circles.joining.best_others import Match, best_others
from circles.models import Application, Circle, Entry, Leave, Membership, Offer, WaitlistEntry
from members.models import Member


def join_box(circle: Circle, person: Member, seat: Membership | None, free: int) -> dict[str, Any]:
    """The context of templates/circles/join_box.html; in a constant number of queries.

    `join_state` is one of: facilitates, seated, on_leave, offered, just_left, applied, waiting,
    obstacle, hidden, by_invitation, must_apply, full, free.
    """
    if seat:
        leave = Leave.objects.current().filter(membership=seat).first()
        return {"join_state": "on_leave" if leave else "seated", "leave": leave, "obstacle": ""}
    if any(held.person_id == person.pk for held in circle.held_by):
        return {"join_state": "facilitates", "obstacle": ""}
    obstacle = obstacle_to_joining(circle, person)
    box = {"obstacle": obstacle} | _asked(circle, person)
    if "join_state" in box:
        return box
    waiting = WaitlistEntry.objects.waiting().filter(circle=circle).count()
    free = 0 if waiting else free  # a free seat belongs to the line
    state = _state(circle, person, free, obstacle)
    other = _other(person, circle) if state == "full" else None
    told = {"seats_left": free, "number_in_line": waiting + 1, "best_other": other}
    return box | told | {"join_state": state}


def _asked(circle: Circle, person: Member) -> dict[str, Any]:
    """What the person is offered, has asked for, or waits for."""
    offer = Offer.objects.open().of(person).filter(circle=circle).select_related("made_by").first()
    if offer and not offer.is_late:
        return {"join_state": "offered", "offer": offer}
    application = Application.objects.open().of(person).filter(circle=circle).first()
    if application:
        voted = Application.objects.voted_on().filter(pk=application.pk).exists()
        return {"join_state": "applied", "application": application, "is_voted_on": voted}
    entry = WaitlistEntry.objects.waiting().of(person).filter(circle=circle).first()
    if entry:
        return {
            "join_state": "waiting",
            "entry": entry,
            "place_in_line": place_of(entry),
            "best_other": _other(person, circle),
        }
    return {}


def _other(person: Member, circle: Circle) -> Match | None:
    return next(iter(best_others(person, circle)), None)


def place_of(entry: WaitlistEntry) -> int:
    """1 for the first in line. Who has been offered a seat and has not answered still counts."""
    earlier = Q(since__lt=entry.since) | Q(since=entry.since, pk__lt=entry.pk)
    line = WaitlistEntry.objects.waiting().filter(circle=entry.circle_id)
    return line.filter(earlier).count() + 1


def _state(circle: Circle, person: Member, free: int, obstacle: str) -> str:
    if obstacle:
        return "obstacle"
    left = circle.memberships.of(person).filter(left_on__gte=circle.today, stayed_to_end=False)
    if free and left.exists():
        return "just_left"
    if circle.is_hidden:
        return "hidden"
    if circle.way_in == Entry.INVITE:
        return "by_invitation"
    if circle.way_in == Entry.APPLY:
        return "must_apply"
    return "free" if free else "full"
