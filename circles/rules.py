"""Who may do what to circles: predicates, named once for views and templates."""

import rules
from django.db.models import Exists, OuterRef

from circles.models import Announcement, Circle, Facilitation, Membership, Programme
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
def reads_in_emergency(person: Member, circle: Circle) -> bool:
    """Another organiser approved it, and every page of this reading is written down."""
    return person.is_authenticated and circle.pk in person.emergency_circles


@rules.predicate
def stayed_to_the_end(person: Member, circle: Circle) -> bool:
    """An alumnus: the circle closed while they had a seat, or they went on elsewhere in a split."""
    kept = Membership.objects.filter(stayed_to_end=True, circle=circle, person_id=person.pk)
    return person.is_authenticated and kept.exists()


@rules.predicate
def is_findable(_person: Member, circle: Circle) -> bool:
    return not circle.is_hidden


# Nobody joins a hidden circle on their own, not even an organiser, who can see that it exists.
# Stage and seats are for the action to check: they have answers in words.
rules.add_perm("circles.join_circle", ~facilitates & (is_findable | has_or_just_left_a_seat))
rules.add_perm("circles.leave_circle", has_or_just_left_a_seat)
# Alumni read what they could read until their last day; readers.py draws that line for every row.
rules.add_perm(
    "circles.read_content", has_seat | facilitates | reads_in_emergency | stayed_to_the_end
)
rules.add_perm("circles.see_roster", is_organiser | facilitates | has_seat)
rules.add_perm("circles.facilitate_circle", facilitates)
rules.add_perm("circles.change_purpose", is_organiser | facilitates)
rules.add_perm("circles.manage_circle", is_organiser)
rules.add_perm("circles.manage_programme", is_organiser)

# Emergency access
rules.add_perm("circles.request_emergency_access", is_organiser)
rules.add_perm("circles.read_emergency_log", is_organiser | facilitates | has_seat)
# Programmes, questionnaires, enrolment, themes. Organisers read what people answered: the form
# that asks says so.
rules.add_perm("circles.see_enrolled", is_organiser)
rules.add_perm("circles.manage_themes", is_organiser)
# Joining: invitations, applications, waitlists. Whether a seat is free, an application open or a
# vote due is for the action to check; whose an offer or application is, visible_to has decided.
rules.add_perm("circles.invite_people", is_organiser | facilitates)
rules.add_perm("circles.ask_for_seat", ~facilitates & (is_findable | has_or_just_left_a_seat))
rules.add_perm("circles.change_own_seat", has_seat)
rules.add_perm("circles.meet_demand", is_organiser)
# Charter, gates and activation. Who reads a charter is for Charter.visible_to and the view to say:
# for everyone else it does not exist.


def circles_hosted_alone(person: Member) -> set[int]:
    """The circles without a facilitator that this person hosts; asked once a request."""
    hosted: set[int] | None = getattr(person, "circles_hosted_alone", None)
    if hosted is None:
        held = Facilitation.objects.current().filter(circle=OuterRef("circle"))
        seats = Membership.objects.current().of(person).filter(role=Membership.Role.HOST)
        hosted = set(seats.filter(~Exists(held)).values_list("circle_id", flat=True))
        person.circles_hosted_alone = hosted  # type: ignore[attr-defined]
    return hosted


@rules.predicate
def hosts_alone(person: Member, circle: Circle) -> bool:
    """The host of a circle that has no facilitator does what a facilitator would."""
    return person.is_authenticated and circle.pk in circles_hosted_alone(person)


looks_after = facilitates | hosts_alone

rules.add_perm("circles.write_charter", looks_after)
rules.add_perm("circles.sign_charter", has_seat | facilitates)
rules.add_perm("circles.record_gates", looks_after)
rules.add_perm("circles.take_test", has_seat)
rules.add_perm("circles.activate_circle", is_organiser | looks_after)


# Lifecycle: pause, renewal, split, merge, closing round, centres and hubs.
@rules.predicate
def hosts(person: Member, circle: Circle) -> bool:
    seats = Membership.objects.current().filter(circle=circle, person_id=person.pk)
    return person.is_authenticated and seats.filter(role=Membership.Role.HOST).exists()


rules.add_perm("circles.pause_circle", is_organiser | facilitates)
rules.add_perm("circles.open_renewal", is_organiser | facilitates)
rules.add_perm("circles.renew_circle", is_organiser | facilitates)
rules.add_perm("circles.see_renewal", is_organiser | facilitates | has_seat)
rules.add_perm("circles.vote_renewal", has_seat)
rules.add_perm("circles.split_circle", is_organiser | facilitates)
rules.add_perm("circles.merge_circle", is_organiser | facilitates)
rules.add_perm("circles.answer_merge", is_organiser | facilitates | hosts)
rules.add_perm("circles.run_closing_round", is_organiser | facilitates)
rules.add_perm("circles.say_closing_word", has_seat)
rules.add_perm("circles.set_parent", is_organiser)
# Formats: organisers write them; who runs a circle moves it to another version of its format.
rules.add_perm("circles.manage_format", is_organiser)
rules.add_perm("circles.move_circle_to_version", is_organiser | facilitates)
# Formation
rules.add_perm("circles.form_circles", is_organiser)


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


# Announcements. Circles that one may write to are checked again when it goes out, and every reader
# when they are sent to.
@rules.predicate
def wrote(person: Member, announcement: Announcement) -> bool:
    return person.is_authenticated and announcement.written_by_id == person.pk


@rules.predicate
def is_of_organisers(_person: Member, announcement: Announcement) -> bool:
    return announcement.as_organiser


rules.add_perm("circles.write_announcements", is_organiser | is_any_facilitator)
rules.add_perm("circles.manage_announcement", wrote | (is_organiser & is_of_organisers))
rules.add_perm("circles.take_back_announcement", wrote | (is_organiser & is_of_organisers))
# A circle's Slack or Teams channel. Organisers may switch it off, and never see its address.
rules.add_perm("circles.connect_webhook", facilitates | hosts)
rules.add_perm("circles.see_webhooks", is_organiser | facilitates | has_seat)
rules.add_perm("circles.disconnect_webhook", is_organiser | facilitates | hosts)
