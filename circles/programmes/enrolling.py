"""Which programmes take enrolments, as one person sees them."""

import datetime as dt
from dataclasses import dataclass

from circles.models import Enrolment, Membership, Programme
from circles.models.programme import ProgrammeQuerySet
from members.models import Member


@dataclass(frozen=True)
class Opening:
    """A programme that takes enrolments now, and what the person has to do with it already."""

    programme: Programme
    is_enrolled: bool
    circles: list[str]


def openings_for(person: Member) -> list[Opening]:
    """Everything that one can enrol for today, what ends soonest first; in three more queries."""
    found = Programme.objects.about_to_take_enrolments().prefetch_related("formats")
    programmes = _open_now(found)
    enrolled = set(
        Enrolment.objects.current()
        .of(person)
        .filter(programme__in=programmes)
        .values_list("programme", flat=True)
    )
    circles = circles_of(person, programmes)
    return [
        Opening(programme, programme.pk in enrolled, circles.get(programme.pk, []))
        for programme in programmes
    ]


def announced_to(person: Member) -> list[Programme]:
    """Programmes that take enrolments now and have none of this person; in one query."""
    found = Programme.objects.about_to_take_enrolments().without_enrolment_of(person)
    return [] if person.has_left else _open_now(found)


def circles_of(person: Member, programmes: list[Programme]) -> dict[int, list[str]]:
    """The names of the circles in which the person has a seat, by their programme."""
    seats = Membership.objects.current().of(person).filter(circle__programme__in=programmes)
    names: dict[int, list[str]] = {}
    for programme, name in seats.values_list("circle__programme", "circle__name"):
        names.setdefault(programme, []).append(name)
    return names


def _open_now(found: ProgrammeQuerySet) -> list[Programme]:
    """Those whose own zone agrees."""
    programmes = [programme for programme in found if programme.takes_enrolments]
    return sorted(programmes, key=lambda each: (each.enrols_until or dt.date.max, each.name))
