"""Filters of an organiser's lists of enrolled people and of themes."""

from typing import Any

import django_filters as filters

from circles.discovery.filters import SEARCH
from circles.models import Enrolment, Format, Theme
from circles.models.enrolment import EnrolmentQuerySet
from circles.models.theme import ThemeQuerySet
from members.forms import PeerloomForm
from members.models import Member


class ListFilter(filters.FilterSet):  # type: ignore[misc]
    """A filter in the address of a list of current rows; each kind says what `matching` is."""

    words = filters.CharFilter(method="matching", label="Words", max_length=100, widget=SEARCH)

    @property
    def is_used(self) -> bool:
        return any(self.data.get(name) for name in self.filters)

    def unchanged(self, found: Any, _name: str, _value: str) -> Any:
        """The view chooses the rows before they are filtered: it says what they are."""
        return found


class EnrolmentFilter(ListFilter):
    """How an organiser finds somebody among the people who enrolled."""

    format = filters.ModelChoiceFilter(
        queryset=Format.objects.all(),
        to_field_name="key",
        label="Would like",
        empty_label="Any format",
        null_label="No preference",
        null_value="none",
    )
    show = filters.ChoiceFilter(
        method="unchanged",
        label="Show",
        choices=[("withdrawn", "Who withdrew")],
        empty_label="Who is enrolled",
    )

    class Meta:
        model = Enrolment
        fields: list[str] = []
        form = PeerloomForm

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.filters["words"].label = "Name or e-mail address"

    def matching(self, found: EnrolmentQuerySet, _name: str, words: str) -> EnrolmentQuerySet:
        return found.filter(person__in=Member.objects.matching(words))

    @property
    def shows_withdrawn(self) -> bool:
        return bool(self.data.get("show") == "withdrawn")


class ThemeFilter(ListFilter):
    """How an organiser finds a theme."""

    show = filters.ChoiceFilter(
        method="unchanged",
        label="Show",
        choices=[("retired", "Retired")],
        empty_label="In use",
    )

    class Meta:
        model = Theme
        fields: list[str] = []
        form = PeerloomForm

    def matching(self, found: ThemeQuerySet, _name: str, words: str) -> ThemeQuerySet:
        return found.filter(name__icontains=words)

    @property
    def shows_retired(self) -> bool:
        return bool(self.data.get("show") == "retired")
