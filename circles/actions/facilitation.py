from django.db import transaction

from circles.models import Circle, Facilitation
from members.actions import record
from members.models import Member
from notifications import planner


class CannotAppoint(Exception):
    """Why the person does not become facilitator, in words meant for the organiser who asked."""


@transaction.atomic
def appoint_facilitator(circle: Circle, person: Member, *, by: Member | None) -> Facilitation:
    """Make the person a facilitator of the circle, or raise CannotAppoint.

    Appointing twice changes nothing. An appointment that ended today goes on as if it had not.
    """
    # Lock the circle, so that the person cannot take a seat at the same time.
    circle = Circle.objects.select_for_update().get(pk=circle.pk)
    if held := circle.facilitations.current().filter(person=person).first():
        return held
    if circle.is_closed:
        raise CannotAppoint("This circle is closed. Reopen it first.")
    if person.left_on and person.left_on <= circle.today:
        raise CannotAppoint(f"{person} has left the organisation.")
    if circle.memberships.current().of(person).exists():
        raise CannotAppoint(
            f"{person} has a seat in this circle. A facilitator holds it from outside."
        )
    held = circle.facilitations.filter(person=person, ended_on__gte=circle.today).last()
    if held:
        held.ended_on = None
        held.save(update_fields=["ended_on"])
    else:
        held = circle.facilitations.create(
            person=person, appointed_on=circle.today, appointed_by=by
        )
    planner.keep("circle", [circle.pk])
    record(by, "appointed facilitator", circle, circle=circle.pk, person=person.pk)
    return held


@transaction.atomic
def end_facilitation(facilitation: Facilitation, *, by: Member | None) -> None:
    """End an appointment today, in the circle's time zone. Ending it twice changes nothing."""
    circle = Circle.objects.select_for_update().get(pk=facilitation.circle_id)
    held = circle.facilitations.current().filter(pk=facilitation.pk).first()
    if held:
        held.ended_on = max(circle.today, held.appointed_on)
        held.save(update_fields=["ended_on"])
        planner.keep("circle", [circle.pk])
        record(by, "ended facilitation", circle, circle=circle.pk, person=held.person_id)
