from datetime import date
from typing import Any

from django import forms
from django.utils import timezone

from circles.models import Circle
from members.forms import PeerloomForm
from members.models import Member
from sessions_app.forms.fields import CIRCLE_SEES, DayInput


class PromiseForm(PeerloomForm):
    text = forms.CharField(
        label="What do you promise?",
        max_length=300,
        help_text="One step that is yours to take.",
    )
    evidence = forms.CharField(
        label="How will one tell?",
        max_length=500,
        required=False,
        help_text="A line, or an address: what is there once it is done.",
    )
    due_on = forms.DateField(label="By when?", required=False, widget=DayInput())
    circle = forms.ModelChoiceField(Circle.objects.none(), label="Which circle?")
    seen_by = CIRCLE_SEES

    def __init__(self, *args: Any, owner: Member, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = timezone.localdate(timezone=owner.zone)
        circles = Circle.objects.joined_by(owner).order_by("name")
        count = circles.count()
        self.has_circles = count > 0
        field: Any = self.fields["circle"]
        field.queryset = circles
        field.empty_label = None if count == 1 else "Choose a circle"

    def clean_due_on(self) -> date | None:
        day: date | None = self.cleaned_data["due_on"]
        if day and day < self.today:
            raise forms.ValidationError("That day has passed. Choose a later one.")
        return day


class CarryForm(PeerloomForm):
    due_on = forms.DateField(
        label="Move it to", widget=DayInput(), help_text="The circle sees that it was carried."
    )
    seen_by = CIRCLE_SEES


class DropForm(PeerloomForm):
    reason = forms.CharField(
        label="Why are you dropping it?",
        max_length=300,
        help_text="A few words: things change, and saying so is fine.",
    )
    seen_by = CIRCLE_SEES


class EvidenceForm(PeerloomForm):
    evidence = forms.CharField(
        label="How can one tell?",
        max_length=500,
        required=False,
        help_text="A line, or an address: what is there now, or will be.",
    )
    seen_by = CIRCLE_SEES


class TopicForm(PeerloomForm):
    title = forms.CharField(
        label="What do you need a hot seat for?",
        max_length=300,
        help_text="One question or one knot, in a sentence.",
    )
    seen_by = CIRCLE_SEES
