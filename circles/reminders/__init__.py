"""The messages that circles owe. Each module declares its kinds and is listed here."""

from circles.reminders import applications, demand, emergency, joining, leaves


def register_kinds() -> None:
    """Called once, when Django has loaded the apps."""
    emergency.register_kinds()
    joining.register_kinds()
    applications.register_kinds()
    demand.register_kinds()
    leaves.register_kinds()
    from circles.reminders import charter  # models are not ready when this package loads

    charter.register_kinds()
