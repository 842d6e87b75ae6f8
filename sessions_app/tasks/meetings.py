from celery import shared_task
from django.utils import timezone

from sessions_app.actions.live import close_unbegun
from sessions_app.models import Meeting


@shared_task
def close_ended() -> None:
    """Hand out the meetings that ended and that nobody began."""
    # One that is live goes on until somebody ends it, or tasks.live does.
    ended = Meeting.objects.filter(state=Meeting.State.PLANNED, ends_at__lte=timezone.now())
    for meeting_id in ended.values_list("pk", flat=True)[:1000]:
        close_ended_meeting.delay(meeting_id)


@shared_task(time_limit=60)
def close_ended_meeting(meeting_id: int) -> None:
    """Close one ended meeting and ask for its recap, once (see live.close_unbegun)."""
    close_unbegun(meeting_id)
