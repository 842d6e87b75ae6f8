"""What the supporters of a proposal are told: it launched, or it is over, and why."""

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from circles.models import Circle, Membership
from members.models import Member
from notifications import actions
from notifications.kinds import Letter, NoLongerWanted, register
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
    circle = _circle(reminder)
    if circle.is_closed:
        raise NoLongerWanted("The circle is closed.")
    seats = Membership.objects.current().of(reminder.recipient).filter(circle=circle)
    if seats.exists():
        told = "Enough people support it, so it has started, and you have a seat."
        then = "Next it gets ready to meet. Invite others, or give your seat up on its page."
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
    register(LAUNCHED, launched)
    register(DECLINED, declined)
    register(WITHDRAWN, withdrawn)
    register(IDLE, idle)


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
    """The circle, if the recipient may know of it now. Raises NoLongerWanted."""
    visible = Circle.objects.visible_to(reminder.recipient)
    circle = visible.filter(pk=reminder.subject.removeprefix("circle:")).first()
    if circle is None:
        raise NoLongerWanted("The circle is gone, or hidden from them.")
    return circle
