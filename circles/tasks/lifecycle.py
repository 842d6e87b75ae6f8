from datetime import timedelta
from typing import Any

from celery import shared_task
from django.utils import timezone

from circles.actions import closing, renewals
from circles.lifecycle.terms import ROUND_OPENS, VOTE_OPENS
from circles.models import Circle, Programme, RenewalVote

BATCH = 1000
# Somewhere it is tomorrow already; the action looks at the date in the circle's own zone.
A_DAY = timedelta(days=1)


@shared_task
def follow_terms() -> None:
    """Find votes to open and to count, closing rounds to open, and circles to close."""
    tomorrow = timezone.now().date() + A_DAY
    running = Circle.objects.filter(stage=Circle.Stage.ACTIVE, closes_on=None)
    voting = running.filter(programme__renewal=Programme.Renewal.VOTE)
    ending = running.filter(programme__renewal=Programme.Renewal.CLOSE)
    due: list[tuple[Any, Any]] = [
        (count_vote, RenewalVote.objects.due()),
        (close_circle_when_due, Circle.objects.open().filter(closes_on__lte=tomorrow)),
        (open_vote_when_due, voting.filter(term_ends_on__lte=tomorrow + VOTE_OPENS)),
        (open_round_when_due, ending.filter(term_ends_on__lte=tomorrow + ROUND_OPENS)),
    ]
    for task, rows in due:
        for key in rows.order_by("pk").values_list("pk", flat=True)[:BATCH]:
            task.delay(key)


@shared_task(time_limit=60)
def open_vote_when_due(circle_id: int) -> None:
    """Open one circle's renewal vote, once (see renewals.open_due_vote)."""
    renewals.open_due_vote(circle_id)


@shared_task(time_limit=60)
def count_vote(vote_id: int) -> None:
    """Count one vote and carry it out, once (see renewals.count_vote)."""
    renewals.count_vote(vote_id)


@shared_task(time_limit=60)
def open_round_when_due(circle_id: int) -> None:
    """Open one circle's closing round, once (see closing.open_due_round)."""
    closing.open_due_round(circle_id)


@shared_task(time_limit=60)
def close_circle_when_due(circle_id: int) -> None:
    """Close one circle after its closing round, once (see closing.close_when_due)."""
    closing.close_when_due(circle_id)
