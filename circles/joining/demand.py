"""What people wait for: enough of them in line for the same kind of circle ask for a new one."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, F, OuterRef

from circles.models import Format, FormatVersion, Offer, Programme, WaitlistEntry


@dataclass(frozen=True)
class Demand:
    """So many people wait for circles of one format; so many are needed to begin one."""

    format: Format
    people: int
    needed: int

    @property
    def is_enough(self) -> bool:
        return self.people >= self.needed


def in_line_for(programme: int, format_: int) -> Any:
    """Who waits for such a circle, the longest first; nobody who is offered such a seat now."""
    offered = Offer.objects.open().filter(
        person=OuterRef("person"),
        circle__programme=programme,
        circle__format_version__format=format_,
    )
    waiting = WaitlistEntry.objects.waiting().filter(
        ~Exists(offered), circle__programme=programme, circle__format_version__format=format_
    )
    return waiting.exclude(circle__stage="closed")


def demands_of(programme: Programme) -> list[Demand]:
    """The kinds of circle for which enough people wait for a new one. Two queries."""
    alike = Offer.objects.open().filter(
        person=OuterRef("person"),
        circle__programme=programme.pk,
        circle__format_version__format=OuterRef("circle__format_version__format"),
    )
    waiting = WaitlistEntry.objects.waiting().filter(~Exists(alike), circle__programme=programme.pk)
    counted = (
        waiting.exclude(circle__stage="closed")
        .order_by()
        .values(of_format=F("circle__format_version__format"))
        .annotate(people=Count("person", distinct=True))
    )
    people = {row["of_format"]: row["people"] for row in counted}
    versions = FormatVersion.objects.newest().filter(format__in=people).select_related("format")
    found = [
        Demand(version.format, people[version.format_id], version.size_min)
        for version in versions
        if _is_of_people(version)
    ]
    return [demand for demand in found if demand.is_enough]


def demand_for(programme: Programme, format_: Format) -> Demand | None:
    """The one demand, if it still stands."""
    found = (demand for demand in demands_of(programme) if demand.format == format_)
    return next(found, None)


def _is_of_people(version: FormatVersion) -> bool:
    """A hub of circles has circles for members, and nobody waits for one."""
    return bool(version.definition.get("size", {}).get("of", "people") == "people")
