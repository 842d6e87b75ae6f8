from typing import Any

from django import forms
from django.db.models import QuerySet
from django.urls import reverse_lazy
from django.utils.text import format_lazy

from circles.forms.named import NamedForm
from circles.models import Circle, Format, Programme
from members import time_zones
from members.forms import Lines, PeerloomModelForm

SEATS_IN_WORDS = "A circle seats between 3 and 30 people."


class CircleForm(NamedForm):
    """What an organiser writes about a circle that exists."""

    seen_by = "Everyone sees this. If the circle is hidden: only its own people and organisers."
    taken = "There is already a circle with this name."

    purpose = Lines(
        label="What it is for",
        help_text="Who should come, and what they work on together.",
        max_length=2000,
        required=False,
    )
    capacity = forms.IntegerField(
        label="Seats",
        help_text="Circles of 6 to 8 people last longest.",
        initial=8,
        min_value=3,
        max_value=30,
        error_messages=dict.fromkeys(
            ("required", "invalid", "min_value", "max_value"), SEATS_IN_WORDS
        ),
    )
    time_zone = forms.ChoiceField(
        label="Time zone", help_text="Its meetings keep the wall-clock time of this zone."
    )

    class Meta:
        model = Circle
        fields = ["name", "programme", "purpose", "capacity", "time_zone", "visibility"]
        labels = {"visibility": "Who finds it"}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # An import may have brought a zone by its older name: it stays a choice.
        zones = dict.fromkeys([*time_zones.offered(), self.initial.get("time_zone") or "UTC"])
        fields: Any = self.fields
        fields["time_zone"].choices = [(name, name.replace("_", " ")) for name in zones]
        fields["programme"].queryset = self.programmes()
        fields["programme"].empty_label = "Choose a programme"

    def programmes(self) -> QuerySet[Programme]:
        return Programme.objects.current() | Programme.objects.filter(pk=self.instance.programme_id)


class NewCircleForm(CircleForm):
    """What an organiser decides when a circle starts; its format is never changed later."""

    of_format = forms.ModelChoiceField(
        Format.objects.offered(),
        label="Format",
        empty_label="Choose a format",
        help_text=format_lazy(
            'What each one is like: <a href="{}">the formats</a>.', reverse_lazy("circles:formats")
        ),
    )

    field_order = ["name", "programme", "of_format"]

    def __init__(self, *args: Any, programme: Programme | None = None, **kwargs: Any) -> None:
        self.programme = programme
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        if programme:
            fields["programme"].empty_label = None
            fields["of_format"].queryset = programme.formats.filter(archived_at=None)

    def programmes(self) -> QuerySet[Programme]:
        current = Programme.objects.current()
        return current.filter(pk=self.programme.pk) if self.programme else current


class PurposeForm(PeerloomModelForm):
    """The one thing that a facilitator changes about the circle itself."""

    seen_by = CircleForm.seen_by

    purpose = Lines(label="What it is for", max_length=2000, required=False)

    class Meta:
        model = Circle
        fields = ["purpose"]
