from sessions_app.views.catch_up import catch_up
from sessions_app.views.circle import circle
from sessions_app.views.commitments import (
    commitment_carry,
    commitment_drop,
    commitment_keep,
    commitment_partly,
    commitment_undo,
    commitments,
    promise_new,
)
from sessions_app.views.goals import (
    check_in,
    goal,
    goal_edit,
    goal_let_go,
    goal_new,
    goal_reach,
    goal_reopen,
    goals,
)
from sessions_app.views.home import home
from sessions_app.views.meeting import (
    attendance,
    meeting,
    meeting_cancel,
    meeting_edit,
    meeting_new,
    meeting_restore,
    rsvp,
)
from sessions_app.views.minutes import (
    decision_add,
    decision_remove,
    decision_tell,
    recap,
    recap_share,
)

__all__ = [
    "attendance",
    "catch_up",
    "check_in",
    "circle",
    "commitment_carry",
    "commitment_drop",
    "commitment_keep",
    "commitment_partly",
    "commitment_undo",
    "commitments",
    "decision_add",
    "decision_remove",
    "decision_tell",
    "goal",
    "goal_edit",
    "goal_let_go",
    "goal_new",
    "goal_reach",
    "goal_reopen",
    "goals",
    "home",
    "meeting",
    "meeting_cancel",
    "meeting_edit",
    "meeting_new",
    "meeting_restore",
    "promise_new",
    "recap",
    "recap_share",
    "rsvp",
]
