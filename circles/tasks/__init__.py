"""What runs in the background for circles. Celery finds the tasks of the modules listed here."""

from circles.tasks import charter, joining, lifecycle

__all__ = ["charter", "joining", "lifecycle"]
