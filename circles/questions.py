"""What a programme asks whoever enrols or applies: questions kept as data, answered in a form."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms

from members.forms import Lines, PeerloomForm

LINE, TEXT, CHOICE, SEVERAL, YES_NO = "line", "text", "choice", "several", "yes_no"
YES_OR_NO = [("yes", "Yes"), ("no", "No")]


@dataclass(frozen=True)
class Question:
    """One question. `choices` are for the kinds choice and several."""

    key: str
    text: str
    kind: str = LINE
    choices: tuple[str, ...] = ()
    required: bool = True
    help: str = ""

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> "Question":
        return cls(
            key=str(data["key"]),
            text=str(data["text"]),
            kind=str(data.get("kind", LINE)),
            choices=tuple(str(choice) for choice in data.get("choices", ())),
            required=bool(data.get("required", True)),
            help=str(data.get("help", "")),
        )


class AnswerForm(PeerloomForm):
    """One field a question, in the order they are asked."""

    questions: list[Question]


def answer_form(
    questions: Iterable[Question], data: Any = None, answers: Iterable[Mapping[str, Any]] = ()
) -> AnswerForm:
    """A form that asks the questions; `answers` are what was answered before."""
    given = {str(answer["key"]): answer["answer"] for answer in answers}
    form = AnswerForm(data)
    form.questions = list(questions)
    for question in form.questions:
        field = _field(question)
        field.initial = given.get(question.key)
        form.fields[question.key] = field
    return form


def answers_of(form: AnswerForm) -> list[dict[str, Any]]:
    """What a valid form holds, as {key, text, answer}; unanswered questions are left out."""
    cleaned = form.cleaned_data
    return [
        {"key": question.key, "text": question.text, "answer": cleaned[question.key]}
        for question in form.questions
        if cleaned.get(question.key)
    ]


def _field(question: Question) -> forms.Field:
    said: Any = {
        "label": question.text,
        "help_text": question.help,
        "required": question.required,
    }
    choices = [(choice, choice) for choice in question.choices]
    if question.kind == TEXT:
        return Lines(max_length=2000, **said)
    if question.kind == CHOICE:
        return forms.ChoiceField(choices=choices, widget=forms.RadioSelect, **said)
    if question.kind == SEVERAL:
        widget = forms.CheckboxSelectMultiple
        return forms.MultipleChoiceField(choices=choices, widget=widget, **said)
    if question.kind == YES_NO:
        return forms.ChoiceField(choices=YES_OR_NO, widget=forms.RadioSelect, **said)
    return forms.CharField(max_length=300, **said)
