"""Filters that live in the address of a list."""

from typing import Any

import django_filters as filters
from django import forms
from django.http import QueryDict

from circles.discovery import languages
from circles.discovery.fit import Seeker
from circles.discovery.pages import Sort, lengths, number_of
from circles.models import (
    Circle,
    CircleQuerySet,
    Format,
    Listing,
    ListingQuerySet,
    Programme,
    Theme,
    meets_within,
)
from members.forms import PeerloomForm, QuickSelect

SEARCH = forms.TextInput({"type": "search", "data-search": True, "autocomplete": "off"})
REMOTE, IN_PERSON = Circle.Where.REMOTE, Circle.Where.IN_PERSON


class CircleFilter(filters.FilterSet):  # type: ignore[misc]
    """What someone who looks for a circle cares about. Words and order are for discovery."""

    words = filters.CharFilter(method="as_it_is", label="Words", max_length=100, widget=SEARCH)
    theme = filters.ModelChoiceFilter(
        method="about",
        label="Theme",
        queryset=Theme.objects.all(),
        empty_label="Any theme",
        widget=QuickSelect,
    )
    format = filters.ModelChoiceFilter(
        label="Format",
        queryset=Format.objects.all(),
        to_field_name="key",
        empty_label="Any format",
        widget=QuickSelect,
    )
    programme = filters.ModelChoiceFilter(
        queryset=Programme.objects.current(), empty_label="Any programme", widget=QuickSelect
    )
    language = filters.ChoiceFilter(
        label="Language",
        choices=languages.choices,
        empty_label="Any language",
        widget=QuickSelect,
    )
    where = filters.ChoiceFilter(
        method="meeting",
        label="Where",
        choices=[(REMOTE, "Remote"), (IN_PERSON, "In person")],
        empty_label="Anywhere",
    )
    place = filters.CharFilter(lookup_expr="istartswith", label="Place", max_length=100)
    suits = filters.BooleanFilter(
        method="in_my_hours", label="Meets in my hours", widget=forms.CheckboxInput
    )
    free = filters.BooleanFilter(
        method="with_free_seats", label="With free seats", widget=forms.CheckboxInput
    )
    proposed = filters.BooleanFilter(
        method="only_proposed", label="Proposals to support", widget=forms.CheckboxInput
    )
    sort = filters.ChoiceFilter(
        method="as_it_is", label="Sort by", choices=Sort.choices, empty_label=None
    )

    class Meta:
        model = Listing
        fields: list[str] = []
        form = PeerloomForm

    def __init__(self, data: QueryDict, *, seeker: Seeker) -> None:
        self.seeker = seeker
        asked = data.copy()
        by_fit = not seeker.said_nothing or bool(data.get("words", "").strip())
        asked.setdefault("sort", Sort.FIT if by_fit else Sort.NAME)
        super().__init__(asked, Listing.objects.all())
        if seeker.hours is None:
            del self.form.fields["suits"]
        self.form.is_valid()

    @property
    def chosen(self) -> dict[str, Any]:
        """The filters in use by their names, with what they were set to."""
        cleaned = self.form.cleaned_data
        return {name: value for name, value in cleaned.items() if value and name != "sort"}

    @property
    def words_typed(self) -> str:
        return str(self.form.cleaned_data.get("words") or "")

    @property
    def order(self) -> str:
        return self.form.cleaned_data.get("sort") or Sort.NAME

    @property
    def is_used(self) -> bool:
        return any(self.data.get(name) for name in self.filters if name != "sort")

    @property
    def shows_more(self) -> bool:
        """Whether a filter is in use that is folded away otherwise."""
        return bool(self.chosen.keys() - {"words", "theme", "free"}) or bool(self.form.errors)

    def listings(self, *, without: str = "") -> ListingQuerySet:
        """What the filters leave, apart from the words; `without` names one that is let go."""
        chosen = {name: value for name, value in self.chosen.items() if name != without}
        found = Listing.objects.all()
        if "proposed" not in chosen:
            found = found.without_proposals()
        for name, value in chosen.items():
            found = self.filters[name].filter(found, value)
        return found

    def looser(self) -> list[tuple[str, int, str]]:
        """Where nothing is found: the label of each filter to let go, what is found then, where."""
        if len(self.chosen) < 2:
            return []
        found = []
        for name in self.chosen:
            words = "" if name == "words" else self.words_typed
            if number := number_of(self.listings(without=name), words):
                query = self.data.copy()
                del query[name]
                found.append((str(self.form.fields[name].label), number, query.urlencode()))
        return found

    def as_it_is(self, found: ListingQuerySet, _name: str, _value: Any) -> ListingQuerySet:
        return found

    def about(self, found: ListingQuerySet, _name: str, theme: Theme) -> ListingQuerySet:
        return found.filter(themes__contains=[theme.pk])

    def meeting(self, found: ListingQuerySet, _name: str, where: str) -> ListingQuerySet:
        return found.filter(where__in=[where, Circle.Where.BOTH])

    def in_my_hours(self, found: ListingQuerySet, _name: str, only: bool) -> ListingQuerySet:
        if not only or self.seeker.hours is None:
            return found
        return found.filter(meets_within(self.seeker.hours, lengths()))

    def with_free_seats(self, found: ListingQuerySet, _name: str, only: bool) -> ListingQuerySet:
        return found.with_free_seats() if only else found

    def only_proposed(self, found: ListingQuerySet, _name: str, only: bool) -> ListingQuerySet:
        return found.proposed() if only else found


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

    def matching(self, circles: CircleQuerySet, _name: str, words: str) -> CircleQuerySet:
        return circles.matching(words)

    @property
    def is_used(self) -> bool:
        return any(self.data.get(name) for name in self.filters)
