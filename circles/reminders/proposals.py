"""What the supporters of a proposal are told: it launched, or it is over, and why.

Planned by hand: a proposal ends once, and is told to those who support it at that moment.
"""

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone

from circles.models import Circle, Support
from circles.reminders.about import JOINING, facilitates, has_seat_in, key_of
from members.models import Member
from notifications import actions
from notifications.catalogue import Kind, declare
from notifications.kinds import Letter, NoLongerWanted
from notifications.mail import absolute
from notifications.models import Reminder

LAUNCHED = "proposal_launched"
DECLINED = "proposal_declined"
WITHDRAWN = "proposal_withdrawn"
IDLE = "proposal_idle"


def subject_of(circle: Circle) -> str:
    return f"circle:{circle.pk}"


def plan(kind: str, circle: Circle, *, but: Member | None = None) -> None:
    """Owe it to everyone who supports the circle and to its proposer, except who did it."""
    told = Q(supports__circle=circle) | Q(pk=circle.proposed_by_id)
    if kind == IDLE:
        told = Q(pk=circle.proposed_by_id)
    people = Member.objects.filter(told).distinct()
    if but:
        people = people.exclude(pk=but.pk)
    actions.plan(kind, subject=subject_of(circle), recipients=people, due_at=timezone.now())


def launched(reminder: Reminder) -> Letter:
    """It looks for members now; you have a seat, or the seats were gone."""
    circle, person = _circle(reminder), reminder.recipient
    if circle.is_closed:
        raise NoLongerWanted("The circle is closed.")
    if has_seat_in(circle, person):
        told = "Enough people support it, so it has started, and you have a seat."
        then = "Next it gets ready to meet. Invite others, or give up your seat on its page."
    elif facilitates(circle, person):
        told = "Enough people support it, so it has started, and you facilitate it."
        then = "Next it gets ready to meet. Its page says what is missing."
    elif circle.memberships.of(person).exists():
        raise NoLongerWanted("They have left the circle.")
    else:
        told = "Enough people support it, so it has started. Its seats went in order of support"
        told += " and were gone before your turn."
        then = "Its page says when one frees, and the list of circles shows others that fit you."
    return Letter(
        subject=f"“{circle}” has started",
        heading=f"“{circle}” has started",
        paragraphs=[told, then],
        button_label="Open the circle",
        button_url=absolute(circle.get_absolute_url()),
        why=f"You get this because you supported the proposal “{circle}”.",
    )


def declined(reminder: Reminder) -> Letter:
    """The organiser's answer."""
    circle = _circle(reminder)
    return _over(
        circle,
        subject=f"“{circle}” does not start",
        paragraphs=["An organiser has declined the proposal. They say:", circle.answer],
    )


def withdrawn(reminder: Reminder) -> Letter:
    """Whoever proposed it gave it up."""
    circle = _circle(reminder)
    told = "Whoever proposed it has withdrawn it."
    return _over(circle, subject=f"“{circle}” was withdrawn", paragraphs=[told])


def idle(reminder: Reminder) -> Letter:
    """Sixty days without a new supporter."""
    circle = _circle(reminder)
    told = "For sixty days nobody new has supported it, so the proposal is closed."
    then = "You can propose it again, with other words or at another time."
    return _over(circle, subject=f"“{circle}” is closed", paragraphs=[told, then])


def register_kinds() -> None:
    """Called once, when Django has loaded the apps."""
    told = [
        (LAUNCHED, "A circle that you proposed or support begins", launched),
        (DECLINED, "A proposal that you made or support was declined", declined),
        (WITHDRAWN, "A proposal that you support was withdrawn", withdrawn),
        (IDLE, "Your proposal found too few people", idle),
    ]
    for name, label, compose in told:
        declare(Kind(name, label, JOINING, compose=compose))


def _over(circle: Circle, *, subject: str, paragraphs: list[str]) -> Letter:
    if not circle.is_closed:
        raise NoLongerWanted("The circle is open again.")
    return Letter(
        subject=subject,
        heading=subject,
        paragraphs=paragraphs,
        button_label="See other circles",
        button_url=absolute(reverse("circles:list")),
        why=f"You get this because you proposed or supported “{circle}”.",
    )


def _circle(reminder: Reminder) -> Circle:
    """The circle, if the recipient supports it and may know of it now. Raises NoLongerWanted."""
    person = reminder.recipient
    supports = Support.objects.filter(circle=OuterRef("pk"), person=person)
    theirs = Circle.objects.visible_to(person).filter(Q(proposed_by=person) | Exists(supports))
    circle = theirs.filter(pk=key_of(reminder)).first()
    if circle is None:
        raise NoLongerWanted("The circle is gone, hidden from them, or not theirs.")
    return circle
