from celery import shared_task

from circles.actions import formation_run
from circles.models import Formation

# Beyond the longest search that can be asked for.
TIME_LIMIT = 45 * 60


@shared_task(time_limit=TIME_LIMIT)
def form_circles(formation_id: int, is_fresh: bool = False) -> None:
    """Form the circles of one formation, by one worker (see formation_run.run_formation)."""
    formation_run.run_formation(formation_id, is_fresh=is_fresh)


@shared_task
def notice_abandoned() -> None:
    """Find formations whose worker went silent, and hand each over."""
    for formation_id in Formation.objects.abandoned().values_list("pk", flat=True):
        settle_abandoned.delay(formation_id)


@shared_task
def settle_abandoned(formation_id: int) -> None:
    """Stop one formation whose worker went silent, once (see formation_run.settle_abandoned)."""
    formation_run.settle_abandoned(formation_id)
