"""Secret addresses from which calendars read: made, replaced, revoked."""

from datetime import timedelta

from django.core import signing
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from circles.models import Circle
from circles.rules import facilitates, has_seat
from members.models import Member
from sessions_app.models import CalendarFeed

READ_NOTED_EVERY = timedelta(hours=1)
SALT = "sessions_app.calendar_feed"


class CannotSubscribe(Exception):
    """Why there is no address, in words meant for the person who asked."""


@transaction.atomic
def open_feed(person: Member, *, circle: Circle | None = None) -> CalendarFeed:
    """The person's address for all their circles or for one; made if there is none.

    Raises CannotSubscribe for a circle that they do not belong to.
    """
    if circle and not (has_seat | facilitates).test(person, circle):
        raise CannotSubscribe("Only people with a seat in the circle, and its facilitators.")
    # Lock the person, so that two clicks at once make one address.
    Member.objects.select_for_update().get(pk=person.pk)
    active = CalendarFeed.objects.active().filter(person=person, circle=circle)
    return active.first() or CalendarFeed.objects.create(person=person, circle=circle)


@transaction.atomic
def replace_feed(feed: CalendarFeed) -> CalendarFeed:
    """Another address; the former one answers no more. Of a revoked one, the address in force.

    Raises CannotSubscribe as open_feed does.
    """
    revoke_feed(feed)
    return open_feed(feed.person, circle=feed.circle)


def revoke_feed(feed: CalendarFeed) -> None:
    """From now on the address answers nobody. Twice changes nothing."""
    CalendarFeed.objects.active().filter(pk=feed.pk).update(revoked_at=timezone.now())


def note_reading(feed: CalendarFeed) -> None:
    """Remember that a calendar read it, an hour apart at least."""
    now = timezone.now()
    stale = Q(read_at=None) | Q(read_at__lt=now - READ_NOTED_EVERY)
    CalendarFeed.objects.filter(stale, pk=feed.pk).update(read_at=now)


def secret_of(feed: CalendarFeed) -> str:
    """What its address ends with: its key, signed, so that nobody comes upon one by trying."""
    return signing.Signer(salt=SALT, sep=".").sign(feed.key.hex)


def feed_at(secret: str) -> CalendarFeed | None:
    """The feed of an address; None for one that is revoked, wrong, or of someone who left."""
    try:
        key = signing.Signer(salt=SALT, sep=".").unsign(secret)
    except signing.BadSignature:
        return None
    active = CalendarFeed.objects.active().select_related("person", "circle")
    feed = active.filter(key=key).first()
    return feed if feed and feed.person.may_sign_in else None
