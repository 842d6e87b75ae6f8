"""The messages that circles owe. Each module declares its kinds and is listed here."""

from circles.reminders import changes, renewal


def register_kinds() -> None:
    """Called once, when Django has loaded the apps."""
    renewal.register_kinds()
    changes.register_kinds()
