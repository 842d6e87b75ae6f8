from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from circles.models import Choice, Circle
from members.forms import Lines, PeerloomForm


class Day(forms.DateField):
    """A day, with the browser's own calendar."""

    def __init__(self, **options: Any) -> None:
        picker = forms.DateInput({"type": "date"}, format="%Y-%m-%d")
        super().__init__(widget=picker, **options)


class PauseForm(PeerloomForm):
    """Why a circle rests, and until when."""

    seen_by = {
        "words": "The circle’s members and facilitators read this, and so do organisers.",
        "back_by": "Everyone who finds the circle sees this.",
    }

    words = Lines(label="What you tell the circle", rows=3, max_length=500, required=False)
    back_by = Day(
        label="Until when",
        help_text="The circle does not resume by itself: you are reminded on that day.",
        required=False,
    )


class BallotForm(PeerloomForm):
    """One member's voice."""

    seen_by = "Nobody sees how you vote. Once the vote is over, the circle sees the counts."

    choice = forms.ChoiceField(
        label="What becomes of this circle?",
        choices=Choice.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose one."},
    )


class ClosingRoundForm(PeerloomForm):
    """The day on which the circle closes."""

    seen_by = "The circle’s members and facilitators see this, and so do organisers."

    closes_on = Day(label="The circle closes on")


class ClosingWordForm(PeerloomForm):
    """What a member says at the end."""

    seen_by = "The circle’s members and facilitators read this, also after it closes. Nobody else."

    takeaway = Lines(label="What I take along", rows=4, max_length=1000, required=False)
    thanks = Lines(label="Whom I thank, and for what", rows=4, max_length=1000, required=False)

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        if not self.errors and not (said["takeaway"].strip() or said["thanks"].strip()):
            raise ValidationError("Write at least one of the two.")
        return said


class CircleSearchForm(PeerloomForm):
    """Which circle of the same programme is meant."""

    words = forms.CharField(
        label="Words of its name or purpose",
        max_length=100,
        required=False,
        widget=forms.TextInput({"type": "search", "data-search": True, "autocomplete": "off"}),
    )


class CircleChoiceForm(PeerloomForm):
    """The circle whose button was pressed."""

    circle = forms.ModelChoiceField(Circle.objects.all())


class MergeForm(PeerloomForm):
    """What goes with the request to another circle."""

    seen_by = "Those who look after the other circle read this."

    message = Lines(label="A few words to them", rows=3, max_length=500, required=False)


class CloseForm(PeerloomForm):
    """What becomes of the circles that belong to one that closes."""

    below = forms.ChoiceField(
        label="What becomes of them?",
        choices=[
            ("keep", "They go on, and their pages say that it is closed"),
            ("clear", "They go on, and belong to no other circle"),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose one."},
    )
