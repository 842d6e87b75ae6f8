"""What runs in the background for circles. Celery finds the tasks of the modules listed here."""

from circles.tasks import (
    announcements,
    charter,
    formation,
    joining,
    lifecycle,
    listings,
    proposals,
    webhooks,
)

__all__ = [
    "announcements",
    "charter",
    "formation",
    "joining",
    "lifecycle",
    "listings",
    "proposals",
    "webhooks",
]
