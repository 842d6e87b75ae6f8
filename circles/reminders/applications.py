"""Applications: told to who votes or decides, and the outcome to who asked.

Who votes or decides follows the application; a vote, the answer and leaving the circle withdraw
it. The outcome is planned by hand: it happens once, and is told only where somebody decided, not
where a seat came another way or the circle closed.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from django.urls import reverse

from circles.models import Application, ApplicationVote, Facilitation, Membership
from circles.models.joining import VOTE_LASTS
from circles.people import by_circle, organisers
from circles.reminders.about import JOINING, RUNNING, has_seat_in, key_of
from circles.reminders.offered import belongs_or_organises
from members.models import Member
from notifications import actions
from notifications.catalogue import Kind, Wanted, declare, declare_dependents, declare_subjects
from notifications.kinds import Letter, NoLongerWanted
from notifications.mail import absolute
from notifications.models import Reminder

NEW = "application_new"
DECIDED = "application_decided"
# The votes are counted every hour; only then does one know that they decide nothing.
UNDECIDED_AFTER = VOTE_LASTS + timedelta(hours=2)


class _Asked(NamedTuple):
    """One open application."""

    pk: int
    circle: int
    person: int
    approval: str
    applied_at: datetime


def wanted(application_ids: Sequence[int]) -> Iterator[Wanted]:
    """Owed to those who vote and have not, or else to those who decide; six queries at most.

    After a vote without a result it is owed to those who decide, too.
    """
    here = Application.objects.open().filter(pk__in=application_ids)
    rows = here.values_list("pk", "circle", "person", "circle__programme__approval", "applied_at")
    asked = [_Asked(*row) for row in rows]
    if not asked:
        return
    circles = {each.circle for each in asked}
    members = by_circle(Membership.objects.current(), circles)
    voted = set(
        ApplicationVote.objects.filter(application__in=[each.pk for each in asked]).values_list(
            "application", "person"
        )
    )
    deciders = _deciders(circles)
    for each in asked:
        voters = members[each.circle] if each.approval == "vote" else set()
        for person in voters - {each.person}:
            if (each.pk, person) not in voted:
                yield Wanted(each.pk, person, each.applied_at)
        after = UNDECIDED_AFTER if voters else timedelta(0)
        for person in deciders[each.circle]:
            yield Wanted(each.pk, person, each.applied_at + after)


def plan_decided(application: Application) -> None:
    if application.decided_at:
        actions.plan(
            DECIDED,
            subject=f"application:{application.pk}",
            recipients=[application.person],
            due_at=application.decided_at,
        )


def application_new(reminder: Reminder) -> Letter:
    """That someone asks for a seat; what they wrote stays on the page."""
    person = reminder.recipient
    here = Application.objects.filter(pk=key_of(reminder))
    found = here.votable_by(person) | here.decided_by(person)
    application = found.select_related("circle", "person").distinct().first()
    if application is None:
        raise NoLongerWanted("It is decided, or no longer theirs to decide.")
    votes = here.votable_by(person).exists()
    if votes and application.votes.filter(person=person).exists():
        raise NoLongerWanted("They have voted.")
    name = application.circle.name
    return Letter(
        subject=f"{application.person.name} asks for a seat in {name}",
        heading=f"{application.person.name} would like to join {name}",
        paragraphs=[
            "Your circle decides together: each of you has one vote, and only the outcome is told."
            if votes
            else "It is yours to decide. Until you do, they wait.",
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
    application = mine.filter(pk=key_of(reminder)).first()
    if application is None or application.state not in ("accepted", "declined"):
        raise NoLongerWanted("The application is gone.")
    circle = application.circle
    heading, words, label, url = _outcome(application, reminder.recipient)
    return Letter(
        subject=f"{circle.name}: {heading[0].lower()}{heading[1:]}",
        heading=heading,
        paragraphs=[words, *([f"“{application.words}”"] if application.words else [])],
        button_label=label,
        button_url=absolute(url),
        why=f"You get this because you asked for a seat in {circle.name}.",
    )


def _outcome(application: Application, person: Member) -> tuple[str, str, str, str]:
    """The heading, the sentence, and where to go from there."""
    circle = application.circle
    if application.state == Application.State.DECLINED:
        words = f"{circle.name} could not give you a seat. There may be another that fits you."
        return "Not this circle", words, "Find another circle", reverse("circles:list")
    if has_seat_in(circle, person):
        words = f"{circle.name} said yes, and your seat is yours from today."
        return "You have a seat", words, "Open your circle", circle.get_absolute_url()
    if not circle.waitlist.waiting().of(person).exists():
        raise NoLongerWanted("They left the circle, or its line, again.")
    words = f"{circle.name} said yes. It is full now, so you have a place in line. When it is your "
    words += "turn, a seat is held for you and you get a mail."
    return "You are accepted", words, "See your place", circle.get_absolute_url()


def register_kinds() -> None:
    """Called once, when Django has loaded the apps."""
    declare(
        Kind(
            NEW,
            "Somebody asks for a seat",
            RUNNING,
            compose=application_new,
            about="application",
            wanted=wanted,
            offered_to=belongs_or_organises,
        )
    )
    declare(Kind(DECIDED, "Your application was decided", JOINING, compose=application_decided))
    declare_subjects("application", lambda: Application.objects.open().values_list("pk", flat=True))
    declare_dependents("circle", "application", _of_circles)


def _of_circles(circle_ids: Sequence[int]) -> Iterable[int]:
    applications = Application.objects.open().filter(circle__in=circle_ids)
    return applications.values_list("pk", flat=True)


def _deciders(circles: Collection[int]) -> dict[int, set[int]]:
    """The facilitators who still work here; without one, the organisers."""
    here = Member.objects.current().filter(is_active=True)
    held = by_circle(Facilitation.objects.current().filter(person__in=here), circles)
    if all(held[circle] for circle in circles):
        return held
    rest = set(organisers().values_list("pk", flat=True))
    return {circle: held[circle] or rest for circle in circles}
