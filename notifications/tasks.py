import logging
import time

from celery import shared_task

from notifications import claiming, dispatching, pruning, recording
from notifications.catalogue import all_abouts
from notifications.delivering import deliver_digests, deliver_due
from notifications.models import Urgency
from notifications.planner import keep_all

logger = logging.getLogger(__name__)

QUEUES = {Urgency.PROMPT: "prompt", Urgency.USUAL: "usual", Urgency.BULK: "bulk"}
# A tick is a minute. What a task does not finish, the next one does.
SECONDS, EXPIRES = 50, 55


@shared_task
def send_due() -> None:
    """Start a worker on each queue. Starting more of them than one is harmless."""
    for urgency, queue in QUEUES.items():
        deliver.apply_async(args=(int(urgency),), queue=queue, expires=EXPIRES)


@shared_task(time_limit=400)
def deliver(urgency: int) -> None:
    """Send what is due, each message once, until nothing is or the next tick is near.

    Between two batches it looks for what is more urgent, so that a flood delays nobody else.
    """
    until = time.monotonic() + SECONDS
    claiming.recover()
    while time.monotonic() < until and any(work(each) for each in range(urgency + 1)):
        pass


def work(urgency: int) -> int:
    """One batch of that urgency; how much there was."""
    done = dispatching.dispatch_due(urgency) + deliver_due(urgency)
    return done + (deliver_digests() if urgency == Urgency.USUAL else 0)


@shared_task(time_limit=60)
def send_reminder(reminder_id: int) -> None:
    """Nothing: what the release before handed out one by one, deliver finds by itself."""


@shared_task(time_limit=30 * 60)
def tend() -> None:
    """Close what killed workers left open, and forget what is old."""
    dispatching.take_over_old_claims()
    recording.settle_stragglers()
    pruning.prune()


@shared_task(time_limit=4 * 60 * 60)
def repair() -> None:
    """Plan anew what is owed about everything, in short transactions.

    Actions keep what is planned in step; this heals what an older release planned otherwise, or
    somebody changed by hand. What it finds is worth a look.
    """
    for about in all_abouts():
        found = keep_all(about)
        level = logging.WARNING if any(vars(found).values()) else logging.INFO
        logger.log(level, "repaired", extra={"about": about, **vars(found)})
