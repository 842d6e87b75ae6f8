"""An offered seat: the mail about it, and another before its deadline."""

from datetime import timedelta

from django.urls import reverse
from django.utils import timezone

from circles.models import Offer
from members.words import exact_moment
from notifications import actions
from notifications.kinds import Letter, NoLongerWanted, register
from notifications.mail import absolute
from notifications.models import Reminder

OFFER = "seat_offer"
ENDING = "seat_offer_ending"
WARNING = timedelta(hours=24)
# A shorter offer would be reminded of when its first mail is hardly read.
WORTH_A_WARNING = timedelta(hours=36)


def subject_of(offer: Offer) -> str:
    return f"offer:{offer.pk}"


def plan_offer(offer: Offer) -> None:
    """Owe the person the mail about the seat, and one a day before a distant deadline."""
    subject, who = subject_of(offer), [offer.person]
    actions.plan(OFFER, subject=subject, recipients=who, due_at=offer.made_at)
    if offer.expires_at - offer.made_at > WORTH_A_WARNING:
        due_at = offer.expires_at - WARNING
        actions.plan(ENDING, subject=subject, recipients=who, due_at=due_at)


def seat_offer(reminder: Reminder) -> Letter:
    """What is offered, by whom or why, and until when in the reader's own zone."""
    offer = _open(reminder)
    heading, words = _why(offer)
    return Letter(
        subject=f"A seat for you in {offer.circle.name}",
        heading=heading,
        paragraphs=[
            *words,
            "The seat is held for you until then. Nothing happens before you answer.",
        ],
        facts=_facts(offer),
        button_label="See the seat and answer",
        button_url=absolute(reverse("circles:offer", args=[offer.pk])),
        why="You get this because a seat in a circle is held for you.",
    )


def seat_offer_ending(reminder: Reminder) -> Letter:
    """A day before the deadline, to who has not answered."""
    offer = _open(reminder)
    return Letter(
        subject=f"Your seat in {offer.circle.name} is held until tomorrow",
        heading="Do you want this seat?",
        paragraphs=[
            f"A seat in {offer.circle.name} is held for you. Without an answer it goes to someone "
            "else after the time below.",
        ],
        facts=_facts(offer),
        button_label="See the seat and answer",
        button_url=absolute(reverse("circles:offer", args=[offer.pk])),
        why="You get this because a seat in a circle is held for you.",
    )


def register_kinds() -> None:
    """Called once, when Django has loaded the apps."""
    register(OFFER, seat_offer)
    register(ENDING, seat_offer_ending)


def _open(reminder: Reminder) -> Offer:
    """The offer, while it can be accepted. Raises NoLongerWanted."""
    about = (
        Offer.objects.open()
        .of(reminder.recipient)
        .select_related("circle__format_version__format", "made_by", "person")
    )
    offer = about.filter(pk=reminder.subject.removeprefix("offer:")).first()
    if offer is None or offer.is_late:
        raise NoLongerWanted("The offer was answered, withdrawn, or its time is over.")
    return offer


def _why(offer: Offer) -> tuple[str, list[str]]:
    name = offer.circle.name
    said = [f"“{offer.message}”"] if offer.message else []
    if offer.reason == Offer.Reason.INVITATION:
        by = offer.made_by.name if offer.made_by else "An organiser"
        return f"{by} invites you to {name}", said
    if offer.reason == Offer.Reason.FORMATION:
        return (
            f"There is a place for you in {name}",
            [*said, "This circle was put together from the people who enrolled, and you fit in."],
        )
    if offer.reason == Offer.Reason.TRANSFER:
        return f"You can move to {name}", [*said, "Your old seat ends when you take this one."]
    if offer.circle.waitlist.of(offer.person).exists():
        return f"A seat in {name} is free, and you are next", said
    return (
        "A new circle like the one you wait for",
        [*said, f"So many people wait that {name} was set up. You keep your place in line, too."],
    )


def _facts(offer: Offer) -> list[tuple[str, str]]:
    circle = offer.circle
    until = exact_moment(offer.expires_at, zone=timezone.get_current_timezone())
    return [
        ("Circle", circle.name),
        ("Meets", circle.format_version.cadence_in_words),
        ("Held until", until),
    ]
