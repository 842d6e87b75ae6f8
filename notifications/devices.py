"""Turns messages on a person's devices on and off."""

import logging
from collections.abc import Mapping

from django.db import transaction

from members.models import Member
from notifications import vapid
from notifications.channels.push import Push, post
from notifications.models import PushSubscription, Urgency

logger = logging.getLogger(__name__)

# More than anybody uses; what was turned on longest ago makes room.
MOST = 10
QUICKLY = 5


@transaction.atomic
def turn_on(
    person: Member, said: Mapping[str, str], *, device: str, instead_of: int | None = None
) -> PushSubscription:
    """Have this browser show the person's messages. Doing it twice changes nothing.

    The browser shows those of nobody else from now on. `instead_of` is what it was known by.
    """
    person = Member.objects.select_for_update().get(pk=person.pk)
    mine = PushSubscription.objects.filter(person=person)
    mine.filter(pk=instead_of or 0).exclude(endpoint=said["endpoint"]).delete()
    subscription, is_new = PushSubscription.objects.update_or_create(
        endpoint=said["endpoint"],
        defaults={
            "person": person,
            "p256dh": said["p256dh"],
            "auth": said["auth"],
            "server_key": vapid.public_key(),
            "device": device[:60],
            "sign_outs": person.times_signed_out_everywhere,
        },
    )
    mine.filter(pk__in=list(mine.values_list("pk", flat=True)[MOST:])).delete()
    logger.info("device on", extra={"person": person.pk, "is_new": is_new})
    return subscription


@transaction.atomic
def renew(endpoint: str, said: Mapping[str, str]) -> bool:
    """Go on where a browser got another address. Who knows the old one, is that browser."""
    known = PushSubscription.objects.select_for_update().filter(endpoint=endpoint)
    subscription = known.live(vapid.public_key()).first()
    taken = PushSubscription.objects.filter(endpoint=said["endpoint"])
    if subscription is None or taken.exclude(pk=subscription.pk).exists():
        return False
    for name in ("endpoint", "p256dh", "auth"):
        setattr(subscription, name, said[name])
    subscription.save(update_fields=["endpoint", "p256dh", "auth"])
    return True


def turn_off(subscription: PushSubscription) -> None:
    subscription.delete()
    logger.info("device off", extra={"person": subscription.person_id})


def send_test(subscription: PushSubscription) -> None:
    """Send something now, for the person who waits for it. Raises as channels do."""
    push = Push(
        title="It works",
        line=f"Messages from Peerloom come to {subscription.device}.",
        url="/messages/",
        tag="test",
        urgency=Urgency.PROMPT,
    )
    post(push, subscription, timeout=QUICKLY)


def forget(pk: int | None, *, unless_of: Member | None = None) -> None:
    """Show no more messages in this browser, whose they may be; but leave this person's."""
    if pk is not None:
        PushSubscription.objects.filter(pk=pk).exclude(person=unless_of).delete()


def forget_others(person: Member, *, but: int | None) -> None:
    """Show the person's messages in no browser but this one."""
    PushSubscription.objects.filter(person=person).exclude(pk=but or 0).delete()
