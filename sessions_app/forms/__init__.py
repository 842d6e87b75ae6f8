from sessions_app.forms.commitments import CarryForm, DropForm, EvidenceForm, PromiseForm, TopicForm
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
from sessions_app.forms.notes import CaseNoteForm, DiscussionNoteForm

__all__ = [
    "CIRCLE_SEES",
    "ONLY_YOU",
    "AnswerForm",
    "AttendanceForm",
    "CarryForm",
    "CaseNoteForm",
    "CheckInForm",
    "ClockInput",
    "DayInput",
    "DecisionForm",
    "DiscussionNoteForm",
    "DropForm",
    "EvidenceForm",
    "GoalForm",
    "MailAnswerForm",
    "MeetingForm",
    "PeopleField",
    "PromiseForm",
    "RecapForm",
    "TopicForm",
    "WebAddressField",
]
