"""What circles do in the background. Each module declares its tasks and is imported here."""

from circles.tasks import formation

__all__ = ["formation"]
