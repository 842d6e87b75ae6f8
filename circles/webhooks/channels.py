"""Slack and Teams as channels of messages: to a circle's webhook rather than to a person."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from circles.actions.webhooks import note_verdict
from circles.models import Webhook
from circles.webhooks.answers import Fate
from circles.webhooks.posts import Post
from circles.webhooks.sending import send_post
from notifications.channels import Channel, Message, add
from notifications.channels.base import ChannelAway, Refused, TryLater

# So long a batch waits for webhooks that do not answer; then others go first.
PATIENCE = 30
NOT_CONNECTED = "The circle has no such channel, or whoever connected it may not do so any more."
SILENT_BEFORE = "The address did not answer a moment ago."
MANY_SILENT = "Several addresses do not answer."


@dataclass
class Batch:
    """Which webhooks did not answer in this batch, and how long it waited for them."""

    silent: set[int] = field(default_factory=set)
    waited: float = 0


class WebhookChannel(Channel):
    """Posts to what is connected. Its posts keep decent hours of their own, not anybody's."""

    is_silent = True
    is_personal = False

    @contextmanager
    def session(self) -> Iterator[Any]:
        yield Batch()

    def send(self, message: Message, session: Any) -> None:
        post = message.letter
        if not isinstance(post, Post):
            raise Refused("This message was not written for a channel.")
        if post.webhook_id in session.silent:
            raise TryLater(SILENT_BEFORE)
        connected = Webhook.objects.live().filter(service=self.name, connected_by=message.person)
        webhook = connected.select_related("circle").filter(pk=post.webhook_id).first()
        if webhook is None:
            raise Refused(NOT_CONNECTED)
        began = time.monotonic()
        verdict = send_post(webhook, post)
        note_verdict(webhook, verdict)
        if verdict.fate is Fate.SILENT:
            session.silent.add(webhook.pk)
            session.waited += time.monotonic() - began
            raise (
                ChannelAway(MANY_SILENT) if session.waited > PATIENCE else TryLater(verdict.words)
            )
        if verdict.fate is Fate.LATER:
            session.silent.add(webhook.pk)
            raise TryLater(verdict.words)
        if verdict.fate in (Fate.REFUSED, Fate.GONE):
            raise Refused(verdict.words)


class SlackChannel(WebhookChannel):
    """Incoming webhooks of Slack."""

    name = "slack"
    label = "Slack"


class TeamsChannel(WebhookChannel):
    """Workflows of Microsoft Teams that take a post."""

    name = "teams"
    label = "Microsoft Teams"


SLACK, TEAMS = SlackChannel(), TeamsChannel()


def add_channels() -> None:
    """Called once, when Django has loaded the apps."""
    add(SLACK)
    add(TEAMS)
