from collections import Counter
from itertools import count
from typing import Any

from django.db import transaction
from django.db.models.functions import Lower

from circles.actions.circles import create_circle
from circles.actions.locks import locked
from circles.actions.refusals import CannotChange
from circles.actions.seating import hold_seat
from circles.joining.demand import demand_for, in_line_for
from circles.models import Circle, Format, FormatVersion, Offer, Programme, Theme
from members.models import Member

USUAL_SEATS, MOST_SEATS = 8, 30


@transaction.atomic
def meet_demand(programme: Programme, of_format: Format, *, by: Member) -> Circle:
    """Set up a circle for those who wait for one like it, and offer them its seats in turn.

    They keep their old place in line until they accept. Raises CannotChange when too few wait by
    now, for instance because someone else has just set one up.
    """
    # Lock the programme, so that two organisers do not set up a circle for the same people.
    programme = Programme.objects.select_for_update().get(pk=programme.pk)
    if programme.is_archived or demand_for(programme, of_format) is None:
        raise CannotChange("Not enough people wait for this any more.")
    entries = list(in_line_for(programme.pk, of_format.pk).select_related("person", "circle"))
    waited_for = Counter(entry.circle for entry in entries)
    like = waited_for.most_common(1)[0][0]
    version = FormatVersion.objects.newest().get(format=of_format)
    circle = create_circle(
        of_format=of_format,
        by=by,
        programme=programme,
        name=_free_name(of_format),
        purpose=like.purpose,
        capacity=min(max(USUAL_SEATS, version.size_min), version.size_max, MOST_SEATS),
        time_zone=like.time_zone,
    )
    circle = locked(circle.pk)
    circle.language = like.language
    circle.save(update_fields=["language"])
    circle.themes.set(Theme.objects.filter(circles__in=waited_for).distinct())
    _offer_in_turn(circle, entries, by)
    return circle


def _offer_in_turn(circle: Circle, entries: list[Any], by: Member) -> None:
    people = list(dict.fromkeys(entry.person for entry in entries if entry.person.may_sign_in))
    for person in people[: circle.capacity]:
        hold_seat(circle, person, reason=Offer.Reason.WAITLIST, by=by)


def _free_name(of_format: Format) -> str:
    """`Career circle 2`: the format's name and the first number that no circle has."""
    stem = of_format.name[:110]
    alike = Circle.objects.filter(name__istartswith=stem).annotate(lower=Lower("name"))
    taken = set(alike.values_list("lower", flat=True))
    return next(f"{stem} {n}" for n in count(1) if f"{stem} {n}".lower() not in taken)
