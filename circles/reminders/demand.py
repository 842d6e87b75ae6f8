"""When enough people wait for the same kind of circle, organisers are told once a demand.

Planned by hand: the demand is counted over many lines and circles, and is told once in thirty days,
however often it comes and goes. The letter counts again.
"""

from datetime import timedelta

from django.urls import reverse
from django.utils import timezone

from circles.joining.demand import demand_for
from circles.models import Circle, Format, Programme
from circles.people import organisers
from circles.reminders.about import RUNNING
from circles.reminders.offered import organises
from notifications import actions
from notifications.catalogue import Kind, declare
from notifications.kinds import Letter, NoLongerWanted
from notifications.mail import absolute
from notifications.models import Reminder, Urgency

DEMAND = "waitlist_demand"
# A demand that lasts, or that comes back soon, is the same one.
SAME_DEMAND = timedelta(days=30)


def plan_demand(circle: Circle) -> None:
    """Owe organisers the mail when someone else in line makes it enough for a new circle."""
    of_format = circle.format_version.format
    if demand_for(circle.programme, of_format) is None:
        return
    now = timezone.now()
    subject = f"demand:{circle.programme_id}:{of_format.pk}"
    told = Reminder.objects.filter(kind=DEMAND, subject=subject, due_at__gt=now - SAME_DEMAND)
    if not told.exists():
        actions.plan(DEMAND, subject=subject, recipients=organisers(), due_at=now)


def waitlist_demand(reminder: Reminder) -> Letter:
    """How many wait for what, as long as it is still enough for a circle."""
    _, programme_pk, format_pk = reminder.subject.split(":")
    programme = Programme.objects.current().filter(pk=programme_pk).first()
    of_format = Format.objects.filter(pk=format_pk).first()
    demand = demand_for(programme, of_format) if programme and of_format else None
    if programme is None or demand is None:
        raise NoLongerWanted("Not enough people wait any more.")
    if not reminder.recipient.has_perm("circles.manage_programme"):
        raise NoLongerWanted("They are no longer an organiser.")
    return Letter(
        subject=f"{demand.people} people wait for another {demand.format.name.lower()}",
        heading="Enough people wait for another circle",
        paragraphs=[
            f"{demand.people} people stand in line for another {demand.format.name.lower()} of "
            f"{programme.name}. {demand.needed} are enough to begin one.",
            "You can set it up with one button. Its seats are offered in the order of waiting.",
        ],
        button_label="See who waits for what",
        button_url=absolute(f"{reverse('circles:programme', args=[programme.pk])}#waiting"),
        why="You get this because you are an organiser.",
    )


def register_kinds() -> None:
    """Called once, when Django has loaded the apps."""
    declare(
        Kind(
            DEMAND,
            "Many people wait for a circle",
            RUNNING,
            urgency=Urgency.BULK,
            compose=waitlist_demand,
            offered_to=organises,
        )
    )
