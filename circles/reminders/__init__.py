"""The messages that circles owe. Each module declares its kinds and is listed here."""

from circles.reminders import applications, demand, joining, leaves


def register_kinds() -> None:
    """Called once, when Django has loaded the apps."""
    joining.register_kinds()
    applications.register_kinds()
    demand.register_kinds()
    leaves.register_kinds()
