from typing import Any

from django import forms
from django.db.models import QuerySet
from django.urls import reverse_lazy
from django.utils.text import format_lazy

from circles.discovery import languages
from circles.forms.named import NamedForm
from circles.models import Circle, Format, Programme, Theme, Weekday
from members import time_zones
from members.forms import Lines, PeerloomModelForm

SEATS_IN_WORDS = "A circle seats between 3 and 30 people."
DAY_AND_TIME = "Give both a day and a time, or neither."


def purpose_field() -> Lines:
    return Lines(
        label="What it is for",
        help_text="Who should come, and what they work on together.",
        max_length=2000,
        required=False,
    )


class WhatWhenWhere(PeerloomModelForm):
    """The themes, usual time and place of a circle, in any of its forms."""

    themes = forms.ModelMultipleChoiceField(
        Theme.objects.current(),
        label="Themes",
        help_text="What people grow in there. Those who look for it find the circle first.",
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    meets_weekday = forms.TypedChoiceField(
        label="Usual day",
        choices=[("", "Not settled yet"), *Weekday.choices],
        coerce=int,
        empty_value=None,
        required=False,
    )
    meets_at = forms.TimeField(
        label="Usual time",
        help_text="In the circle’s time zone. Its meetings are planned one by one all the same.",
        required=False,
        widget=forms.TimeInput({"type": "time"}, format="%H:%M"),
    )
    where = forms.ChoiceField(
        label="Where it meets",
        choices=Circle.Where.choices,
        initial=Circle.Where.REMOTE,
        required=False,
        widget=forms.RadioSelect,
    )
    place = forms.CharField(
        label="Place",
        help_text="A town or a building, if it meets in person.",
        max_length=120,
        required=False,
    )

    class Meta:
        model = Circle
        fields = ["themes", "meets_weekday", "meets_at", "where", "place"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        if self.instance.pk:
            # A theme that was retired stays where it was chosen.
            kept = Theme.objects.filter(pk__in=self.instance.themes.values("pk"))
            fields["themes"].queryset = Theme.objects.current() | kept
        if not fields["themes"].queryset.exists():
            del fields["themes"]

    def clean_where(self) -> str:
        return str(self.cleaned_data["where"]) or self.instance.where

    def clean_place(self) -> str:
        return " ".join(self.cleaned_data["place"].split())

    def clean(self) -> dict[str, Any]:
        decided = super().clean() or self.cleaned_data
        day, time = decided.get("meets_weekday"), decided.get("meets_at")
        if (day is None) != (time is None) and not self.errors.keys() & {
            "meets_weekday",
            "meets_at",
        }:
            self.add_error("meets_at" if time is None else "meets_weekday", DAY_AND_TIME)
        return decided


class CircleForm(WhatWhenWhere, NamedForm):
    """What an organiser writes about a circle that exists."""

    seen_by = "Everyone sees this. If the circle is hidden: only its own people and organisers."
    taken = "There is already a circle with this name."

    purpose = purpose_field()
    language = forms.ChoiceField(label="Language", required=False)
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
        fields = [
            *("name", "programme", "purpose", "themes", "language", "capacity", "time_zone"),
            *("meets_weekday", "meets_at", "where", "place", "visibility"),
        ]
        labels = {"visibility": "Who finds it"}
        widgets = {"visibility": forms.RadioSelect}

    field_order = Meta.fields

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # An import may have brought a zone by its older name: it stays a choice.
        zones = dict.fromkeys([*time_zones.offered(), self.initial.get("time_zone") or "UTC"])
        fields: Any = self.fields
        fields["time_zone"].choices = [(name, name.replace("_", " ")) for name in zones]
        spoken = dict(languages.choices())
        spoken.setdefault(self.instance.language, languages.name_of(self.instance.language))
        fields["language"].choices = list(spoken.items())
        fields["language"].initial = self.initial.get("language") or self.instance.language
        fields["programme"].queryset = self.programmes()
        fields["programme"].empty_label = "Choose a programme"

    def clean_language(self) -> str:
        return str(self.cleaned_data["language"]) or self.instance.language

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

    field_order = ["name", "programme", "of_format", *CircleForm.Meta.fields[2:]]

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


class PurposeForm(WhatWhenWhere):
    """What a facilitator changes about the circle itself."""

    seen_by = CircleForm.seen_by

    purpose = purpose_field()

    class Meta:
        model = Circle
        fields = ["purpose", *WhatWhenWhere.Meta.fields]
