"""What charters need from a person: to sign, to write one, to start a circle that is ready."""

from collections.abc import Iterator

from django.db.models import Exists, OuterRef, Q, Subquery
from django.urls import reverse

from circles.models import Charter, Circle, Facilitation, Leave, Membership, Signature
from circles.models.charter import SIGNED_FOR
from circles.needs import Need
from circles.readers import looked_after_by
from circles.reminders.charter import READY
from members.models import Member
from notifications.models import Reminder

# Whoever holds many new circles writes their charters one after the other.
MOST_UNWRITTEN = 5


def needs(person: Member) -> Iterator[Need]:
    """In three queries, however many circles."""
    yield from _to_sign(person)
    yield from _to_begin(person)


def _to_sign(person: Member) -> Iterator[Need]:
    """Charters that one has not signed, or signed nearly a year ago."""
    away = Leave.objects.current().filter(membership=OuterRef("pk"))
    seat = Membership.objects.current().of(person).filter(~Exists(away))
    held = Facilitation.objects.current().filter(person=person)
    enough = Signature.objects.lasting().filter(charter=OuterRef("pk"), person=person)
    last = Signature.objects.filter(charter=OuterRef("pk"), person=person).order_by("-signed_at")
    charters = (
        Charter.objects.in_force()
        .filter(
            Q(circle__in=seat.order_by().values("circle"))
            | Q(circle__in=held.order_by().values("circle")),
            ~Exists(enough),
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
    mine = looked_after_by(person, circle="pk")
    circles = list(
        Circle.objects.filter(mine, stage=Circle.Stage.FORMING).values_list(
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
