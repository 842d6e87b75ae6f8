from sessions_app.models.commitment import Commitment
from sessions_app.models.goal import CheckIn, Goal
from sessions_app.models.meeting import Attendance, Decision, Meeting

__all__ = ["Attendance", "CheckIn", "Commitment", "Decision", "Goal", "Meeting"]
