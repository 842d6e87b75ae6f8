"""The messages that circles owe. Each module declares its kinds and is listed here.

What follows from rows is kept with them: a kind's `wanted` says who is owed what, and the actions
call planner.keep. What happens once and is told once to whoever is there at that moment is planned
by hand; its module says so.
"""

from importlib import import_module

from circles.models import Circle
from notifications.catalogue import declare_subjects

MODULES = (
    *("announcements", "applications", "changes", "charter", "closing", "demand", "emergency"),
    *("follow_ups", "formation", "joining", "leaves", "merging", "milestones", "proposals"),
    *("renewal", "webhooks"),
)


def register_kinds() -> None:
    """Called once, when Django has loaded the apps; models are not ready before."""
    declare_subjects(
        "circle", lambda: Circle.objects.open().order_by("pk").values_list("pk", flat=True)
    )
    for name in MODULES:
        import_module(f"circles.reminders.{name}").register_kinds()
