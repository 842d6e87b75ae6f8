from celery import shared_task

from circles.actions import proposals


@shared_task
def close_idle_proposals() -> None:
    """Find the proposals that nobody has newly supported for sixty days."""
    for circle_id in proposals.idle_proposals().values_list("pk", flat=True)[:1000]:
        close_idle_proposal.delay(circle_id)


@shared_task(time_limit=60)
def close_idle_proposal(circle_id: int) -> None:
    """Close one of them, once (see actions.proposals)."""
    proposals.close_idle_proposal(circle_id)
