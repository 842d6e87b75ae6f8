"""What circles do in the background. Celery finds the tasks that are imported here."""

from circles.tasks.listings import move_slots
from circles.tasks.proposals import close_idle_proposals

__all__ = ["close_idle_proposals", "move_slots"]
