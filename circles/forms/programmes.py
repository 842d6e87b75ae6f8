from collections.abc import Iterator
from typing import Any, NamedTuple

from django import forms

from circles.forms.lifecycle import Day
from circles.forms.named import NamedForm
from circles.models import Format, Programme
from members.forms import Lines, TimeZoneField

SMALLEST_GROUP_IN_WORDS = "Reports always hide groups under 5 people."
EVERYONE = "Everyone sees this."


class Section(NamedTuple):
    """Fields that belong together, with what they decide."""

    heading: str
    explains: str
    names: tuple[str, ...]


SECTIONS = (
    Section("What it is", "", ("name", "purpose", "formats")),
    Section(
        "Its days",
        "Days begin and end in the programme’s time zone, wherever people are.",
        ("starts_on", "ends_on", "time_zone"),
    ),
    Section(
        "Enrolment",
        "People enrol to be placed in a circle that you form. Without one of these days nobody can"
        " enrol. With one, everyone finds the programme under Circles, also when seats are by"
        " invitation: enrolling is then how people ask for one.",
        ("enrols_from", "enrols_until"),
    ),
    Section("Getting a seat", "", ("entry", "approval", "offer_hours")),
    Section("Starting circles", "", ("starters", "supporters_needed")),
    Section("Term", "", ("term_months", "renewal")),
    Section("Reports", "", ("smallest_group",)),
)


def _in_range(least: int, most: int, noun: str) -> dict[str, str]:
    words = f"Give a whole number of {noun} between {least} and {most}."
    return dict.fromkeys(("required", "invalid", "min_value", "max_value"), words)


class ProgrammeForm(NamedForm):
    """What an organiser decides about a programme."""

    seen_by = {name: EVERYONE for section in SECTIONS for name in section.names} | {
        "smallest_group": "HR analysts and organisers see this."
    }
    taken = "There is already a programme with this name."

    purpose = Lines(label="What it is for", max_length=2000, required=False)
    time_zone = TimeZoneField(label="Time zone")

    class Meta:
        model = Programme
        fields = [name for section in SECTIONS for name in section.names]
        labels = {
            "starts_on": "First day",
            "ends_on": "Last day",
            "enrols_from": "First day of enrolment",
            "enrols_until": "Last day of enrolment",
            "entry": "How people get a seat",
            "approval": "Who approves an application",
            "offer_hours": "Hours for which an offered seat is held",
            "starters": "Who may start a circle",
            "supporters_needed": "Supporters that a proposal needs",
            "term_months": "Months in a term",
            "renewal": "At the end of the term",
        }
        help_texts = {
            "enrols_until": "People can enrol until midnight at the end of it.",
            "approval": "Only where people apply for a seat.",
            "offer_hours": "72 hours are three days. After that the seat goes to the next person.",
            "supporters_needed": "Only where everyone may propose a circle. Between 2 and 12.",
        }
        widgets = {
            "formats": forms.CheckboxSelectMultiple,
            "entry": forms.RadioSelect,
            "approval": forms.RadioSelect,
            "starters": forms.RadioSelect,
            "renewal": forms.RadioSelect,
        } | {
            name: forms.DateInput({"type": "date"}, format="%Y-%m-%d")
            for name in ("starts_on", "ends_on", "enrols_from", "enrols_until")
        }
        error_messages = {
            "formats": {"required": "Choose at least one format."},
            "offer_hours": _in_range(4, 720, "hours"),
            "supporters_needed": _in_range(2, 12, "people"),
            "term_months": _in_range(1, 60, "months"),
            "smallest_group": {
                "required": SMALLEST_GROUP_IN_WORDS,
                "min_value": SMALLEST_GROUP_IN_WORDS,
            },
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["formats"].queryset = Format.objects.offered_to(self.instance)

    def sections(self) -> Iterator[tuple[Section, list[forms.BoundField]]]:
        """The fields as they stand together on the page."""
        for section in SECTIONS:
            yield section, [self[name] for name in section.names]

    def clean(self) -> dict[str, Any]:
        decided = super().clean() or self.cleaned_data
        for first, last, words in (
            ("starts_on", "ends_on", "The last day cannot come before the first."),
            ("enrols_from", "enrols_until", "Enrolment cannot end before it begins."),
        ):
            begins, ends = decided.get(first), decided.get(last)
            if begins and ends and ends < begins:
                self.add_error(last, words)
        return decided


class DuplicateForm(NamedForm):
    """What a copy does not take from its original."""

    seen_by = EVERYONE
    taken = ProgrammeForm.taken

    starts_on = Day(
        label="Its first day",
        required=False,
        help_text="Its last day and its milestones follow as far from it as in the original. "
        "Without a first day it has no days yet.",
    )

    class Meta:
        model = Programme
        fields = ["name"]
        labels = {"name": "Name of the new programme"}
