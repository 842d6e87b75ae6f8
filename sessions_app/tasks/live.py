from celery import shared_task
from django.utils import timezone

from sessions_app.actions import live
from sessions_app.models import LiveMeeting


@shared_task
def end_forgotten_meetings() -> None:
    """Find live meetings that nobody ended, hours after their planned end."""
    late = timezone.now() - live.FORGOTTEN_AFTER
    forgotten = LiveMeeting.objects.filter(ended_at=None, meeting__ends_at__lte=late)
    for meeting_id in forgotten.values_list("pk", flat=True)[:1000]:
        end_forgotten_meeting.delay(meeting_id)


@shared_task(time_limit=60)
def end_forgotten_meeting(meeting_id: int) -> None:
    """End one of them, if nobody has meanwhile."""
    live.end_forgotten(meeting_id)
