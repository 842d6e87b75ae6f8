"""Filters that live in the address of a list."""

from typing import Any

import django_filters as filters
from django import forms

from circles.models import Circle, CircleQuerySet, Format, Programme
from members.forms import PeerloomForm

SEARCH = forms.TextInput({"type": "search", "data-search": True, "autocomplete": "off"})


class CircleFilter(filters.FilterSet):  # type: ignore[misc]
    """What someone who looks for a circle cares about."""

    words = filters.CharFilter(method="matching", label="Words", max_length=100, widget=SEARCH)
    format = filters.ModelChoiceFilter(
        field_name="format_version__format",
        label="Format",
        queryset=Format.objects.all(),
        to_field_name="key",
        empty_label="Any format",
    )
    programme = filters.ModelChoiceFilter(
        queryset=Programme.objects.current(), empty_label="Any programme"
    )
    zone = filters.ChoiceFilter(field_name="time_zone", label="Time zone", empty_label="Any zone")
    free = filters.BooleanFilter(
        method="with_free_seats", label="With free seats", widget=forms.CheckboxInput
    )

    class Meta:
        model = Circle
        fields: list[str] = []
        form = PeerloomForm

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        zones = Circle.objects.listed().order_by("time_zone").values_list("time_zone", flat=True)
        self.filters["zone"].extra["choices"] = [
            (name, name.replace("_", " ")) for name in zones.distinct()
        ]

    def matching(self, circles: CircleQuerySet, _name: str, words: str) -> CircleQuerySet:
        return circles.matching(words)

    def with_free_seats(self, circles: CircleQuerySet, _name: str, only: bool) -> CircleQuerySet:
        return circles.with_free_seats() if only else circles

    @property
    def is_used(self) -> bool:
        return any(self.data.get(name) for name in self.filters)


class ProgrammeCircleFilter(filters.FilterSet):  # type: ignore[misc]
    """How an organiser finds a circle of a programme, closed and hidden ones too."""

    words = filters.CharFilter(method="matching", label="Words", max_length=100, widget=SEARCH)
    stage = filters.ChoiceFilter(
        choices=Circle.Stage.choices, label="Stage", empty_label="Any stage"
    )

    class Meta:
        model = Circle
        fields: list[str] = []
        form = PeerloomForm

    matching = CircleFilter.matching
    is_used = CircleFilter.is_used
