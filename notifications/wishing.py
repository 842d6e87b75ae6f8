"""Changes what a person wishes; it holds at once, also for what is on its way to them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone

from members.models import Member
from notifications.catalogue import is_declared, kind_named
from notifications.channels import CHANNELS
from notifications.decide import Way, decide
from notifications.dispatching import NOT_WISHED, count_mailed_today
from notifications.links import EVERYTHING, Leave
from notifications.models import Cadence, Delivery, KindWish, MessageWishes
from notifications.recording import settle
from notifications.wishes import wishes_of


@transaction.atomic
def change_wishes(
    person: Member, *, said: Mapping[str, Any], kinds: Mapping[tuple[str, str], str]
) -> None:
    """Replace what the person wishes: their hours, and a cadence for each kind and channel.

    Only what differs from a kind's own cadence is kept, so that a better default reaches everyone.
    """
    MessageWishes.objects.update_or_create(person=person, defaults=dict(said))
    KindWish.objects.filter(person=person, kind__in={name for name, _ in kinds}).delete()
    KindWish.objects.bulk_create(
        KindWish(person=person, kind=name, channel=channel, cadence=cadence)
        for (name, channel), cadence in kinds.items()
        if cadence != kind_named(name).usual_cadence(channel)
    )
    reconsider(person)


@transaction.atomic
def unsubscribe(leave: Leave) -> None:
    """Switch this kind of mail off. Doing it twice changes nothing."""
    if leave.kind == EVERYTHING:
        _say_everything(leave, no_mail=True)
    else:
        _say(leave, Cadence.OFF)


@transaction.atomic
def subscribe(leave: Leave) -> None:
    """Take an unsubscribing back: this kind of mail comes again as it does for everyone."""
    if leave.kind == EVERYTHING:
        _say_everything(leave, no_mail=False)
    else:
        KindWish.objects.filter(
            person=leave.person_id, kind=leave.kind, channel="mail", cadence=Cadence.OFF
        ).delete()


def is_off(leave: Leave) -> bool:
    said = wishes_of([Member.objects.get(pk=leave.person_id)])[leave.person_id]
    if leave.kind == EVERYTHING:
        return said.no_mail
    return said.no_mail or said.cadence(kind_named(leave.kind), "mail") == Cadence.OFF


@dataclass(frozen=True)
class KnownLeave(Leave):
    """A way out whose person and kind there are, with the words for it."""

    label: str


def known(leave: Leave | None) -> KnownLeave | None:
    """The same with words; None where the person or kind is gone, or may not be switched off."""
    if leave is None or not Member.objects.filter(pk=leave.person_id).exists():
        return None
    if leave.kind == EVERYTHING:
        return KnownLeave(leave.person_id, leave.kind, "everything that can be switched off")
    kind = kind_named(leave.kind)
    if not is_declared(leave.kind) or kind.required:
        return None
    return KnownLeave(leave.person_id, leave.kind, kind.label)


def reconsider(person: Member) -> None:
    """Decide again about what is planned to reach this person and is not on its way yet."""
    said, now = wishes_of([person])[person.pk], timezone.now()
    mailed = count_mailed_today({person.pk: said} if said.budget else {})[person.pk]
    waiting = Delivery.objects.filter(recipient=person, state=Delivery.State.PLANNED)
    off: list[Delivery] = []
    for delivery in waiting.select_related("reminder").select_for_update(of=("self",)):
        channel = CHANNELS.get(delivery.channel)
        if channel is None or channel.is_silent:
            continue
        decision = decide(
            kind_named(delivery.reminder.kind),
            said,
            channel=delivery.channel,
            now=now,
            has_digest=channel.has_digest,
            mailed_today=mailed,
            due_at=delivery.reminder.due_at,
        )
        delivery.due_at, delivery.in_digest = decision.at, decision.way is Way.DIGEST
        if decision.way is Way.OFF:
            delivery.state, delivery.problem = Delivery.State.CANCELLED, NOT_WISHED
            off.append(delivery)
        delivery.save(update_fields=["due_at", "in_digest", "state", "problem"])
    settle({delivery.reminder_id for delivery in off})


def _say(leave: Leave, cadence: Cadence) -> None:
    KindWish.objects.update_or_create(
        person_id=leave.person_id,
        kind=leave.kind,
        channel="mail",
        defaults={"cadence": cadence},
    )
    reconsider(Member.objects.get(pk=leave.person_id))


def _say_everything(leave: Leave, *, no_mail: bool) -> None:
    MessageWishes.objects.update_or_create(person_id=leave.person_id, defaults={"no_mail": no_mail})
    reconsider(Member.objects.get(pk=leave.person_id))
