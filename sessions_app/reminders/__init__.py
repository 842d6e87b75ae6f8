"""The messages that meetings owe. Each module declares its kinds and is listed here."""

from importlib import import_module

from notifications.catalogue import declare_dependents, declare_subjects

# In the order in which people find them.
MODULES = (
    *("before", "recap", "invitations", "roles", "finding", "buddies", "commitment_check"),
    *("goal_check_in", "absence", "posts"),
)


def register_kinds() -> None:
    """Called once, when Django has loaded the apps; models are not ready before."""
    for name in MODULES:
        import_module(f"sessions_app.reminders.{name}").register_kinds()
    _declare_rows()


def _declare_rows() -> None:
    """What a repair goes through, and what follows from who belongs to a circle."""
    from sessions_app.reminders import about, finding, roles

    declare_subjects("meeting", about.all_meetings)
    declare_subjects("time_search", finding.all_searches)
    declare_subjects("role_swap", roles.all_swaps)
    declare_dependents("circle", "meeting", about.meetings_of_circles)
    declare_dependents("circle", "time_search", finding.of_circles)
    declare_dependents("circle", "role_swap", roles.of_circles)
