from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from circles.forms.lifecycle import Day
from circles.models import Milestone
from circles.models.milestone import MOST_DAYS
from members.forms import PeerloomForm

MOST_TIMES = 5


class DaysBefore(forms.CharField):
    """`7, 0` typed as numbers; blank tells nobody."""

    def to_python(self, value: Any) -> Any:
        if isinstance(value, list):
            return value
        words = str(super().to_python(value)).replace(",", " ").split()
        if not all(word.isdecimal() and int(word) <= MOST_DAYS for word in words):
            raise ValidationError(f"Write whole numbers from 0 to {MOST_DAYS}, such as 7, 0.")
        if len(set(words)) > MOST_TIMES:
            raise ValidationError(f"Tell people at most {MOST_TIMES} times.")
        return sorted({int(word) for word in words}, reverse=True)

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(map(str, value)) if isinstance(value, list) else value


class MilestoneForm(PeerloomForm):
    """One day of a programme."""

    seen_by = "Everyone with a seat in the programme reads this, and who facilitates there."

    title = forms.CharField(label="What happens", max_length=80)
    on = Day(label="On which day")
    words = forms.CharField(label="A sentence about it", max_length=300, required=False)
    tell_days = DaysBefore(
        label="How many days before people are told",
        required=False,
        help_text="At nine in the morning on each person’s own clock. 0 is the day itself. "
        "Leave it empty to tell nobody.",
    )

    def __init__(self, data: Any, milestone: Milestone) -> None:
        initial = {name: getattr(milestone, name) for name in self.base_fields}
        super().__init__(data, initial=initial)
