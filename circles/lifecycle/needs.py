"""What the end of a term, a pause or a request asks of a person, for the home page."""

from collections.abc import Iterator
from datetime import datetime, time

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone

from circles.models import (
    Circle,
    ClosingWord,
    Facilitation,
    Membership,
    MergeRequest,
    Pause,
    RenewalBallot,
    RenewalVote,
)
from circles.needs import Need
from members.models import Member
from members.rules import is_organiser

MOST = 10
Stage = Circle.Stage


def needs(person: Member) -> Iterator[Need]:
    """Four queries, whoever asks, and their roles."""
    yield from _votes(person)
    yield from _closing_words(person)
    yield from _decisions(person)
    yield from _requests(person)


def _votes(person: Member) -> Iterator[Need]:
    seat = Membership.objects.current().of(person).for_circle("circle")
    voted = RenewalBallot.objects.filter(vote=OuterRef("pk"), person=person)
    votes = RenewalVote.objects.open().filter(
        Exists(seat), ~Exists(voted), closes_at__gt=timezone.now()
    )
    for vote in votes.select_related("circle").order_by("closes_at")[:MOST]:
        yield Need(
            words=f"What becomes of {vote.circle}?",
            url=reverse("circles:renewal", args=[vote.circle_id]),
            label="Vote",
            icon="vote",
            due=vote.closes_at,
        )


def _closing_words(person: Member) -> Iterator[Need]:
    said = ClosingWord.objects.filter(circle=OuterRef("pk"), person=person)
    closing = Circle.objects.open().joined_by(person).filter(~Exists(said), closes_on__isnull=False)
    for circle in closing.order_by("closes_on")[:MOST]:
        if circle.closes_on:
            yield Need(
                words=f"Closing words for {circle}",
                url=reverse("circles:closing_word", args=[circle.pk]),
                label="Write them",
                icon="message-circle-heart",
                due=datetime.combine(circle.closes_on, time(), circle.zone),
            )


def _decisions(person: Member) -> Iterator[Need]:
    """Circles that wait for a decision, or meant to be back from a pause by today.

    Those that one holds; for an organiser also those that nobody holds who still works here.
    """
    holders = Facilitation.objects.current().filter(circle=OuterRef("pk"))
    falls_to = Q(Exists(holders.filter(person=person)))
    if is_organiser(person):
        falls_to |= Q(~Exists(holders.filter(person__in=Member.objects.current())))
    voting = RenewalVote.objects.open().filter(circle=OuterRef("pk"))
    today = timezone.now().date()
    overdue = Pause.objects.current().filter(circle=OuterRef("pk"), back_by__lte=today)
    undecided = Q(stage=Stage.RENEWAL, closes_on=None) & ~Exists(voting)
    rested = Q(stage=Stage.PAUSED) & Exists(overdue)
    for circle in Circle.objects.filter(falls_to).filter(undecided | rested)[:MOST]:
        is_rested = circle.stage == Stage.PAUSED
        yield Need(
            words=f"The pause of {circle} is over" if is_rested else f"{circle} waits for you",
            url=f"{circle.get_absolute_url()}#look-after",
            label="Resume or wait" if is_rested else "Decide",
            icon="signpost",
        )


def _requests(person: Member) -> Iterator[Need]:
    held = Facilitation.objects.current().filter(circle=OuterRef("into"), person=person)
    hosts = Membership.objects.current().of(person).for_circle("into")
    looks_after = Exists(held) | Exists(hosts.filter(role=Membership.Role.HOST))
    asked = MergeRequest.objects.open().filter(looks_after).select_related("circle", "into")
    for request in asked[:MOST]:
        yield Need(
            words=f"{request.circle} asks to join {request.into}",
            url=reverse("circles:merge_request", args=[request.pk]),
            label="Answer",
            icon="merge",
        )
