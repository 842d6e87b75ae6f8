from celery import shared_task

from circles.actions import announcements
from circles.models import Announcement

BATCH = 100


@shared_task
def send_due_announcements() -> None:
    """Hand every announcement whose moment has come to a worker. Twice is harmless."""
    due = Announcement.objects.due().order_by("send_at").values_list("pk", flat=True)
    for announcement_id in due[:BATCH]:
        send_announcement.delay(announcement_id)


@shared_task(time_limit=300)
def send_announcement(announcement_id: int) -> None:
    """Owe one announcement to its people, once (see actions.announcements)."""
    if announcement := Announcement.objects.filter(pk=announcement_id).first():
        announcements.send_announcement(announcement)
