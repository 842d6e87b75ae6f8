"""Finds circles for a person and puts them in an order, with a hundred thousand to choose from.

One narrow table is searched (Listing). At most a thousand circles are put in order; of these the
first fifty or so are looked at closely, people and all, when they are ordered by fit.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from django.contrib.postgres.search import SearchRank
from django.core.paginator import Page, Paginator
from django.db import models
from django.db.models import Case, Count, F, Q, Value, When

from circles.discovery import fit
from circles.discovery.fit import Fit, Seeker
from circles.discovery.search import query_for
from circles.discovery.seeking import fits
from circles.models import (
    Circle,
    FormatVersion,
    Listing,
    ListingQuerySet,
    Membership,
    Support,
    meets_within,
)
from members.models import Member

MOST = 1000
LOOKED_AT = 48
MOST_RANKED = 2000
POINTS_FOR_WORDS = 100
MOST_COUNTED = 100
CARDS_A_PAGE = 18
NO_REASON = Fit(0, ())
NONE_YET: Mapping[int, Fit] = MappingProxyType({})


class Sort(models.TextChoices):
    """The orders of a list of circles."""

    FIT = "fit", "Best fit"
    NAME = "name", "Name"
    NEWEST = "new", "Newest"
    FILLING = "filling", "Next to fill"


ORDERS: dict[str, list[Any]] = {
    Sort.NAME: ["name", "pk"],
    Sort.NEWEST: ["-created_at", "pk"],
    Sort.FILLING: [
        Case(When(free_seats__gt=0, then=F("free_seats")), default=Value(32_000)),
        "name",
        "pk",
    ],
}


@dataclass(frozen=True)
class Found:
    """The keys of the circles in their order, at most one more than MOST, and fits known by now."""

    keys: list[int]
    known: dict[int, Fit] = field(default_factory=dict)

    @property
    def is_capped(self) -> bool:
        return len(self.keys) > MOST


def in_order(
    listings: ListingQuerySet, *, words: str, sort: str, person: Member, seeker: Seeker
) -> Found:
    """What was found, in the order that was asked for."""
    rows = matching(listings, words)
    if sort != Sort.FIT or (seeker.said_nothing and not words):
        order = ORDERS.get(sort, ORDERS[Sort.NAME])
        return Found(list(rows.order_by(*order).values_list("pk", flat=True)[: MOST + 1]))
    points = _points(seeker) + F("rank") * POINTS_FOR_WORDS
    best = rows.order_by(points.desc(), "name", "pk")[: MOST + 1]
    ranked: dict[int, float] = dict(best.values_list("pk", F("rank")))
    keys = list(ranked)
    if seeker.said_nothing:
        return Found(keys)
    close = fits(person, seeker, keys[:LOOKED_AT])
    closest = sorted(close, key=lambda key: -close[key].score - ranked[key] * POINTS_FOR_WORDS)
    return Found(closest + keys[LOOKED_AT:], close)


def matching(listings: ListingQuerySet, words: str) -> ListingQuerySet:
    """Those that the words are true of, with their `rank`; else those with such a name.

    Words that thousands have tell nothing apart: then not all of them are ranked.
    """
    if not words:
        return listings.annotate(rank=Value(0.0))
    query = query_for(words)
    hits = listings.about(query).order_by().values("pk")[:MOST_RANKED]
    if not hits.exists():
        return listings.named_like(words).annotate(rank=Value(0.0))
    return Listing.objects.filter(pk__in=hits).annotate(rank=SearchRank(F("text__words"), query))


def number_of(listings: ListingQuerySet, words: str) -> int:
    """How many are found, counted up to MOST_COUNTED."""
    return matching(listings, words).order_by()[:MOST_COUNTED].count()


def page_of(found: Found, number: str | None, *, person: Member, seeker: Seeker) -> Page[Any]:
    """One page of circles with what their cards show: `why`, and `supporters` of a proposal."""
    page: Page[Any] = Paginator(found.keys[:MOST], CARDS_A_PAGE).get_page(number)
    keys = list(page.object_list)
    page.object_list = cards(keys, person=person, seeker=seeker, known=found.known)
    return page


def cards(
    keys: Collection[int], *, person: Member, seeker: Seeker, known: Mapping[int, Fit] = NONE_YET
) -> list[Circle]:
    """These circles in this order, as long as everyone may find them."""
    if not keys:
        return []
    found = Circle.objects.listed().for_cards().prefetch_related("themes").in_bulk(keys)
    own = set(Membership.objects.current().of(person).values_list("circle", flat=True))
    unknown = [] if seeker.said_nothing else [key for key in keys if key not in {*known, *own}]
    why = {**known, **fits(person, seeker, unknown)} | dict.fromkeys(own, NO_REASON)
    counts = supporters(found.values())
    for key, circle in found.items():
        circle.is_yours = key in own  # type: ignore[attr-defined]  # read by the card
        circle.why = why.get(key, NO_REASON)  # type: ignore[attr-defined]  # read by the card
        circle.supporters = counts.get(key, 0)  # type: ignore[attr-defined]  # read by the card
    return [found[key] for key in keys if key in found]


def supporters(circles: Iterable[Circle]) -> dict[int, int]:
    """How many people support each of those that are proposed."""
    proposed = [circle.pk for circle in circles if circle.stage == Circle.Stage.PROPOSED]
    if not proposed:
        return {}
    counted = Support.objects.filter(circle__in=proposed).order_by().values_list("circle")
    return dict(counted.annotate(Count("pk")))


def lengths() -> list[int]:
    """Every length that the meetings of some format have."""
    found = FormatVersion.objects.order_by("meeting_minutes").values_list("meeting_minutes")
    return [minutes for (minutes,) in found.distinct()]


def _points(seeker: Seeker) -> Any:
    """What circles.discovery.fit gives without a look at the people, reckoned by the database."""
    given: list[Any] = [_if(Q(free_seats__gt=0), fit.FREE_SEAT)]
    if seeker.wants:
        given.append(_if(Q(themes__overlap=list(seeker.wants)), fit.WANTED_THEME))
    if seeker.offers:
        given.append(_if(Q(themes__overlap=list(seeker.offers)), fit.OFFERED_THEME))
    if seeker.languages:
        yours = Q(language__in=seeker.languages)
        given.append(_if(yours, fit.YOUR_LANGUAGE, fit.ANOTHER_LANGUAGE))
    if seeker.hours is not None:
        within = meets_within(seeker.hours, lengths())
        suits = When(within, then=Value(fit.IN_YOUR_HOURS))
        open_yet = When(slot=None, then=Value(0))
        given.append(Case(suits, open_yet, default=Value(fit.OUTSIDE_YOUR_HOURS)))
    if seeker.where != "anywhere" or seeker.place:
        given.append(_place_points(seeker))
    points = given[0]
    for more in given[1:]:
        points = points + more
    return points


def _place_points(seeker: Seeker) -> Any:
    if seeker.where == "remote":
        return _if(Q(where="in_person"), fit.ANOTHER_PLACE, fit.YOUR_PLACE)
    in_person = ~Q(where="remote")
    here = in_person & Q(place__iexact=seeker.place) if seeker.place else in_person
    return _if(here, fit.YOUR_PLACE, fit.ANOTHER_PLACE if seeker.where == "in_person" else 0)


def _if(condition: Q, points: int, otherwise: int = 0) -> Case:
    return Case(When(condition, then=Value(points)), default=Value(otherwise))
