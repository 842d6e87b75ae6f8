from typing import Any

from django import forms

from circles.forms.named import NamedForm
from circles.models import Format, Programme
from members.forms import Lines

SMALLEST_GROUP_IN_WORDS = "Reports always hide groups under 5 people."


class ProgrammeForm(NamedForm):
    """What an organiser decides about a programme."""

    seen_by = {
        "name": "Everyone sees this.",
        "purpose": "Everyone sees this.",
        "smallest_group": "HR analysts and organisers see this.",
    }
    taken = "There is already a programme with this name."

    purpose = Lines(label="What it is for", max_length=2000, required=False)

    class Meta:
        model = Programme
        fields = ["name", "purpose", "formats", "starts_on", "ends_on", "smallest_group"]
        labels = {"starts_on": "First day", "ends_on": "Last day"}
        widgets = {
            "formats": forms.CheckboxSelectMultiple,
            "starts_on": forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
            "ends_on": forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        }
        error_messages = {
            "formats": {"required": "Choose at least one format."},
            "smallest_group": {
                "required": SMALLEST_GROUP_IN_WORDS,
                "min_value": SMALLEST_GROUP_IN_WORDS,
            },
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["formats"].queryset = Format.objects.offered_to(self.instance)

    def clean(self) -> dict[str, Any]:
        decided = super().clean() or self.cleaned_data
        starts_on, ends_on = decided.get("starts_on"), decided.get("ends_on")
        if starts_on and ends_on and ends_on < starts_on:
            self.add_error("ends_on", "The last day cannot come before the first.")
        return decided
