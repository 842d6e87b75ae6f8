"""Applications: told to who votes or decides, and the outcome to who asked."""

from collections.abc import Iterable

from django.urls import reverse

from circles.models import Application, Facilitation, Membership
from members.models import Member, Role
from notifications import actions
from notifications.kinds import Letter, NoLongerWanted, register
from notifications.mail import absolute
from notifications.models import Reminder

NEW = "application_new"
DECIDED = "application_decided"


def subject_of(application: Application) -> str:
    return f"application:{application.pk}"


def plan_new(application: Application) -> None:
    """Owe it to those who vote, or else to those who decide."""
    members = list(_members(application))
    votes = application.circle.programme.approval == "vote" and members
    actions.plan(
        NEW,
        subject=subject_of(application),
        recipients=members if votes else _deciders(application),
        due_at=application.applied_at,
    )


def plan_undecided(application: Application) -> None:
    """After a vote without a result: owe it to those who decide now, once."""
    actions.plan(
        NEW,
        subject=subject_of(application),
        recipients=_deciders(application),
        due_at=application.vote_ends_at,
    )


def plan_decided(application: Application) -> None:
    if application.decided_at:
        actions.plan(
            DECIDED,
            subject=subject_of(application),
            recipients=[application.person],
            due_at=application.decided_at,
        )


def application_new(reminder: Reminder) -> Letter:
    """That someone asks for a seat; what they wrote stays on the page."""
    person = reminder.recipient
    here = Application.objects.filter(pk=reminder.subject.removeprefix("application:"))
    found = here.votable_by(person) | here.decided_by(person)
    application = found.select_related("circle", "person").distinct().first()
    if application is None:
        raise NoLongerWanted("It is decided, or no longer theirs to decide.")
    votes = here.votable_by(person).exists()
    name = application.circle.name
    return Letter(
        subject=f"{application.person.name} asks for a seat in {name}",
        heading=f"{application.person.name} would like to join {name}",
        paragraphs=[
            "Your circle decides together: each of you has one vote, and only the outcome is told."
            if votes
            else "It is yours to decide. Until then, they wait.",
        ],
        button_label="Read and vote" if votes else "Read and decide",
        button_url=absolute(reverse("circles:application", args=[application.pk])),
        why=f"You get this because you have a seat in {name}."
        if votes
        else f"You get this because you look after {name}.",
    )


def application_decided(reminder: Reminder) -> Letter:
    """The outcome, and never who was for or against."""
    mine = Application.objects.of(reminder.recipient).select_related("circle__programme")
    application = mine.filter(pk=reminder.subject.removeprefix("application:")).first()
    if application is None or application.state not in ("accepted", "declined"):
        raise NoLongerWanted("The application is gone.")
    circle = application.circle
    said = [f"“{application.words}”"] if application.words else []
    if application.state == Application.State.DECLINED:
        heading, label, url = "Not this circle", "Find another circle", reverse("circles:list")
        words = f"{circle.name} could not give you a seat. There may be another that fits you."
    elif circle.memberships.current().of(reminder.recipient).exists():
        heading, label, url = "You have a seat", "Open your circle", circle.get_absolute_url()
        words = f"{circle.name} said yes, and your seat is yours from today."
    else:
        heading, label, url = "You are accepted", "See your place", circle.get_absolute_url()
        words = f"{circle.name} said yes. It is full now, so you have a place in line; when a seat "
        words += "is free and it is your turn, it is held for you and you get a mail."
    return Letter(
        subject=f"{circle.name}: {heading[0].lower()}{heading[1:]}",
        heading=heading,
        paragraphs=[words, *said],
        button_label=label,
        button_url=absolute(url),
        why=f"You get this because you asked for a seat in {circle.name}.",
    )


def register_kinds() -> None:
    """Called once, when Django has loaded the apps."""
    register(NEW, application_new)
    register(DECIDED, application_decided)


def _members(application: Application) -> Iterable[Member]:
    seats = Membership.objects.current().filter(circle=application.circle_id)
    people: Iterable[Member] = Member.objects.filter(pk__in=seats.values("person"))
    return people


def _deciders(application: Application) -> Iterable[Member]:
    """The facilitators who still work here; without one, the organisers."""
    held = Facilitation.objects.current().filter(circle=application.circle_id)
    here = Member.objects.current().filter(is_active=True)
    found: list[Member] = list(here.filter(pk__in=held.values("person")))
    return found or list(here.with_role(Role.ORGANISER))
