"""How organisers find the circles of a format, and choose which of them to move."""

from typing import Any

import django_filters as filters
from django import forms

from circles.models import Circle, CircleQuerySet, Format, FormatVersion
from members.forms import PeerloomForm

MOST_AT_ONCE = 100


class VersionFilter(filters.FilterSet):  # type: ignore[misc]
    """Which circles of one format."""

    words = filters.CharFilter(
        method="matching",
        label="Words",
        max_length=100,
        widget=forms.TextInput({"type": "search", "data-search": True, "autocomplete": "off"}),
    )
    version = filters.ChoiceFilter(
        field_name="format_version__number", label="Version", empty_label="Any version"
    )

    class Meta:
        model = Circle
        fields: list[str] = []
        form = PeerloomForm

    def __init__(self, *args: Any, numbers: list[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.filters["version"].extra["choices"] = [(n, f"Version {n}") for n in numbers]

    def matching(self, circles: CircleQuerySet, _name: str, words: str) -> CircleQuerySet:
        return circles.matching(words)

    @property
    def is_used(self) -> bool:
        return any(self.data.get(name) for name in self.filters)


class MoveForm(PeerloomForm):
    """Which circles move to which version."""

    circle = forms.ModelMultipleChoiceField(
        Circle.objects.none(),
        label="Circles",
        error_messages={"required": "Choose at least one circle."},
    )
    to = forms.ModelChoiceField(
        FormatVersion.objects.none(), label="Version", to_field_name="number", empty_label=None
    )

    def __init__(self, *args: Any, of: Format, circles: CircleQuerySet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["circle"].queryset = circles.filter(format_version__format=of)
        fields["to"].queryset = of.versions.select_related("format").order_by("-number")

    def clean_circle(self) -> Any:
        circles = self.cleaned_data["circle"]
        if len(circles) > MOST_AT_ONCE:
            raise forms.ValidationError(f"Choose at most {MOST_AT_ONCE} circles at once.")
        return circles
