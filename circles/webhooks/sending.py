"""Takes one post to its service. Nothing is logged here: the address is a secret."""

from circles.models import Webhook
from circles.webhooks.answers import SILENT, Fate, Verdict, judged
from circles.webhooks.posts import HEADERS, body_for
from members import outward
from members.outward import NotAllowed, NotFetched
from notifications.kinds import Letter

TIMEOUT = 5
NEVER = "We never connect to where this address leads. Copy it once more."


def send_post(webhook: Webhook, post: Letter) -> Verdict:
    """What the service said, within five seconds. Redirects are not followed."""
    body = body_for(webhook.service, post)
    try:
        reply = outward.post(webhook.address, body, headers=HEADERS, timeout=TIMEOUT)
    except NotAllowed:
        return Verdict(Fate.GONE, NEVER)
    except NotFetched:
        return SILENT
    return judged(webhook.service, reply)
