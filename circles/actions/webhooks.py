"""A circle's Slack or Teams channel: connected, changed, taken over, tried, disconnected."""

from collections.abc import Mapping
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from circles.actions.locks import locked
from circles.actions.refusals import CannotChange
from circles.models import Circle, Webhook
from circles.webhooks.answers import Fate, Verdict
from circles.webhooks.posts import Post
from circles.webhooks.sending import send_post
from members.actions import record
from members.models import Member
from notifications import planner
from notifications.mail import absolute

UNDO_WITHIN = timedelta(days=1)
CLOSED = "This circle is closed; it meets no more, so nothing would be posted."


@transaction.atomic
def save_webhook(
    circle: Circle, service: str, *, by: Member, address: str, posts: Mapping[str, bool]
) -> Webhook:
    """Connect a channel, or change what is connected; plan what it is owed from now on.

    An empty address keeps the one there is. Who gives an address is who connected it. Raises
    CannotChange for a closed circle, and without any address.
    """
    circle = locked(circle.pk)
    if circle.is_closed:
        raise CannotChange(CLOSED)
    webhook = Webhook.objects.filter(circle=circle, service=service).first()
    if webhook is None or webhook.disconnected_at:
        if not address:
            raise CannotChange("It was disconnected meanwhile. Paste its address again.")
        webhook = webhook or Webhook(circle=circle, service=service)
    for name, to in posts.items():
        setattr(webhook, name, to)
    if address:
        webhook.address, webhook.connected_by = address, by
        webhook.connected_at, webhook.posted_at = timezone.now(), None
        webhook.gone_at, webhook.problem = None, ""
        webhook.disconnected_at = webhook.disconnected_by = None
        record(by, f"connected {webhook.get_service_display()}", circle, circle=circle.pk)
    webhook.save()
    planner.keep("webhook", [webhook.pk])
    return webhook


@transaction.atomic
def take_over(webhook: Webhook, *, by: Member) -> Webhook:
    """Answer for a channel that somebody else connected, so that its posts go on."""
    webhook = _held(webhook)
    if webhook.connected_by_id == by.pk or webhook.disconnected_at:
        return webhook
    webhook.connected_by = by
    webhook.save(update_fields=["connected_by"])
    record(
        by, f"took over {webhook.get_service_display()}", webhook.circle, circle=webhook.circle_id
    )
    planner.keep("webhook", [webhook.pk])
    return webhook


@transaction.atomic
def disconnect(webhook: Webhook, *, by: Member) -> Webhook:
    """Post nothing more. For a day it can be undone; then its address is forgotten."""
    webhook = _held(webhook)
    if webhook.disconnected_at:
        return webhook
    webhook.disconnected_at, webhook.disconnected_by = timezone.now(), by
    webhook.save(update_fields=["disconnected_at", "disconnected_by"])
    words = f"disconnected {webhook.get_service_display()}"
    record(by, words, webhook.circle, circle=webhook.circle_id)
    planner.keep("webhook", [webhook.pk])
    return webhook


@transaction.atomic
def reconnect(webhook: Webhook, *, by: Member) -> Webhook:
    """Take a disconnecting back. Raises CannotChange once its address is forgotten."""
    found = Webhook.objects.filter(pk=webhook.pk).first()
    if found is None:
        raise CannotChange("Its address is forgotten by now. Connect it anew.")
    webhook = _held(found)
    if webhook.circle.is_closed:
        raise CannotChange(CLOSED)
    if webhook.disconnected_at is None:
        return webhook
    webhook.disconnected_at = webhook.disconnected_by = None
    webhook.save(update_fields=["disconnected_at", "disconnected_by"])
    words = f"connected {webhook.get_service_display()} again"
    record(by, words, webhook.circle, circle=webhook.circle_id)
    planner.keep("webhook", [webhook.pk])
    return webhook


def try_webhook(webhook: Webhook) -> Verdict:
    """Send a test message now, and note what came of it: one that works again is not gone."""
    verdict = send_post(webhook, trial_post(webhook))
    note_verdict(webhook, verdict)
    return verdict


def trial_post(webhook: Webhook) -> Post:
    return Post(
        subject="",
        heading="A test message from Peerloom",
        paragraphs=[f"What is posted about the meetings of {webhook.circle} comes here."],
        why="",
        button_label="Open the circle",
        button_url=absolute(webhook.circle.get_absolute_url()),
        webhook_id=webhook.pk,
    )


def note_verdict(webhook: Webhook, verdict: Verdict) -> None:
    """Remember what came of a post. An address that works no more stops, and its people are told.

    What is about an address that was replaced meanwhile is not noted.
    """
    same = Webhook.objects.filter(pk=webhook.pk, address=webhook.address)
    if verdict.fate is Fate.TAKEN and webhook.gone_at is None:
        same.update(posted_at=timezone.now(), problem="")
    elif verdict.fate in (Fate.TAKEN, Fate.GONE):
        _note_whether_gone(webhook, verdict)
    else:
        same.update(problem=verdict.words[:300])


@transaction.atomic
def _note_whether_gone(webhook: Webhook, verdict: Verdict) -> None:
    locked(webhook.circle_id)
    now = timezone.now()
    same = Webhook.objects.filter(pk=webhook.pk, address=webhook.address)
    if verdict.fate is Fate.TAKEN:
        same.update(gone_at=None, posted_at=now, problem="")
    else:
        same.update(problem=verdict.words[:300])
        same.filter(gone_at=None).update(gone_at=now)
    planner.keep("webhook", [webhook.pk])


def forget_disconnected() -> int:
    """Delete the addresses that were disconnected a day ago; returns how many."""
    old = Webhook.objects.filter(disconnected_at__lt=timezone.now() - UNDO_WITHIN)
    forgotten, _ = old.delete()
    return forgotten


def _held(webhook: Webhook) -> Webhook:
    """The webhook as it is now, under its circle's lock."""
    circle = locked(webhook.circle_id)
    webhook = Webhook.objects.select_for_update().get(pk=webhook.pk)
    webhook.circle = circle
    return webhook
