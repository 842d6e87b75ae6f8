"""What runs in the background for meetings. Celery finds the tasks of the modules listed here."""

from sessions_app.tasks import finding, meetings

__all__ = ["finding", "meetings"]
