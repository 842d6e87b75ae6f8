"""Where someone could go instead who finds no seat in a circle."""

from typing import NamedTuple

from django.db.models import Q

from circles.discovery.fit import Fit
from circles.discovery.seeking import fits, seeker_of
from circles.models import Circle, Entry, Facilitation, Listing, Membership, Offer
from members.models import Member

LOOKED_AT = 60
SAME_THEME, SAME_FORMAT, SAME_LANGUAGE, SAME_PROGRAMME = 30, 10, 10, 5


class Match(NamedTuple):
    """Another circle, fetched as for a card, and how it fits the person."""

    circle: Circle
    fit: Fit


def best_others(person: Member, circle: Circle, limit: int = 1) -> list[Match]:
    """Circles like this one in which the person could ask for a seat today, the best first.

    Fetch the circle with its format version. All are listed, have a seat left, and are none of the
    person's own; those that only take invited people are left out.
    """
    themes = set(circle.themes.values_list("pk", flat=True))
    like_it = Q(themes__overlap=list(themes)) if themes else Q()
    format_id = circle.format_version.format_id
    listings = Listing.objects.with_free_seats().exclude(pk=circle.pk)
    seats = Membership.objects.current().filter(person=person).order_by().values("circle")
    held = Facilitation.objects.current().filter(person=person).order_by().values("circle")
    listings = listings.exclude(programme__entry=Entry.INVITE)
    offered = Offer.objects.open().of(person).order_by().values("circle")
    listings = listings.exclude(pk__in=seats).exclude(pk__in=held).exclude(pk__in=offered)
    near = list(listings.filter(like_it | Q(format=format_id)).order_by("pk")[:LOOKED_AT])
    found = fits(person, seeker_of(person), [listing.pk for listing in near])

    def likeness(listing: Listing) -> float:
        shared = SAME_THEME * len(themes & set(listing.themes))
        same = SAME_FORMAT * (listing.format_id == format_id)
        same += SAME_LANGUAGE * (listing.language == circle.language)
        same += SAME_PROGRAMME * (listing.programme_id == circle.programme_id)
        return shared + same + found[listing.pk].score

    keys = [listing.pk for listing in sorted(near, key=likeness, reverse=True)[:limit]]
    circles = Circle.objects.listed().for_cards().in_bulk(keys)
    return [Match(circles[key], found[key]) for key in keys if key in circles]
