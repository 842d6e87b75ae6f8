from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from circles.formation.reading import attributes_of
from circles.formation.setup import (
    AIMS,
    ANY_DEPTH,
    COUNTS_IN_WORDS,
    LEVEL,
    SetUp,
    label_of,
)
from circles.models import Format, Formation, FormatVersion, PairRule, Programme, StagedCircle
from members.forms import PeerloomForm
from members.models import Member

FEWEST, MOST = 3, 30
DEPTHS = {
    1: "Only their direct manager",
    2: "Two levels up",
    3: "Three levels up",
    4: "Four levels up",
    5: "Five levels up",
    ANY_DEPTH: "Everybody above them",
}
LIMITS = {30: "30 seconds", 60: "1 minute", 120: "2 minutes", 300: "5 minutes", 900: "15 minutes"}
SEARCH = {"type": "search", "autocomplete": "off"}


class FormationForm(PeerloomForm):
    """Whom circles are formed of, under which rules, and with which aims."""

    seen_by = "Organisers see this. Members see only the circle they are invited to."

    of_format = forms.ModelChoiceField(Format.objects.none(), label="Format", empty_label=None)
    everyone = forms.TypedChoiceField(
        label="People",
        choices=[("no", "Who asked for this format, or for any"), ("yes", "Everyone enrolled")],
        coerce=lambda value: value == "yes",
        initial="no",
        widget=forms.RadioSelect,
    )
    size_min = forms.IntegerField(label="Fewest people in a circle", min_value=2, max_value=MOST)
    size_max = forms.IntegerField(label="Most people in a circle", min_value=FEWEST, max_value=MOST)
    size_best = forms.IntegerField(label="Best number of people", min_value=2, max_value=MOST)
    overlap_hours = forms.IntegerField(
        label="Hours a week that all of a circle share, at least",
        help_text="0 leaves hours aside. Who named no hours can meet at any.",
        min_value=0,
        max_value=40,
        initial=2,
    )
    share_a_language = forms.BooleanField(
        label="All of a circle share a language", required=False, initial=True
    )
    manager_depth = forms.TypedChoiceField(
        label="Whose reports nobody shares a circle with",
        help_text="People speak less freely before whoever decides about them.",
        choices=list(DEPTHS.items()),
        coerce=int,
        initial=ANY_DEPTH,
    )
    apart = forms.MultipleChoiceField(
        label="Never two people with the same",
        help_text="For competitors, or for people of one team. Blanks do not count as the same.",
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    not_alone = forms.MultipleChoiceField(
        label="Nobody should be the only one of their",
        help_text="Being the only one of a kind in a circle can isolate. Nothing is ticked by"
        " itself: some columns say things that law protects, and whether to use them is your"
        " decision.",
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    seconds = forms.TypedChoiceField(
        label="How long to look for better circles",
        choices=list(LIMITS.items()),
        coerce=int,
        initial=60,
    )
    seed = forms.IntegerField(
        label="Seed",
        help_text="The same people, rules and seed give the same circles.",
        min_value=1,
        max_value=1_000_000,
        initial=1,
    )

    def __init__(self, *args: Any, programme: Programme, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        attributes = [(name, label_of(name)) for name in attributes_of(programme)]
        fields["of_format"].queryset = programme.formats.all()
        fields["apart"].choices = [one for one in attributes if one[0] != LEVEL]
        fields["not_alone"].choices = attributes
        for aim, label in AIMS.items():
            field = forms.ChoiceField(
                label=label, choices=list(COUNTS_IN_WORDS.items()), initial="normal"
            )
            self.fields[f"aim_{aim}"] = field

    @classmethod
    def initial_for(cls, version: FormatVersion) -> dict[str, Any]:
        """What a format prescribes, within what a circle seats."""
        least = min(max(version.size_min, FEWEST), MOST)
        most = min(max(version.size_max, least), MOST)
        best = min(most, max(least, (least + most) // 2))
        return {
            "of_format": version.format_id,
            "size_min": least,
            "size_max": most,
            "size_best": best,
        }

    @classmethod
    def initial_of(cls, formation: Formation) -> dict[str, Any]:
        chosen = formation.rules
        aims = {f"aim_{aim}": count for aim, count in chosen.get("counts", {}).items()}
        everyone = "yes" if chosen.get("everyone") else "no"
        here = {"of_format": formation.format_version.format_id, "seed": formation.seed}
        return {**chosen, **aims, **here, "everyone": everyone}

    def clean(self) -> dict[str, Any]:
        decided = super().clean() or self.cleaned_data
        least, most = decided.get("size_min"), decided.get("size_max")
        best = decided.get("size_best")
        if least and most and least > most:
            self.add_error("size_max", "The most cannot be under the fewest.")
        elif least and most and best and not least <= best <= most:
            self.add_error("size_best", f"Choose a number from {least} to {most}.")
        return decided

    @property
    def aims(self) -> list[forms.BoundField]:
        return [self[f"aim_{aim}"] for aim in AIMS]

    @property
    def chosen(self) -> SetUp:
        """What was decided, from a valid form."""
        decided = self.cleaned_data
        counts = {aim: decided[f"aim_{aim}"] for aim in AIMS}
        kept = {name: decided[name] for name in SetUp.__dataclass_fields__ if name in decided}
        return SetUp(**kept, counts=counts)


class PairSearchForm(PeerloomForm):
    """Whom a rule about two people is about, as far as it is typed."""

    first = forms.CharField(label="One person", max_length=160, widget=forms.TextInput(SEARCH))
    second = forms.CharField(label="The other", max_length=160, widget=forms.TextInput(SEARCH))


class PairForm(PeerloomForm):
    """Two people, and whether they must or must not share a circle."""

    one = forms.ModelChoiceField(Member.objects.all())
    other = forms.ModelChoiceField(Member.objects.all())
    kind = forms.ChoiceField(choices=PairRule.Kind.choices)


class BoardFilterForm(PeerloomForm):
    """Which staged circles an organiser looks at."""

    q = forms.CharField(
        label="Person, or name or number of a circle",
        max_length=160,
        required=False,
        widget=forms.TextInput({**SEARCH, "data-search": True}),
    )
    show = forms.ChoiceField(
        label="Show",
        choices=[
            ("", "All circles"),
            ("open", "Circles that are not locked"),
            ("locked", "Locked circles"),
            ("small", "Circles with too few people"),
            ("unheld", "Circles without a facilitator"),
            ("unplaced", "People without a place"),
        ],
        required=False,
    )
    order = forms.ChoiceField(
        label="Order",
        choices=[("", "Lowest score first"), ("number", "By number"), ("best", "Best first")],
        required=False,
    )


class TargetForm(PeerloomForm):
    """Where a person is to go."""

    to = forms.CharField(
        label="Number or name of the circle",
        max_length=120,
        widget=forms.TextInput({"autocomplete": "off"}),
        error_messages={"required": "Write the number or a part of the name of a circle."},
    )


class StagedNameForm(PeerloomForm):
    """What a staged circle is to be called."""

    seen_by = "Organisers see this now; once the circle is published, everyone who finds it."

    name = forms.CharField(label="Name", max_length=StagedCircle._meta.get_field("name").max_length)

    def clean_name(self) -> str:
        name = " ".join(self.cleaned_data["name"].split())
        if not any(character.isalnum() for character in name):
            raise ValidationError("Write a name that people can see.")
        return name
