"""Charters: publish a version, sign the one in force. A version is never altered."""

from collections.abc import Sequence

from django.db import transaction

from circles.actions.activation import tell_if_ready
from circles.actions.refusals import CannotChange
from circles.charters import diff as charter_diff
from circles.charters.text import Clause, as_data, clauses_of, settled
from circles.models import Charter, Circle, Signature
from circles.reminders.charter import withdraw_ready
from members.actions import record
from members.models import Member
from notifications import planner


class CannotSign(Exception):
    """Why there is no signature, in words meant for the person who asked."""


class CharterChanged(Exception):
    """Somebody published a version meanwhile: the one in force now."""

    def __init__(self, charter: Charter) -> None:
        super().__init__(
            "The charter was changed meanwhile. Below is what is different; nothing you wrote is "
            "lost."
        )
        self.charter = charter


@transaction.atomic
def publish_charter(
    circle: Circle,
    written: Sequence[Clause],
    *,
    by: Member,
    based_on: int,
    keeps_discussion_notes: bool = False,
    senior_speaks_last: bool = False,
    what_changed: str = "",
) -> Charter:
    """Publish the next version, with confidentiality's limits in it, and ask everyone to sign.

    `based_on` is the number of the version that the writer saw, 0 if there was none. Raises
    CharterChanged if another one is in force, CannotChange if nothing differs or the circle is
    closed.
    """
    # Lock the circle, so that nobody signs a version while it is being replaced.
    circle = Circle.objects.select_for_update().get(pk=circle.pk)
    if circle.is_closed:
        raise CannotChange("This circle is closed, so its charter stays as it is.")
    former = circle.charters.first()
    if former and former.number != based_on:
        raise CharterChanged(former)
    choices = {
        "keeps_discussion_notes": keeps_discussion_notes,
        "senior_speaks_last": senior_speaks_last,
    }
    clauses = settled(written, **choices)
    charter = Charter.objects.create(
        circle=circle,
        number=former.number + 1 if former else 1,
        clauses=as_data(clauses),
        **choices,
        what_changed=_replace(former, clauses, what_changed) if former else what_changed,
        written_on=circle.today,
        written_by=by,
    )
    planner.keep("charter", [charter.pk, *([former.pk] if former else [])])
    record(by, "published charter", circle, circle=circle.pk, number=charter.number)
    return charter


def _replace(former: Charter, clauses: Sequence[Clause], what_changed: str) -> str:
    """Begin nothing by the former version; return what is different, at best as its writer says.

    Raises CannotChange if nothing is.
    """
    found = charter_diff.changes(clauses_of(former.clauses), clauses)
    if not found:
        raise CannotChange(f"Nothing is different, so version {former.number} stays.")
    withdraw_ready(former)
    return what_changed or charter_diff.in_words(found)


@transaction.atomic
def sign_charter(circle: Circle, number: int, *, person: Member) -> Signature:
    """Sign the version of that number. Signing twice changes nothing, until it is time again.

    Raises CharterChanged if another version is in force, CannotSign if there is none, the circle
    is closed, or the person neither has a seat in the circle nor facilitates it.
    """
    # Lock the circle, so that the version cannot change between reading and signing.
    circle = Circle.objects.select_for_update().get(pk=circle.pk)
    charter = circle.charters.first()
    if charter is None:
        raise CannotSign("This circle has no charter yet.")
    if charter.number != number:
        raise CharterChanged(charter)
    if circle.is_closed:
        raise CannotSign("This circle is closed, so there is nothing to sign.")
    if not _belongs(circle, person):
        raise CannotSign("Only the circle’s own people sign its charter.")
    if signature := Signature.objects.lasting().filter(charter=charter, person=person).last():
        return signature
    signature, _ = charter.signatures.get_or_create(person=person, signed_on=circle.today)
    planner.keep("charter", [charter.pk])
    tell_if_ready(circle)
    return signature


def _belongs(circle: Circle, person: Member) -> bool:
    return (
        circle.memberships.current().of(person).exists()
        or circle.facilitations.current().filter(person=person).exists()
    )
