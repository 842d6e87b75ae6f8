"""Who may do what to circles: predicates, named once for views and templates."""

import rules

from circles.models import Circle, Facilitation, Membership, Programme
from members.models import Member
from members.rules import is_organiser


def circles_held(person: Member) -> set[int]:
    """The circles this person facilitates today; asked once a request."""
    held: set[int] | None = getattr(person, "circles_held", None)
    if held is None:
        held = set(
            Facilitation.objects.current().filter(person=person).values_list("circle_id", flat=True)
        )
        person.circles_held = held  # type: ignore[attr-defined]
    return held


@rules.predicate
def is_any_facilitator(person: Member) -> bool:
    return person.is_authenticated and bool(circles_held(person))


@rules.predicate
def facilitates(person: Member, circle: Circle) -> bool:
    return person.is_authenticated and circle.pk in circles_held(person)


@rules.predicate
def has_seat(person: Member, circle: Circle) -> bool:
    return (
        person.is_authenticated
        and Membership.objects.current().filter(circle=circle, person=person).exists()
    )


@rules.predicate
def has_or_just_left_a_seat(person: Member, circle: Circle) -> bool:
    """Leaving can be undone, and a second click on a button is not an offence."""
    return (
        person.is_authenticated
        and Membership.objects.current_or_just_left().filter(circle=circle, person=person).exists()
    )


@rules.predicate
def is_findable(_person: Member, circle: Circle) -> bool:
    return not circle.is_hidden


# Nobody joins a hidden circle on their own, not even an organiser, who can see that it exists.
# Stage and seats are for the action to check: they have answers in words.
rules.add_perm("circles.join_circle", ~facilitates & (is_findable | has_or_just_left_a_seat))
rules.add_perm("circles.leave_circle", has_or_just_left_a_seat)
rules.add_perm("circles.read_content", has_seat | facilitates)
rules.add_perm("circles.see_roster", is_organiser | facilitates | has_seat)
rules.add_perm("circles.facilitate_circle", facilitates)
rules.add_perm("circles.change_purpose", is_organiser | facilitates)
rules.add_perm("circles.manage_circle", is_organiser)
rules.add_perm("circles.manage_programme", is_organiser)


# Proposals. Whether a particular programme allows it is for the actions, which answer in words.
@rules.predicate
def some_programme_lets_facilitators_start(person: Member) -> bool:
    starters = _starters_allowed(person)
    return bool(starters - {Programme.Starters.ORGANISERS})


@rules.predicate
def some_programme_takes_proposals(person: Member) -> bool:
    return person.is_authenticated and Programme.Starters.EVERYONE in _starters_allowed(person)


@rules.predicate
def has_proposed(person: Member, circle: Circle) -> bool:
    return person.is_authenticated and circle.proposed_by_id == person.pk


def _starters_allowed(person: Member) -> set[str]:
    """Who may start circles in some current programme; asked once a request."""
    allowed: set[str] | None = getattr(person, "starters_allowed", None)
    if allowed is None:
        allowed = set(Programme.objects.current().order_by().values_list("starters", flat=True))
        person.starters_allowed = allowed  # type: ignore[attr-defined]
    return allowed


rules.add_perm(
    "circles.start_circle",
    is_organiser | (is_any_facilitator & some_programme_lets_facilitators_start),
)
rules.add_perm("circles.propose_circle", some_programme_takes_proposals)
rules.add_perm("circles.support_circle", ~facilitates & is_findable)
rules.add_perm("circles.change_proposal", has_proposed)
rules.add_perm("circles.decide_proposal", is_organiser)
