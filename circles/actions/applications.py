from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone

from circles.actions.locks import both_locked, locked
from circles.actions.offers import take_and_give_up
from circles.actions.seating import free_seats, in_line, obstacle_to_joining, settle, what_they_have
from circles.actions.waitlist import add_to_line
from circles.models import Application, ApplicationVote, Circle, Entry, Membership
from circles.reminders.applications import plan_decided
from members.actions import record
from members.models import Member
from notifications import planner

State = Application.State
NOTHING_TO_ASK = {
    Entry.OPEN: "In this circle you do not have to ask: take a seat, or join the waitlist.",
    Entry.INVITE: "People get a seat in this circle by invitation.",
}


class CannotApply(Exception):
    """Why the person cannot ask for a seat, in words meant for them."""


class CannotDecide(Exception):
    """Why an application is not decided or voted on, in words meant for who tried."""


@transaction.atomic
def apply_for_seat(
    circle: Circle,
    *,
    person: Member,
    answers: Sequence[Mapping[str, Any]],
    moves_from: Membership | None = None,
) -> Application:
    """Ask for a seat, or raise CannotApply. Who has asked already keeps what they wrote."""
    circle = locked(circle.pk)
    if application := circle.applications.open().of(person).first():
        return application
    if obstacle := obstacle_to_applying(circle, person):
        raise CannotApply(obstacle)
    application = circle.applications.create(
        person=person, answers=list(answers), moves_from=moves_from
    )
    planner.keep("application", [application.pk])
    return application


def obstacle_to_applying(circle: Circle, person: Member) -> str:
    """Why the person cannot ask for a seat; nothing if they can. Ask again under the lock."""
    waits = circle.waitlist.waiting().of(person).exists()
    return (
        what_they_have(circle, person)
        or ("You are accepted and wait in line." if waits else "")
        or obstacle_to_joining(circle, person)
        or NOTHING_TO_ASK.get(circle.way_in, "")
    )


@transaction.atomic
def withdraw_application(application: Application) -> None:
    """Take back what one asked for. Twice, or after the decision, changes nothing."""
    locked(application.circle_id)
    asked = Application.objects.open().filter(pk=application.pk).order_by()
    asked.update(state=State.WITHDRAWN, decided_at=timezone.now())
    planner.keep("application", [application.pk])


@transaction.atomic
def vote_on_application(
    application: Application, *, person: Member, in_favour: bool
) -> Application:
    """Give or change one's vote; may decide the application at once.

    It is accepted when more than half of the current members are in favour, and declined when half
    or more are against. Raises CannotDecide when it is not, or no longer, voted on by this person.
    """
    circles = _lock_for(application)
    application = _again(application)
    if not application.is_open:
        raise CannotDecide("This application has been decided already.")
    if not Application.objects.votable_by(person).filter(pk=application.pk).exists():
        raise CannotDecide("You have no vote on this application, or the vote is over.")
    ApplicationVote.objects.update_or_create(
        application=application,
        person=person,
        defaults={"in_favour": in_favour, "voted_at": timezone.now()},
    )
    circle = circles[application.circle_id]
    members = circle.memberships.current().count()
    favour, against = _votes(application)
    if favour * 2 > members and not obstacle_to_joining(circle, application.person):
        _close(application, circles, accepted=True, by=None)
    elif against * 2 >= members:
        _close(application, circles, accepted=False, by=None)
    else:
        planner.keep("application", [application.pk])
    return application


@transaction.atomic
def count_votes(application: Application) -> bool:
    """After a vote's last day, let the votes cast decide; return whether they did.

    A tie, or no vote at all, goes to the facilitators or organisers, who are told soon after.
    """
    circles = _lock_for(application)
    application = _again(application)
    by_vote = application.circle.programme.approval == "vote"
    if not (application.is_open and by_vote and application.vote_is_over):
        return False
    favour, against = _votes(application)
    cannot = obstacle_to_joining(circles[application.circle_id], application.person)
    if favour == against or (favour > against and cannot):
        planner.keep("application", [application.pk])
        return False
    _close(application, circles, accepted=favour > against, by=None)
    return True


def _votes(application: Application) -> tuple[int, int]:
    """How many of the circle's current members are in favour, and against."""
    members = Membership.objects.current().filter(circle=application.circle_id)
    votes = application.votes.filter(person__in=members.values("person"))
    return votes.filter(in_favour=True).count(), votes.filter(in_favour=False).count()


@transaction.atomic
def decide_application(
    application: Application, *, accepted: bool, by: Member, words: str = ""
) -> Application:
    """Accept or decline it. With a free seat the person is seated at once, else they wait in line.

    Raises CannotDecide when it is decided already, does not fall to this person, or the circle
    cannot take them now.
    """
    circles = _lock_for(application)
    application = _again(application)
    if not application.is_open:
        raise CannotDecide("This application has been decided already.")
    if not Application.objects.decided_by(by).filter(pk=application.pk).exists():
        raise CannotDecide("This application is not yours to decide.")
    obstacle = obstacle_to_joining(circles[application.circle_id], application.person)
    if accepted and obstacle:
        raise CannotDecide(f"It cannot be accepted now: {obstacle[0].lower()}{obstacle[1:]}")
    _close(application, circles, accepted=accepted, by=by, words=words)
    return application


def _close(
    application: Application,
    circles: dict[int, Circle],
    *,
    accepted: bool,
    by: Member | None,
    words: str = "",
) -> None:
    application.state = State.ACCEPTED if accepted else State.DECLINED
    application.decided_at, application.decided_by = timezone.now(), by
    application.words = words
    application.save(update_fields=["state", "decided_at", "decided_by", "words"])
    circle = circles[application.circle_id]
    if accepted:
        _seat_or_line(application, circles)
    verb = "accepted application" if accepted else "declined application"
    record(by, verb, circle, circle=circle.pk, person=application.person_id)
    planner.keep("application", [application.pk])
    plan_decided(application)


def _seat_or_line(application: Application, circles: dict[int, Circle]) -> None:
    circle, person = circles[application.circle_id], application.person
    settle(circle)
    held_for_them = circle.offers.open().of(person).exists()
    if held_for_them or (free_seats(circle) > 0 and not in_line(circle).exists()):
        take_and_give_up(circles, circle, person, application.moves_from)
    elif not circle.waitlist.waiting().of(person).exists():
        add_to_line(circle, person, application.moves_from)


def _lock_for(application: Application) -> dict[int, Circle]:
    old = application.moves_from
    return both_locked(application.circle_id, *([old.circle_id] if old else []))


def _again(application: Application) -> Application:
    rows = Application.objects.select_related("person", "moves_from", "circle__programme")
    return rows.get(pk=application.pk)
