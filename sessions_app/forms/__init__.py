from sessions_app.forms.commitments import CarryForm, DropForm, PromiseForm
from sessions_app.forms.fields import CIRCLE_SEES, ONLY_YOU, ClockInput, DayInput, WebAddressField
from sessions_app.forms.goals import CheckInForm, GoalForm
from sessions_app.forms.meetings import (
    AnswerForm,
    AttendanceForm,
    MailAnswerForm,
    MeetingForm,
    PeopleField,
)
from sessions_app.forms.minutes import DecisionForm, RecapForm

__all__ = [
    "CIRCLE_SEES",
    "ONLY_YOU",
    "AnswerForm",
    "AttendanceForm",
    "CarryForm",
    "CheckInForm",
    "ClockInput",
    "DayInput",
    "DecisionForm",
    "DropForm",
    "GoalForm",
    "MailAnswerForm",
    "MeetingForm",
    "PeopleField",
    "PromiseForm",
    "RecapForm",
    "WebAddressField",
]
