from celery import shared_task

from notifications import actions
from notifications.models import Reminder

BATCH = 2000


@shared_task
def send_due() -> None:
    """Hand every reminder whose moment has come to a worker. Handing one over twice is harmless."""
    due = Reminder.objects.due().order_by("due_at").values_list("pk", flat=True)[:BATCH]
    for reminder_id in due.iterator():
        send_reminder.delay(reminder_id)


@shared_task(time_limit=60)
def send_reminder(reminder_id: int) -> None:
    """Send one reminder, once (see actions.send)."""
    actions.send(reminder_id)
