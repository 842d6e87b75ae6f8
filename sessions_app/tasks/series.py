from celery import shared_task
from django.db.models import Q
from django.utils import timezone

from circles.models import Circle
from sessions_app.actions.filling import HORIZON, SLACK
from sessions_app.actions.series import extend_series
from sessions_app.actions.standing import circles_to_settle, settle_meetings
from sessions_app.models import Series

BATCH = 200


@shared_task
def extend_horizons() -> None:
    """Hand out, in batches, the series whose meetings no longer reach half a year ahead."""
    due = timezone.now().date() + HORIZON - SLACK
    resting = Q(circle__stage__in=(Circle.Stage.PAUSED, Circle.Stage.CLOSED))
    running = Series.objects.running().filter(planned_until__lt=due).exclude(resting)
    keys = list(running.order_by("planned_until").values_list("pk", flat=True))
    for start in range(0, len(keys), BATCH):
        extend_batch.delay(keys[start : start + BATCH])


@shared_task(time_limit=600)
def extend_batch(series_ids: list[int]) -> None:
    """Plan each of them further; doing it again plans nothing twice."""
    for series_id in Series.objects.filter(pk__in=series_ids).values_list("pk", flat=True):
        extend_series(series_id)


@shared_task
def settle_with_circles() -> None:
    """Hand out the circles that pause, close or go on while they have meetings to come."""
    for circle_id in circles_to_settle():
        settle_circle.delay(circle_id)


@shared_task(time_limit=60)
def settle_circle(circle_id: int) -> None:
    """Let the meetings of one circle stand or not, as it does; twice changes nothing."""
    if Circle.objects.filter(pk=circle_id).exists():
        settle_meetings(circle_id)
