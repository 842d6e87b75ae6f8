from celery import shared_task
from django.utils import timezone

from sessions_app.actions.live import close_unbegun
from sessions_app.models import Meeting
from sessions_app.reminders.before import plan_missing


@shared_task
def plan_due_reminders() -> None:
    """Owe what meetings in the next two days owe, and follow up on those that ended."""
    plan_missing()
    # One that is live goes on until somebody ends it, or tasks.live does.
    ended = Meeting.objects.filter(state=Meeting.State.PLANNED, ends_at__lte=timezone.now())
    for meeting_id in ended.values_list("pk", flat=True)[:1000]:
        follow_up_meeting.delay(meeting_id)


@shared_task(time_limit=60)
def follow_up_meeting(meeting_id: int) -> None:
    """Close one ended meeting and ask for its recap, once (see live.close_unbegun)."""
    close_unbegun(meeting_id)
