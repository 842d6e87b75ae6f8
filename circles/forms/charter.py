import re
from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from circles.charters.recognition import Statement
from circles.charters.text import (
    LONGEST_TEXT,
    LONGEST_TITLE,
    MOST_CLAUSES,
    NEVER_LEFT_OUT,
    TITLES,
    WRITTEN_FOR_US,
    Clause,
)
from members.forms import Lines, PeerloomForm

SEEN = "The circle’s members and facilitators see this, and nobody else."
OWN_KEY = re.compile(r"own-[0-9]{1,4}")
NO_TITLE = "Give this clause a title."
NO_TEXT = "Write what this clause says, or leave it out."
SAID_EVERYWHERE = "Every charter says this. Write at least a sentence."


class ClauseForm(PeerloomForm):
    """One clause: Peerloom's, whose title stays, or one of the circle's own."""

    key = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)
    title = forms.CharField(label="Title", max_length=LONGEST_TITLE, required=False)
    text = Lines(label="Text", max_length=LONGEST_TEXT, required=False, rows=3)
    leave_out = forms.BooleanField(label="Leave this clause out", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("use_required_attribute", False)
        super().__init__(*args, **kwargs)
        self.ours = TITLES.get(str(self["key"].value() or ""), "")
        fields: Any = self.fields
        if self.ours:
            fields["title"].widget = forms.HiddenInput()
            fields["text"].label = self.ours
        if not self.is_blank and not self["leave_out"].value():
            fields["text"].required = True
            fields["title"].required = not self.ours
            fields["title"].error_messages["required"] = NO_TITLE
            fields["text"].error_messages["required"] = NO_TEXT
        if self.is_never_left_out:
            fields["text"].error_messages["required"] = SAID_EVERYWHERE
            fields["text"].required = True
        if self.is_never_left_out or self.is_blank:
            del self.fields["leave_out"]

    @property
    def is_never_left_out(self) -> bool:
        return self["key"].value() in NEVER_LEFT_OUT

    @property
    def is_confidentiality(self) -> bool:
        return bool(self["key"].value() == "confidentiality")

    @property
    def is_blank(self) -> bool:
        """A place to write a clause of one's own."""
        return not self["key"].value()

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or self.cleaned_data
        title, text = typed.get("title", ""), typed.get("text", "")
        if self.is_blank and title and not text and not self.has_error("text"):
            self.add_error("text", "Write what this clause says, or empty its title too.")
        elif self.is_blank and text and not title and not self.has_error("title"):
            self.add_error("title", NO_TITLE)
        return typed

    def clean_key(self) -> str:
        key: str = self.cleaned_data["key"]
        if key and key not in TITLES and not OWN_KEY.fullmatch(key):
            raise ValidationError("This is none of the clauses.")
        return key


class ClauseFormSet(forms.BaseFormSet):  # type: ignore[type-arg]  # Django cannot subscript it
    """Every clause of a draft, and room for more of the circle's own."""

    def clean(self) -> None:
        keys = [form["key"].value() for form in self.forms if form["key"].value()]
        if len(keys) != len(set(keys)) or not set(NEVER_LEFT_OUT) <= set(keys):
            raise ValidationError("A clause was lost on the way. Open the page anew and try again.")

    @property
    def written(self) -> list[Clause]:
        """The clauses of a valid draft in their order, without those that are left out."""
        used = {form["key"].value() for form in self.forms}
        free = (f"own-{n}" for n in range(1, 10_000) if f"own-{n}" not in used)
        return [
            Clause(
                typed["key"] or next(free),
                form.ours or " ".join(typed["title"].split()),
                typed["text"].strip(),
            )
            for form in self.forms
            if (typed := form.cleaned_data).get("text") and not typed.get("leave_out")
        ]


def clause_forms(clauses: Sequence[Clause], data: Any = None) -> ClauseFormSet:
    """The draft of these clauses, as it was sent or as it stands, with room for one more."""
    kind: Any = forms.formset_factory(
        ClauseForm,
        formset=ClauseFormSet,
        extra=1,
        max_num=MOST_CLAUSES,
        validate_max=True,
        absolute_max=MOST_CLAUSES + 10,
    )
    initial = [
        {"key": clause.key, "title": clause.title, "text": clause.text}
        for clause in clauses
        if clause.key not in WRITTEN_FOR_US
    ]
    found: ClauseFormSet = kind(data, initial=initial, prefix="clause")
    return found


class CharterForm(PeerloomForm):
    """The two choices of a charter, and what its writer says about the change."""

    based_on = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    keeps_discussion_notes = forms.BooleanField(
        label="Keep notes of discussions",
        help_text="Off, nothing of what is said is written down: only decisions and commitments.",
        required=False,
    )
    senior_speaks_last = forms.BooleanField(
        label="The most senior speaks last",
        help_text="So that nobody adjusts what they think to it.",
        required=False,
    )
    what_changed = forms.CharField(
        label="What is different, and why",
        help_text="Leave it empty, and the names of the clauses stand here.",
        max_length=300,
        required=False,
    )

    seen_by = {"what_changed": SEEN}


class SignForm(PeerloomForm):
    """A signature: that one has read this version."""

    number = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
    has_read = forms.BooleanField(
        label="I have read this",
        error_messages={"required": "Tick that you have read it, then sign."},
    )

    seen_by = {"has_read": "The circle’s own people see that you signed, and on which day."}


class RecognitionForm(PeerloomForm):
    """Five statements about the charter, each true or false."""

    seen_by = "Nobody sees your answers. Your facilitator sees the day on which you passed."

    def __init__(self, *args: Any, statements: Sequence[Statement], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.statements = statements
        for statement in statements:
            self.fields[statement.key] = forms.ChoiceField(
                label=statement.text,
                choices=[("true", "True"), ("false", "False")],
                widget=forms.RadioSelect,
                error_messages={"required": "Choose one of the two."},
            )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        for statement in self.statements:
            answer = given.get(statement.key)
            if answer and (answer == "true") != statement.is_true:
                self.add_error(statement.key, f"Not quite. {statement.why}")
        return given
