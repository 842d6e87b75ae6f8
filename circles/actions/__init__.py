"""What can be done to formats, programmes and circles. Each action owns its transaction."""

from circles.actions.circles import (
    MOVES,
    change_circle,
    close_circle,
    create_circle,
    move_circle,
    reopen_circle,
)
from circles.actions.facilitation import (
    CannotAppoint,
    appoint_facilitator,
    end_facilitation,
)
from circles.actions.formats import publish_formats
from circles.actions.programmes import (
    archive_programme,
    change_programme,
    create_programme,
    restore_programme,
)
from circles.actions.refusals import CannotChange
from circles.actions.seats import CannotJoin, join_circle, leave_circle, obstacle_to_joining

__all__ = [
    "MOVES",
    "CannotAppoint",
    "CannotChange",
    "CannotJoin",
    "appoint_facilitator",
    "archive_programme",
    "change_circle",
    "change_programme",
    "close_circle",
    "create_circle",
    "create_programme",
    "end_facilitation",
    "join_circle",
    "leave_circle",
    "move_circle",
    "obstacle_to_joining",
    "publish_formats",
    "reopen_circle",
    "restore_programme",
]
