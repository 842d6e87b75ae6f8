from typing import Any

from django import forms

from members.forms import Lines, PeerloomForm
from members.models import Member
from sessions_app.actions.live import Way
from sessions_app.forms.fields import CIRCLE_SEES, DayInput

MOST_LINES = 10
LONGEST_LINE = 500


class MoveForm(forms.Form):
    """A press on one of the buttons that move the meeting, and what its screen showed."""

    way = forms.ChoiceField(choices=Way.choices)
    seen = forms.CharField(max_length=60)


class TurnForm(forms.Form):
    """Whose turn is to come now, or last."""

    person = forms.IntegerField(min_value=1, max_value=2**63 - 1)
    when = forms.ChoiceField(choices=[("now", "Now"), ("last", "Last")])
    seen = forms.CharField(max_length=60)


class HereForm(forms.Form):
    """Who is here, or is not; oneself without a name."""

    person = forms.IntegerField(min_value=1, max_value=2**63 - 1, required=False)
    here = forms.TypedChoiceField(
        choices=[("yes", "Here"), ("no", "Not here")], coerce=lambda given: given == "yes"
    )


class SpeakerForm(forms.Form):
    """Who speaks; nobody without a name."""

    person = forms.IntegerField(min_value=1, max_value=2**63 - 1, required=False)


class DecidedForm(PeerloomForm):
    text = Lines(label="What did the circle decide?", rows=2, max_length=1000)
    seen_by = CIRCLE_SEES


class PromisedForm(PeerloomForm):
    """A promise made in the meeting: one's own, or noted down for somebody else here."""

    text = forms.CharField(label="What is promised?", max_length=300)
    owner = forms.TypedChoiceField(label="Who promises it?", coerce=int)
    due_on = forms.DateField(label="By when?", required=False, widget=DayInput())
    seen_by = CIRCLE_SEES

    def __init__(self, *args: Any, owners: list[Member], viewer: Member, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["owner"]
        field.choices = [
            (person.pk, "You" if person == viewer else person.name) for person in owners
        ]
        if len(owners) == 1:
            field.widget = forms.HiddenInput()
            self.initial["owner"] = owners[0].pk


class PlusDeltaForm(PeerloomForm):
    """What was good and what would be better, several lines each."""

    plus = Lines(label="What was good?", rows=3, max_length=3000, required=False)
    delta = Lines(
        label="What would make the next one better?", rows=3, max_length=3000, required=False
    )
    seen_by = "Everyone in the circle and its facilitators see this, without your name beside it."

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        sides = {side: lines_of(given.get(side, "")) for side in ("plus", "delta")}
        if not self.errors and not any(sides.values()):
            raise forms.ValidationError("Write a line on either side.")
        for side, lines in sides.items():
            if len(lines) > MOST_LINES or any(len(line) > LONGEST_LINE for line in lines):
                self.add_error(side, f"Up to {MOST_LINES} lines of {LONGEST_LINE} letters fit.")
        return given | sides


def lines_of(text: str) -> list[str]:
    """The lines that say something, without their ends."""
    return [line.strip() for line in text.splitlines() if line.strip()]
