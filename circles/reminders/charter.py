"""What charters owe: to sign a version, to sign again after a year, and that a circle may begin.

Who is to sign follows the charter, the seats, the leaves and the appointments; a signature, the
next version and leaving withdraw it. That a circle may begin is planned by hand: it depends on
gates that other apps check, and is told once a version, when the last gap closes.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain

from django.db.models import Max
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from circles import gates
from circles.models import Charter, Circle, Facilitation, Membership, Signature
from circles.models.charter import ASKED_AGAIN, SIGNED_FOR, CharterQuerySet
from circles.readers import looked_after_by
from circles.reminders.about import CHANGES, RUNNING, key_of
from circles.reminders.offered import belongs_to_a_circle, looks_after_a_circle
from members.models import Member
from notifications import actions
from notifications.catalogue import Kind, Wanted, declare, declare_dependents, declare_subjects
from notifications.kinds import Letter, NoLongerWanted
from notifications.mail import absolute
from notifications.models import Reminder

TO_SIGN, READY = "charter_to_sign", "circle_ready"
ASKED = [dt.timedelta(0), dt.timedelta(days=3), dt.timedelta(days=7)]
# Shorter than from one time to the next, so that nobody is asked twice at once.
TOO_LATE = dt.timedelta(days=2)
MORNING = dt.time(8)


def wanted(charter_ids: Sequence[int]) -> Iterator[Wanted]:
    """Owed to everyone who signs, now and, for as long as they have not, twice more.

    Who has signed is asked again before the year is over, and on its last day. Four queries,
    however many charters.
    """
    rows = _asking().filter(pk__in=charter_ids).select_related("circle")
    charters = {charter.circle_id: charter for charter in rows}
    signatures = Signature.objects.filter(charter__in=charters.values()).order_by("signed_at")
    # The last one of each person stays.
    signed = {
        (of, who): at for of, who, at in signatures.values_list("charter", "person", "signed_at")
    }
    for (circle, person), came_on in _signers(charters).items():
        charter = charters[circle]
        if signed_at := signed.get((charter.pk, person)):
            until = signed_at + SIGNED_FOR
            moments = [until - ASKED_AGAIN, until]
        else:
            moments = [_first_asked(charter, came_on) + after for after in ASKED]
        for moment in moments:
            yield Wanted(charter.pk, person, moment)


def _asking() -> CharterQuerySet:
    return Charter.objects.in_force().exclude(circle__stage=Circle.Stage.CLOSED)


def _signers(charters: Mapping[int, Charter]) -> dict[tuple[int, int], dt.date]:
    """By circle and person, who signs, and since when they are there: from a leave, the return."""
    back_on = Max("leaves__ended_on")
    seats = Membership.objects.current().here().filter(circle__in=charters).order_by()
    held = Facilitation.objects.current().filter(circle__in=charters)
    return {
        (circle, person): max(came_on, back_on or came_on)
        for circle, person, came_on, back_on in chain(
            ((*row, None) for row in held.values_list("circle", "person", "appointed_on")),
            seats.annotate(back_on=back_on).values_list("circle", "person", "joined_on", "back_on"),
        )
    }


def _first_asked(charter: Charter, came_on: dt.date) -> dt.datetime:
    """When the version was published; of whoever came later, on the morning of that day."""
    if came_on <= charter.written_on:
        return charter.written_at
    return dt.datetime.combine(came_on, MORNING, charter.circle.zone)


def tell_ready(charter: Charter) -> None:
    """Owe whoever looks after the circle the mail that it may begin, once a version."""
    circle = charter.circle
    held = Member.objects.filter(facilitations__in=circle.facilitations.current())
    hosts = circle.memberships.current().filter(role=Membership.Role.HOST)
    people = held or Member.objects.filter(memberships__in=hosts)
    subject, due_at = f"charter:{charter.pk}", charter.written_at
    actions.plan(READY, subject=subject, recipients=people, due_at=due_at)


def withdraw_ready(charter: Charter) -> None:
    """A version that was replaced begins no circle any more."""
    actions.withdraw(f"charter:{charter.pk}", kind=READY)


def to_sign(reminder: Reminder) -> Letter:
    """Asks for one signature, if it is still missing or running out."""
    charter, person = _asked_about(reminder), reminder.recipient
    circle = charter.circle
    if person not in gates.signers(circle):
        raise NoLongerWanted("They are on leave, or do not sign this charter.")
    signature = charter.signatures.filter(person=person).order_by("signed_at").last()
    if signature and signature.valid_until > timezone.now() + ASKED_AGAIN:
        raise NoLongerWanted("They have signed.")
    again = " again" if signature else ""
    heading = f"Sign the charter of {circle.name}{again}"
    news = charter.what_changed if charter.number > 1 else ""
    return Letter(
        subject=heading,
        heading=heading,
        paragraphs=[
            _until(signature) if signature else FIRST,
            *([f"New in version {charter.number}: {news}"] if news else []),
        ],
        button_label="Read and sign",
        button_url=absolute(reverse("circles:charter_sign", args=[circle.pk])),
        why=f"You get this because you have a seat in {circle.name}, or facilitate it.",
    )


FIRST = (
    "It says what this circle is for, what stays in it, and how one leaves. It takes five minutes, "
    "and counts for you once you have signed."
)


def _until(signature: Signature) -> str:
    day = date_format(timezone.localtime(signature.valid_until), "l j F")
    ends = "has ended" if signature.valid_until <= timezone.now() else f"ends on {day}"
    return (
        f"A signature counts for one year, and yours {ends}. Read the charter again and sign it, "
        "or say what should be different."
    )


def _asked_about(reminder: Reminder) -> Charter:
    """The charter to sign, if the recipient reads it and it is in force. Raises NoLongerWanted."""
    charters = Charter.objects.visible_to(reminder.recipient).in_force()
    charters = charters.exclude(circle__stage=Circle.Stage.CLOSED).select_related("circle")
    # Once, the last signature was asked about: `signature:7`. Now the charter asks at that moment.
    is_charter = reminder.subject.startswith("charter:")
    charter = charters.filter(pk=key_of(reminder)).first() if is_charter else None
    if charter is None:
        raise NoLongerWanted("The charter has changed, or they no longer belong to the circle.")
    return charter


def ready(reminder: Reminder) -> Letter:
    """Tells whoever looks after the circle that it may begin."""
    circles = Circle.objects.filter(looked_after_by(reminder.recipient, circle="pk"))
    circle = circles.filter(charters__pk=key_of(reminder)).first()
    if circle is None or circle.stage != Circle.Stage.FORMING or gates.unmet(circle):
        raise NoLongerWanted("The circle has begun, or something is missing again.")
    return Letter(
        subject=f"{circle.name} can start meeting",
        heading=f"{circle.name} has everything it needs",
        paragraphs=["Everyone has signed the charter, and nothing else is missing. Start it now."],
        button_label="Open the circle",
        button_url=absolute(circle.get_absolute_url()),
        why=f"You get this because you look after {circle.name}.",
    )


def register_kinds() -> None:
    """Called once, when Django has loaded the apps."""
    declare(
        Kind(
            TO_SIGN,
            "A charter to sign",
            CHANGES,
            compose=to_sign,
            about="charter",
            wanted=wanted,
            too_late=TOO_LATE,
            offered_to=belongs_to_a_circle,
        )
    )
    declare(
        Kind(
            READY,
            "A circle can begin",
            RUNNING,
            compose=ready,
            offered_to=looks_after_a_circle,
        )
    )
    declare_subjects("charter", lambda: _asking().order_by("pk").values_list("pk", flat=True))
    declare_dependents("circle", "charter", _of_circles)


def _of_circles(circle_ids: Sequence[int]) -> Iterable[int]:
    """The versions in force, also of a circle that has closed: nobody signs there any more."""
    charters = Charter.objects.in_force().filter(circle__in=circle_ids)
    return charters.values_list("pk", flat=True)
