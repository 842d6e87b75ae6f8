from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from circles.models.follow_up import HELPED, MOMENTS, SCOPES, Helped, OutcomeFollowUp, Scope
from members.forms import Lines, PeerloomForm

LABELS = {
    "people": "People you lead",
    "budget": "Budget you answer for",
    "breadth": "Breadth of your work",
}
ANSWERS = "Only you read your answers. They are counted together with those of many others, and no "
ANSWERS += "figure is ever about fewer than five people."
SMALLEST, LARGEST = -32_768, 32_767


def _scope(label: str, help_text: str = "") -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label,
        help_text=help_text,
        choices=Scope.choices,
        widget=forms.RadioSelect,
        required=False,
    )


def _helped() -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label="How much did your circle help?",
        choices=[("", "Choose"), *Helped.choices],
        coerce=int,
        empty_value=None,
        required=False,
    )


class FollowUpForm(PeerloomForm):
    """What became of somebody's work, and what the circle did for it."""

    seen_by = dict.fromkeys(("level", "disputes_records", *SCOPES, *HELPED), ANSWERS) | {
        "comment": "Only you read this. It stands in no report, and nobody else ever sees it."
    }

    months = forms.TypedChoiceField(
        choices=[(months, months) for months in MOMENTS], coerce=int, widget=forms.HiddenInput
    )
    disputes_records = forms.BooleanField(label="This is not right", required=False)
    level = forms.IntegerField(
        label="Your job level now",
        help_text="As your organisation counts it. Leave it empty if you do not know.",
        min_value=SMALLEST,
        max_value=LARGEST,
        required=False,
        error_messages={"invalid": "Write the level as a whole number, such as 5."},
    )
    helped_level = _helped()
    people = _scope(LABELS["people"])
    helped_people = _helped()
    budget = _scope(LABELS["budget"])
    helped_budget = _helped()
    breadth = _scope(LABELS["breadth"], "How many different things you look after.")
    helped_breadth = _helped()
    comment = Lines(label="Anything you want to remember", rows=3, max_length=1000, required=False)

    def __init__(self, *args: Any, is_recorded: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not is_recorded:
            del self.fields["disputes_records"]

    @classmethod
    def initial_of(cls, answer: OutcomeFollowUp | None) -> dict[str, Any]:
        """What was answered before, to be changed."""
        return {name: getattr(answer, name) for name in cls.base_fields} if answer else {}

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        if said.get("level") is not None and "disputes_records" in self.fields:
            # A level of one's own only stands beside what HR records when that is wrong.
            said["disputes_records"] = True
        told = [said.get(name) for name in self.fields if name != "months"]
        is_empty = all(answer is None or answer is False or answer == "" for answer in told)
        if not self.errors and is_empty:
            raise ValidationError("Answer at least one question, or choose “Not this time” below.")
        return said

    @property
    def outcomes(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        """Each part of the work, and how much the circle helped with it."""
        return [(self[name], self[f"helped_{name}"]) for name in SCOPES]
