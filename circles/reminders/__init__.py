"""The messages that circles owe. Each module declares its kinds and is listed here."""

from circles.reminders import emergency


def register_kinds() -> None:
    """Called once, when Django has loaded the apps."""
    emergency.register_kinds()
