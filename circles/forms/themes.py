from collections.abc import Iterable
from typing import Any

from django import forms

from circles.discovery.filters import SEARCH
from circles.forms.named import NamedForm
from circles.models import Theme
from members.forms import PeerloomForm


class ThemeForm(NamedForm):
    """What a theme is called."""

    seen_by = "Everyone sees this."
    taken = "There is already a theme with this name."

    class Meta:
        model = Theme
        fields = ["name"]
        labels = {"name": "Name of the theme"}


class LikenessForm(PeerloomForm):
    """What the other theme may be called."""

    words = forms.CharField(label="Another name", max_length=100, required=False, widget=SEARCH)


class MergeForm(PeerloomForm):
    """The theme that two become: one of those that are offered, or any other by its key."""

    into = forms.ModelChoiceField(
        Theme.objects.none(),
        label="The theme that stays",
        widget=forms.RadioSelect,
        error_messages={
            "required": "Choose the theme that stays.",
            "invalid_choice": "That theme is no longer there. Choose another one.",
        },
    )

    def __init__(
        self, *args: Any, theme: Theme, offered: Iterable[Theme] = (), **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["into"].queryset = Theme.objects.exclude(pk=theme.pk)
        fields["into"].choices = [(each.pk, each.name) for each in offered]
