from typing import Any

from django import forms

from circles.discovery import languages
from circles.models import Interest, Theme, Wishes
from members.forms import PeerloomForm
from members.models import Member
from members.week_grid import WeekHoursField

Kind = Interest.Kind
ORGANISERS_TOO = "You see this, and organisers when they form circles."


class WishesForm(PeerloomForm):
    """What a person looks for in a circle. Nothing has to be said."""

    seen_by = {
        "wants": ORGANISERS_TOO,
        "offers": "You see this, and organisers when they form circles. People who look for one"
        " learn that someone there can help with it, without your name.",
        "languages": ORGANISERS_TOO,
        "where": ORGANISERS_TOO,
        "place": ORGANISERS_TOO,
        "hours": "You see this, and organisers when they form circles. A circle of three or more"
        " says how many hours it shares with someone who looks for one, never whose.",
    }

    wants = forms.ModelMultipleChoiceField(
        Theme.objects.current(),
        label="I want to grow in",
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    offers = forms.ModelMultipleChoiceField(
        Theme.objects.current(),
        label="I can help others with",
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    languages = forms.MultipleChoiceField(
        label="Languages I would meet in",
        help_text="None means that any language is fine.",
        choices=languages.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    where = forms.ChoiceField(label="Where", choices=Wishes.Where.choices, widget=forms.RadioSelect)
    place = forms.CharField(
        label="The place where I could meet in person", max_length=120, required=False
    )
    hours = WeekHoursField(
        label="Hours that suit me",
        help_text="In your own time zone. None means that any hour is fine.",
        required=False,
    )

    def __init__(self, data: Any = None, *, person: Member) -> None:
        super().__init__(data, initial=_said_by(person))
        fields: Any = self.fields
        # A theme that was retired stays where it was chosen.
        for kind in Kind:
            chosen = Theme.objects.filter(interests__person=person, interests__kind=kind)
            keys = chosen.values("pk")
            fields[kind].queryset = Theme.objects.current() | Theme.objects.filter(pk__in=keys)

    def clean_place(self) -> str:
        return " ".join(self.cleaned_data["place"].split())


def _said_by(person: Member) -> dict[str, Any]:
    wishes = Wishes.objects.filter(person=person).first() or Wishes()
    themes: dict[str, list[int]] = {kind: [] for kind in Kind}
    for kind, theme in person.interests.values_list("kind", "theme"):
        themes[kind].append(theme)
    return {
        **themes,
        "languages": wishes.languages,
        "where": wishes.where,
        "place": wishes.place,
        "hours": wishes.hours,
    }
