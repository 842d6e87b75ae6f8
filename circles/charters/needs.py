"""What charters need from a person: to sign, to write one, to start a circle that is ready."""

from collections.abc import Iterator

from django.db.models import Exists, OuterRef, Subquery
from django.urls import reverse

from circles.models import Charter, Circle, Facilitation, Leave, Membership, Signature
from circles.models.charter import SIGNED_FOR
from circles.needs import Need
from circles.reminders.charter import READY
from circles.rules import circles_held, circles_hosted_alone
from members.models import Member
from notifications.models import Reminder

# Whoever holds many new circles writes their charters one after the other.
MOST_UNWRITTEN = 5


def needs(person: Member) -> Iterator[Need]:
    """In a constant number of queries, however many circles."""
    yield from _to_sign(person)
    yield from _to_begin(person)


def _to_sign(person: Member) -> Iterator[Need]:
    """Charters that one has not signed, or signed nearly a year ago."""
    away = Leave.objects.current().filter(membership=OuterRef("pk"))
    seats = Membership.objects.current().of(person).filter(~Exists(away))
    held = Facilitation.objects.current().filter(person=person)
    # A union first: it is uncorrelated, so that the database begins with a handful of circles.
    circles = seats.order_by().values("circle").union(held.order_by().values("circle"))
    enough = Signature.objects.lasting().filter(charter=OuterRef("pk"), person=person)
    last = Signature.objects.filter(charter=OuterRef("pk"), person=person).order_by("-signed_at")
    charters = (
        Charter.objects.in_force()
        .filter(
            ~Exists(enough),
            circle__in=circles,
        )
        .exclude(circle__stage=Circle.Stage.CLOSED)
        .order_by("circle__name", "pk")
        .values_list("circle", "circle__name", Subquery(last.values("signed_at")[:1]))
    )
    for circle, name, signed_at in charters:
        again = " again" if signed_at else ""
        yield Need(
            f"Your signature{again} under the charter of {name}",
            reverse("circles:charter_sign", args=[circle]),
            "Read and sign",
            "pen-line",
            due=signed_at + SIGNED_FOR if signed_at else None,
        )


def _to_begin(person: Member) -> Iterator[Need]:
    """Forming circles one looks after: without a charter, or told to be ready."""
    newest = Charter.objects.in_force().filter(circle=OuterRef("pk"))
    mine = circles_held(person) | circles_hosted_alone(person)
    circles = list(
        Circle.objects.filter(pk__in=mine, stage=Circle.Stage.FORMING).values_list(
            "pk", "name", Subquery(newest.values("pk")[:1])
        )
    )
    subjects = [f"charter:{charter}" for _, _, charter in circles if charter]
    told = Reminder.objects.filter(kind=READY, recipient=person, subject__in=subjects)
    ready = set(told.exclude(state=Reminder.State.CANCELLED).values_list("subject", flat=True))
    for circle, name, charter in circles:
        if f"charter:{charter}" in ready:
            url = reverse("meetings:circle", args=[circle])
            yield Need(f"{name} can start meeting", url, "Look", "flag")
    unwritten = [(circle, name) for circle, name, charter in circles if charter is None]
    for circle, name in unwritten[:MOST_UNWRITTEN]:
        url = reverse("circles:charter_write", args=[circle])
        yield Need(f"A charter for {name}", url, "Write it", "scroll-text")
