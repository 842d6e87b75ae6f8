from sessions_app.models.agenda import Agenda, RoleSwap, RoleTurn
from sessions_app.models.attendance import Attendance, AttendanceChange, UsedAnswerLink
from sessions_app.models.calendar import CalendarFeed, Invitation
from sessions_app.models.commitment import Carry, Commitment, Topic
from sessions_app.models.finding import Availability, Candidate, TimeSearch, TimeVote
from sessions_app.models.goal import CheckIn, Goal
from sessions_app.models.live import Airtime, LiveMeeting
from sessions_app.models.meeting import Meeting
from sessions_app.models.notes import CaseNote, Decision, DiscussionNote, PlusDelta
from sessions_app.models.series import MeetingDefaults, Series

__all__ = [
    "Agenda",
    "Airtime",
    "Attendance",
    "AttendanceChange",
    "Availability",
    "CalendarFeed",
    "Candidate",
    "Carry",
    "CaseNote",
    "CheckIn",
    "Commitment",
    "Decision",
    "DiscussionNote",
    "Goal",
    "Invitation",
    "LiveMeeting",
    "Meeting",
    "MeetingDefaults",
    "PlusDelta",
    "RoleSwap",
    "RoleTurn",
    "Series",
    "TimeSearch",
    "TimeVote",
    "Topic",
    "UsedAnswerLink",
]
