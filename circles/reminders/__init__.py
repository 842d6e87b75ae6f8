"""The messages that circles owe. Each module declares its kinds and is listed here."""

from importlib import import_module

MODULES = (
    *("applications", "changes", "charter", "demand", "emergency"),
    *("formation", "joining", "leaves", "proposals", "renewal", "webhooks"),
)


def register_kinds() -> None:
    """Called once, when Django has loaded the apps; models are not ready before."""
    for name in MODULES:
        import_module(f"circles.reminders.{name}").register_kinds()
    import_module("circles.reminders.labels").describe_kinds()
