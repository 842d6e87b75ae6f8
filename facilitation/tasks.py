from celery import shared_task

from facilitation.reminders import FACILITATOR
from notifications.planner import keep_all


@shared_task(time_limit=600)
def plan_next_monday() -> None:
    """Owe every facilitator the letter of the next Monday, at eight where they are now.

    Doing it again plans nothing twice.
    """
    keep_all(FACILITATOR)
