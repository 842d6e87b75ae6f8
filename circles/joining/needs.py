"""What joining needs from a person: an answer to an offer, a vote or decision on an application."""

from collections.abc import Iterable

from django.urls import reverse

from circles.models import Application, ApplicationVote, Offer
from circles.needs import Need
from members.models import Member

MOST = 20


def needs_of_joining(person: Member) -> Iterable[Need]:
    """Offers to answer, then applications to vote on and to decide. Four queries at most."""
    yield from _offers(person)
    voted = ApplicationVote.objects.filter(person=person).values("application")
    about = Application.objects.select_related("circle", "person").exclude(person=person)
    for application in about.votable_by(person).exclude(pk__in=voted)[:MOST]:
        yield Need(
            words=f"{application.person.name} asks for a seat in {application.circle.name}",
            url=reverse("circles:application", args=[application.pk]),
            label="Vote",
            icon="vote",
            due=application.vote_ends_at,
        )
    for application in about.decided_by(person)[:MOST]:
        yield Need(
            words=f"{application.person.name} asks for a seat in {application.circle.name}",
            url=reverse("circles:application", args=[application.pk]),
            label="Decide",
            icon="user-round-plus",
        )


def _offers(person: Member) -> Iterable[Need]:
    for offer in Offer.objects.open().of(person).select_related("circle")[:MOST]:
        if not offer.is_late:
            yield Need(
                words=f"A seat in {offer.circle.name} is held for you",
                url=reverse("circles:offer", args=[offer.pk]),
                label="Answer",
                icon="armchair",
                due=offer.expires_at,
            )
