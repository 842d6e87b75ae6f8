"""Push: a line on the screens of a person's own devices, also while Peerloom is closed there."""

import json
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.utils import timezone
from pywebpush import WebPusher

from members import outward
from members.models import Member
from notifications import vapid
from notifications.channels.base import (
    Channel,
    ChannelAway,
    Message,
    NobodyThere,
    Refused,
    TryLater,
)
from notifications.kinds import Letter
from notifications.models import PushSubscription, Urgency

NOT_OFFERED = "Nobody gets messages on devices here: VAPID_PRIVATE_KEY is not set."
NO_DEVICE = "This person has no device that takes messages."
INBOX = "/inbox/"
LONGEST_TITLE, LONGEST_LINE = 120, 240
# How long a push service keeps a message for a device that is off, and how it may save its battery.
HOW = {
    Urgency.PROMPT: (timedelta(hours=2), "high"),
    Urgency.USUAL: (timedelta(days=1), "normal"),
    Urgency.BULK: (timedelta(days=3), "low"),
}
SECONDS = 5
# So long a batch waits for push services that do not answer; then others go first.
PATIENCE = 30
SILENT_BEFORE = "The push service did not answer a moment ago."
MANY_SILENT = "Several push services do not answer."


@dataclass(frozen=True)
class Push:
    """What a device is told, and how urgent that is. The same tag replaces what was shown."""

    title: str
    line: str
    url: str
    tag: str
    urgency: Urgency = Urgency.USUAL
    ttl: timedelta | None = None

    @property
    def payload(self) -> bytes:
        said = {"title": self.title, "body": self.line, "url": self.url, "tag": self.tag}
        return json.dumps(said, ensure_ascii=False).encode()

    @property
    def headers(self) -> dict[str, str]:
        usual, urgency = HOW[self.urgency]
        return {
            "Content-Encoding": "aes128gcm",
            "Content-Type": "application/octet-stream",
            "TTL": str(int((self.ttl or usual).total_seconds())),
            "Urgency": urgency,
            "Topic": self.tag,
        }


@dataclass
class Batch:
    """Which push services did not answer in this batch, and how long it waited for them."""

    silent: set[str] = field(default_factory=set)
    waited: float = 0

    def post(self, push: Push, device: PushSubscription) -> None:
        """Hand it over, unless that service was silent before."""
        service, began = _origin(device.endpoint), time.monotonic()
        if service in self.silent:
            raise TryLater(SILENT_BEFORE)
        try:
            post(push, device)
        except Silent as problem:
            self.silent.add(service)
            self.waited += time.monotonic() - began
            if self.waited > PATIENCE:
                raise ChannelAway(MANY_SILENT) from problem
            raise


class Silent(TryLater):
    """A push service that does not answer."""


class PushChannel(Channel):
    """Web Push (RFC 8030) to all devices that a person has turned on."""

    name = "push"
    label = "Push"

    @property
    def is_offered(self) -> bool:
        return bool(vapid.private_key())

    def unreachable(self, people: Iterable[Member]) -> dict[int, str]:
        """One query for all of them; none where nobody is offered it."""
        people = list(people)
        if not self.is_offered:
            return {person.pk: NOT_OFFERED for person in people}
        able = [person.pk for person in people if person.may_sign_in]
        live = PushSubscription.objects.live(vapid.public_key()).filter(person__in=able)
        reached = set(live.order_by().values_list("person", flat=True))
        return super().unreachable(people) | {pk: NO_DEVICE for pk in able if pk not in reached}

    @contextmanager
    def session(self) -> Iterator[Any]:
        yield Batch()

    def send(self, message: Message, session: Any) -> None:
        """Through when one device has it: the others were off, or are no more."""
        push = push_of(message)
        devices = PushSubscription.objects.live(vapid.public_key()).filter(person=message.person)
        problems: list[Exception] = []
        for device in devices:
            try:
                session.post(push, device)
            except (NobodyThere, Refused, TryLater) as problem:
                problems.append(problem)
        if len(problems) < len(devices):
            return
        # What may pass is worth another try, and what is refused worth a look.
        order = (ChannelAway, TryLater, Refused, NobodyThere)
        problems.sort(key=lambda problem: [isinstance(problem, kind) for kind in order].index(True))
        raise problems[0] if problems else NobodyThere(NO_DEVICE)


def push_of(message: Message) -> Push:
    """A heading and a first line: it may be read by whoever looks at the screen."""
    letter, kind = message.letter, message.kinds[0]
    return Push(
        title=_short(letter.heading, LONGEST_TITLE),
        line=_short(letter.paragraphs[0] if letter.paragraphs else "", LONGEST_LINE),
        url=_path(letter),
        tag=f"reminder-{message.reminder.pk}",
        urgency=kind.urgency,
        ttl=kind.too_late,
    )


def post(push: Push, device: PushSubscription, *, timeout: float = SECONDS) -> None:
    """Hand it to the device's push service. A device that is no more is deleted.

    Raises NobodyThere, Refused or TryLater. The address is what a browser said, or somebody who
    pretends to be one: it is never allowed to lead into the network.
    """
    try:
        reply = outward.post(
            device.endpoint,
            _sealed(push.payload, device),
            headers=push.headers | {"Authorization": vapid.authorization(_origin(device.endpoint))},
            timeout=timeout,
        )
    except outward.NotAllowed as problem:
        device.delete()
        raise Refused(f"A device was taken off the list: {problem}") from None
    except outward.NotFetched as problem:
        raise Silent(f"The push service: {problem}") from None
    if reply.status in (404, 410):
        device.delete()
        raise NobodyThere(NO_DEVICE)
    if reply.status == 429 or reply.status >= 500:
        raise TryLater(f"The push service answers {reply.status}.")
    if not 200 <= reply.status < 300:
        said = " ".join(reply.body[:200].decode(errors="replace").split())
        raise Refused(f"The push service refused this message: {reply.status} {said}".strip())
    PushSubscription.objects.filter(pk=device.pk).update(last_sent_at=timezone.now())


def _sealed(payload: bytes, device: PushSubscription) -> bytes:
    """Only the device can read it."""
    keys = {"p256dh": device.p256dh, "auth": device.auth}
    return bytes(WebPusher({"endpoint": device.endpoint, "keys": keys}).encode(payload)["body"])


def _origin(endpoint: str) -> str:
    parts = urlsplit(endpoint)
    return f"{parts.scheme}://{parts.netloc}"


def _path(letter: Letter) -> str:
    """Only to pages of ours."""
    path = letter.button_url.removeprefix(settings.SITE_URL)
    return path if path.startswith("/") and not path.startswith("//") else INBOX


def _short(words: str, most: int) -> str:
    line = " ".join(words.split())
    return line if len(line) <= most else f"{line[: most - 1].rstrip()}…"
