"""What charters owe: to sign a version, to sign again after a year, and that a circle may begin."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from circles import gates
from circles.models import Charter, Circle, Facilitation, Leave, Membership, Signature
from circles.models.charter import ASKED_AGAIN, SIGNED_FOR
from circles.readers import looked_after_by
from members.models import Member
from notifications import actions
from notifications.kinds import Letter, NoLongerWanted, register
from notifications.mail import absolute
from notifications.models import Reminder

TO_SIGN, READY = "charter_to_sign", "circle_ready"
ASKED = [dt.timedelta(0), dt.timedelta(days=3), dt.timedelta(days=7)]
# Whoever came longer ago was asked when they came, or when the charter was published.
NEW_FOR = dt.timedelta(days=4)


def subject_of(thing: Charter | Signature) -> str:
    """`charter:7`, asked of whoever has not signed; `signature:7`, of whoever signs again."""
    return f"{type(thing).__name__.lower()}:{thing.pk}"


def ask_to_sign(charter: Charter) -> None:
    """Owe everyone who signs the mail, now and, for as long as they have not, twice more."""
    people = gates.signers(charter.circle)
    for after in ASKED:
        due_at = charter.written_at + after
        actions.plan(TO_SIGN, subject=subject_of(charter), recipients=people, due_at=due_at)


def stop_asking(charter: Charter) -> None:
    """A version that was replaced is signed by nobody any more."""
    actions.withdraw(subject_of(charter), kind=TO_SIGN)
    actions.withdraw(subject_of(charter), kind=READY)


def tell_ready(charter: Charter) -> None:
    """Owe whoever looks after the circle the mail that it may begin, once a version."""
    circle = charter.circle
    held = Member.objects.filter(facilitations__in=circle.facilitations.current())
    hosts = circle.memberships.current().filter(role=Membership.Role.HOST)
    people = held or Member.objects.filter(memberships__in=hosts)
    due_at = charter.written_at
    actions.plan(READY, subject=subject_of(charter), recipients=people, due_at=due_at)


def ask_newcomers(now: dt.datetime | None = None) -> int:
    """Owe the mail to whoever came, or came back, since their circle's charter was published.

    Returns to how many. The number of queries does not depend on how many circles.
    """
    now = now or timezone.now()
    came = [
        (circle, person)
        for rows in _came_since((now - NEW_FOR).date())
        for circle, person in rows.values_list("circle", "person")
    ]
    charters = {
        charter.circle_id: charter
        for charter in Charter.objects.in_force()
        .filter(circle__in={circle for circle, _ in came})
        .exclude(circle__stage=Circle.Stage.CLOSED)
    }
    signatures = Signature.objects.valid(now).filter(charter__in=charters.values())
    signed = set(signatures.values_list("charter__circle", "person"))
    subjects = [subject_of(charter) for charter in charters.values()]
    lately = Reminder.objects.filter(
        kind=TO_SIGN, subject__in=subjects, created_at__gt=now - 2 * NEW_FOR
    )
    asked = set(lately.values_list("subject", "recipient"))
    missing = [
        (subject_of(charters[circle]), person)
        for circle, person in dict.fromkeys(came)
        if circle in charters
        and (circle, person) not in signed
        and (subject_of(charters[circle]), person) not in asked
    ]
    _owe((subject, person, now + after) for subject, person in missing for after in ASKED)
    return len(missing)


def ask_again(now: dt.datetime | None = None) -> int:
    """Owe the mail to whoever's signature ends within two weeks: then, and on its last day.

    Returns how many signatures end. Owing it twice changes nothing.
    """
    now = now or timezone.now()
    here = {"circle": OuterRef("charter__circle"), "person": OuterRef("person")}
    later = Signature.objects.filter(
        charter=OuterRef("charter"), person=OuterRef("person"), signed_at__gt=OuterRef("signed_at")
    )
    ending = Signature.objects.filter(
        Exists(Membership.objects.current().filter(**here))
        | Exists(Facilitation.objects.current().filter(**here)),
        ~Exists(later),
        charter__in=Charter.objects.in_force().exclude(circle__stage=Circle.Stage.CLOSED),
        signed_at__lte=now - SIGNED_FOR + ASKED_AGAIN,
        signed_at__gt=now - SIGNED_FOR - NEW_FOR,
    )
    rows = [(subject_of(each), each.person_id, each.valid_until) for each in ending]
    _owe(
        (subject, person, due_at)
        for subject, person, until in rows
        for due_at in (until - ASKED_AGAIN, until)
    )
    return len(rows)


def _came_since(day: dt.date) -> list[QuerySet[Any]]:
    seats = Membership.objects.current()
    back = Leave.objects.filter(membership=OuterRef("pk"), ended_on__gte=day)
    return [
        seats.filter(Q(joined_on__gte=day) | Exists(back)),
        Facilitation.objects.current().filter(appointed_on__gte=day),
    ]


def _owe(rows: Iterable[tuple[str, int, dt.datetime]]) -> None:
    Reminder.objects.bulk_create(
        (
            Reminder(kind=TO_SIGN, subject=subject, recipient_id=person, due_at=due_at)
            for subject, person, due_at in rows
        ),
        ignore_conflicts=True,
        batch_size=1000,
    )


def to_sign(reminder: Reminder) -> Letter:
    """Asks for one signature, if it is still missing or running out."""
    charter, until = _asked_about(reminder)
    circle, person = charter.circle, reminder.recipient
    if person not in gates.signers(circle):
        raise NoLongerWanted("They are on leave, or do not sign this charter.")
    enough = Signature.objects.lasting() if until else Signature.objects.valid()
    if enough.filter(charter=charter, person=person).exists():
        raise NoLongerWanted("They have signed.")
    if until:
        heading = f"Sign the charter of {circle.name} again"
        asked = "A signature counts for one year, and yours ends soon. Read the charter again and "
        asked += "sign it, or say what should be different."
    else:
        heading = f"Sign the charter of {circle.name}"
        asked = "It says what this circle is for, what stays in it, and how one leaves. It takes "
        asked += "five minutes, and counts for you once you have signed."
    return Letter(
        subject=heading,
        heading=heading,
        paragraphs=[
            asked,
            *([f"New in version {charter.number}: {charter.what_changed}"] * _is_news(charter)),
        ],
        button_label="Read and sign",
        button_url=absolute(reverse("circles:charter_sign", args=[circle.pk])),
        why=f"You get this because you have a seat in {circle.name}, or facilitate it.",
    )


def _is_news(charter: Charter) -> bool:
    return charter.number > 1 and bool(charter.what_changed)


def _asked_about(reminder: Reminder) -> tuple[Charter, dt.datetime | None]:
    """The charter to sign, if the recipient reads it and it is in force. Raises NoLongerWanted.

    And until when their signature counts, where it is about that.
    """
    about, _, pk = reminder.subject.partition(":")
    charters = Charter.objects.visible_to(reminder.recipient).in_force()
    charters = charters.exclude(circle__stage=Circle.Stage.CLOSED).select_related("circle")
    signature = None
    if about == "signature":
        signature = Signature.objects.filter(pk=pk).first()
        pk = str(signature.charter_id) if signature else "0"
    charter = charters.filter(pk=pk).first()
    if charter is None:
        raise NoLongerWanted("The charter has changed, or they no longer belong to the circle.")
    return charter, signature.valid_until if signature else None


def ready(reminder: Reminder) -> Letter:
    """Tells whoever looks after the circle that it may begin."""
    circles = Circle.objects.filter(looked_after_by(reminder.recipient, circle="pk"))
    circle = circles.filter(charters__pk=reminder.subject.partition(":")[2]).first()
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
    register(TO_SIGN, to_sign)
    register(READY, ready)
