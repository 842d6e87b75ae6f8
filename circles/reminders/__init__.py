"""The messages that circles owe. Each module declares its kinds and is listed here."""


def register_kinds() -> None:
    """Called once, when Django has loaded the apps."""
    from circles.reminders import (
        applications,
        changes,
        charter,
        demand,
        emergency,
        joining,
        leaves,
        renewal,
    )

    for module in (
        *(applications, changes, charter, demand, emergency),
        *(joining, leaves, renewal),
    ):
        module.register_kinds()
