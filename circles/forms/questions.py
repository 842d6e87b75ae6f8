from typing import Any

from django import forms

from circles.programmes.questions import LONGEST_TEXT, BadQuestions, Kind, Question
from members.forms import Lines, PeerloomForm


class QuestionForm(PeerloomForm):
    """What an organiser writes down about one question."""

    seen_by = "Everyone who enrols, or applies for a seat, sees this."

    text = forms.CharField(
        label="Question",
        max_length=LONGEST_TEXT,
        error_messages={"required": "Write the question."},
    )
    help = forms.CharField(label="A line of help below it", max_length=LONGEST_TEXT, required=False)
    kind = forms.ChoiceField(
        label="How it is answered",
        choices=Kind.choices,
        initial=Kind.LINE,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose how it is answered."},
    )
    choices = Lines(
        label="Choices",
        help_text="One on each line. Only for a question with choices.",
        max_length=4000,
        required=False,
    )
    required = forms.BooleanField(label="Everyone must answer it", required=False)

    def clean(self) -> dict[str, Any]:
        written = super().clean() or self.cleaned_data
        if self.errors:
            return written
        question = self._read(written)
        if question:
            written["choices"] = question.choices
        return written

    def _read(self, written: dict[str, Any]) -> Question | None:
        """As it would be asked; its key is for the action to give."""
        lines = [" ".join(line.split()) for line in written["choices"].splitlines()]
        has_choices = written["kind"] in (Kind.CHOICE, Kind.SEVERAL)
        choices = tuple(line for line in lines if line) if has_choices else ()
        try:
            return Question(**{"key": "new", **written, "choices": choices})
        except BadQuestions as wrong:
            self.add_error(wrong.field, str(wrong))
            return None


def initial_of(question: Question) -> dict[str, Any]:
    """What the form shows of a question that is there already."""
    return question.to_data() | {"choices": "\n".join(question.choices)}
