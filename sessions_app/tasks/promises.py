from celery import shared_task

from notifications.planner import keep_all
from sessions_app.reminders.about import CYCLE, PERSON
from sessions_app.reminders.buddies import circles_at_halfway, plan_buddy_notes


@shared_task
def find_circles_at_halfway() -> None:
    """Hand out the circles that are halfway to their next meeting."""
    for circle_id in circles_at_halfway():
        plan_notes_of_circle.delay(circle_id)


@shared_task(time_limit=60)
def plan_notes_of_circle(circle_id: int) -> None:
    """Owe the buddies of one circle their note, once a cycle (see reminders.buddies)."""
    plan_buddy_notes(circle_id)


@shared_task(time_limit=1800)
def keep_what_is_asked() -> None:
    """Ask by day where people are now: of a new time zone nothing else tells these rooms."""
    keep_all(CYCLE)
    keep_all(PERSON)
