"""Reads the few facts that fit.py judges, for one person and any number of circles."""

from collections import defaultdict
from collections.abc import Collection, Iterable

from django.utils import timezone

from circles.discovery.fit import Facts, Fit, Peer, Seeker, fit
from circles.discovery.languages import plain
from circles.hours import QUARTERS, turned, week_mask
from circles.models import Interest, Listing, Membership, Wishes
from members.models import Member


def seeker_of(person: Member) -> Seeker:
    """What the person looks for, in two queries."""
    themes: dict[str, dict[int, str]] = {"wants": {}, "offers": {}}
    for kind, theme, name in person.interests.values_list("kind", "theme", "theme__name"):
        themes[kind][theme] = name
    wishes = Wishes.objects.filter(person=person).first() or Wishes()
    today = timezone.localdate()
    return Seeker(
        **themes,
        languages=frozenset(map(plain, wishes.languages)),
        where=wishes.where,
        place=wishes.place,
        hours=week_mask(wishes.hours, person.time_zone, today) if wishes.hours else None,
        unit=person.unit_id,
    )


def fits(person: Member, seeker: Seeker, circles: Collection[int]) -> dict[int, Fit]:
    """How listed circles fit the person, by their keys, in three queries however many they are."""
    if not circles:
        return {}
    peers, offered = _peers(person, circles), _offered(person, seeker, circles)
    listings = Listing.objects.filter(pk__in=circles).defer("name")
    return {
        listing.pk: fit(seeker, _facts(listing, peers[listing.pk], offered[listing.pk]))
        for listing in listings
    }


def _facts(listing: Listing, peers: Iterable[Peer], offered: Iterable[int]) -> Facts:
    return Facts(
        themes=frozenset(listing.themes),
        language=listing.language,
        where=listing.where,
        place=listing.place,
        slot=None if listing.slot is None else slot_at(listing.slot, listing.minutes),
        free_seats=listing.free_seats,
        peers=tuple(peers),
        offered=frozenset(offered),
    )


def slot_at(quarter: int, minutes: int) -> int:
    """The bits of a meeting that begins in that quarter of the UTC week."""
    long = min(-(-minutes // 15), QUARTERS)
    return turned((1 << long) - 1, quarter)


def _peers(person: Member, circles: Collection[int]) -> dict[int, list[Peer]]:
    today, found = timezone.localdate(), defaultdict(list)
    seats = Membership.objects.current().filter(circle__in=circles).exclude(person=person)
    known = seats.order_by().values_list(
        "circle", "person__unit", "person__time_zone", "person__wishes__hours"
    )
    for circle, unit, zone, hours in known:
        found[circle].append(Peer(unit, week_mask(hours, zone, today) if hours else None))
    return found


def _offered(person: Member, seeker: Seeker, circles: Collection[int]) -> dict[int, list[int]]:
    """What the person wants and someone in the circle can help with."""
    found = defaultdict(list)
    if seeker.wants:
        helps = Interest.objects.filter(
            kind=Interest.Kind.OFFERS,
            theme__in=seeker.wants,
            person__memberships__circle__in=circles,
            person__memberships__left_on=None,
        )
        others = helps.exclude(person=person)
        for circle, theme in others.values_list("person__memberships__circle", "theme"):
            found[circle].append(theme)
    return found
