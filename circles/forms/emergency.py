from django import forms

from circles.models import EmergencyAccess
from members.forms import Lines, PeerloomForm

HOURS = (4, 24, 72)


class EmergencyForm(PeerloomForm):
    """Why an organiser has to read a circle, and for how long."""

    seen_by = {
        "reason": "The circle’s members and facilitators, and every organiser, see this.",
        "hours": "",
    }

    reason = Lines(
        label="Why it cannot wait and cannot be asked",
        help_text="For example: a person may be in danger. Name nobody you do not have to name.",
        rows=3,
        min_length=20,
        max_length=EmergencyAccess._meta.get_field("reason").max_length,
        error_messages={"min_length": "Say it in a sentence: the circle will read it."},
    )
    hours = forms.TypedChoiceField(
        label="For how long",
        coerce=int,
        choices=[(hours, f"{hours} hours") for hours in HOURS],
        initial=HOURS[0],
    )
