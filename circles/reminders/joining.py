"""An offered seat: the mail about it, and another before its deadline.

Both follow the offer: answered, withdrawn or expired, they are owed no more.
"""

from collections.abc import Iterator, Sequence
from datetime import timedelta

from django.urls import reverse
from django.utils import timezone

from circles.models import Offer
from circles.reminders.about import JOINING, key_of
from members.words import exact_moment
from notifications.catalogue import Kind, Wanted, declare, declare_subjects
from notifications.kinds import Letter, NoLongerWanted
from notifications.mail import absolute
from notifications.models import Reminder, Urgency

OFFER = "seat_offer"
ENDING = "seat_offer_ending"
WARNING = timedelta(hours=24)
# A shorter offer would be reminded of when its first mail is hardly read.
WORTH_A_WARNING = timedelta(hours=36)
WHY = "You get this because a seat in a circle is held for you."


def offered(offer_ids: Sequence[int]) -> Iterator[Wanted]:
    """Whom a seat is held for, at once."""
    offers = Offer.objects.open().filter(pk__in=offer_ids)
    for pk, person, made_at in offers.values_list("pk", "person", "made_at"):
        yield Wanted(pk, person, made_at)


def ending(offer_ids: Sequence[int]) -> Iterator[Wanted]:
    """Whom a seat is held for, a day before a distant deadline."""
    offers = Offer.objects.open().filter(pk__in=offer_ids)
    for pk, person, made, until in offers.values_list("pk", "person", "made_at", "expires_at"):
        if until - made > WORTH_A_WARNING:
            yield Wanted(pk, person, until - WARNING)


def seat_offer(reminder: Reminder) -> Letter:
    """What is offered, by whom or why, and until when in the reader's own zone."""
    offer = _open(reminder)
    heading, words = _why(offer)
    return Letter(
        subject=f"A seat for you in {offer.circle.name}",
        heading=heading,
        paragraphs=[
            *words,
            "The seat is held for you until the time below. Nothing happens before you answer.",
        ],
        facts=_facts(offer),
        button_label="See the seat and answer",
        button_url=absolute(reverse("circles:offer", args=[offer.pk])),
        why=WHY,
    )


def seat_offer_ending(reminder: Reminder) -> Letter:
    """A day before the deadline, to who has not answered."""
    offer = _open(reminder)
    return Letter(
        subject=f"Your seat in {offer.circle.name} is held for one more day",
        heading="Do you want this seat?",
        paragraphs=[
            f"A seat in {offer.circle.name} is held for you. If you do not answer until the time "
            "below, it goes to someone else.",
        ],
        facts=_facts(offer),
        button_label="See the seat and answer",
        button_url=absolute(reverse("circles:offer", args=[offer.pk])),
        why=WHY,
    )


def register_kinds() -> None:
    """Called once, when Django has loaded the apps."""
    declare(
        Kind(
            OFFER,
            "A seat is held for you",
            JOINING,
            compose=seat_offer,
            about="offer",
            wanted=offered,
            lasts=timedelta(days=1),
        )
    )
    declare(
        Kind(
            ENDING,
            "Your seat is held for one more day",
            JOINING,
            urgency=Urgency.PROMPT,
            compose=seat_offer_ending,
            about="offer",
            wanted=ending,
            lasts=timedelta(hours=12),
        )
    )
    declare_subjects("offer", lambda: Offer.objects.open().values_list("pk", flat=True))


def _open(reminder: Reminder) -> Offer:
    """The offer, while it can be accepted. Raises NoLongerWanted."""
    about = (
        Offer.objects.open()
        .of(reminder.recipient)
        .select_related("circle__format_version__format", "made_by", "person")
    )
    offer = about.filter(pk=key_of(reminder)).first()
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
