"""The work that circles do in the background. Celery finds the modules listed here."""

from circles.tasks import charter

__all__ = ["charter"]
