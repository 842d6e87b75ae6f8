"""The messages that circles owe. Each module declares its kinds and is listed here."""


def register_kinds() -> None:
    """Called once, when Django has loaded the apps."""
    from circles.reminders import proposals  # models are not ready when this module loads

    proposals.register_kinds()
