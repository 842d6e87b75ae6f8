"""The messages that meetings owe. Each module declares its kinds and is listed here."""

from importlib import import_module

MODULES = ("absence", "before", "buddies", "finding", "invitations", "posts", "recap", "roles")


def register_kinds() -> None:
    """Called once, when Django has loaded the apps; models are not ready before."""
    for name in MODULES:
        import_module(f"sessions_app.reminders.{name}").register_kinds()
    import_module("sessions_app.reminders.labels").describe_kinds()
