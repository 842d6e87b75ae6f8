from circles.forms.circles import CircleForm, NewCircleForm, PurposeForm
from circles.forms.facilitators import AppointForm, PersonSearchForm
from circles.forms.programmes import ProgrammeForm

__all__ = [
    "AppointForm",
    "CircleForm",
    "NewCircleForm",
    "PersonSearchForm",
    "ProgrammeForm",
    "PurposeForm",
]
