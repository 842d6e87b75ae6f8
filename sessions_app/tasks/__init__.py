"""What runs in the background for meetings. Celery finds the tasks of the modules listed here."""

from sessions_app.tasks import calendars, finding, live, meetings, promises, roles, series

__all__ = ["calendars", "finding", "live", "meetings", "promises", "roles", "series"]
