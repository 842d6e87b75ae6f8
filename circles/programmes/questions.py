"""Questionnaires: questions as data, the form that asks them, and the answers as they are kept.

A programme's `questions` hold them. Answers are kept with the words that were asked, so that a
question that is changed or removed later never changes what somebody answered.
"""

import re
import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, TypedDict, cast

from django import forms
from django.db import models
from django.utils.html import escape

from members.forms import Lines, PeerloomForm

MOST_QUESTIONS = 20
MOST_CHOICES = 30
LONGEST_TEXT = 300
LONGEST_CHOICE = 100
FEW_CHOICES = 7  # up to which they are all shown, instead of folded into a list
KEY = re.compile(r"[a-z0-9_-]{1,20}")
YES_OR_NO = ("Yes", "No")
NO_ANSWER = ("", "No answer")
READ_BY_ORGANISERS = "Organisers read your answers. Other members do not."


class BadQuestions(ValueError):
    """What is wrong with a question, in words meant for whoever writes it; and in which field."""

    def __init__(self, words: str, *, field: str | None = None) -> None:
        super().__init__(words)
        self.field = field


class Kind(models.TextChoices):
    """How a question is answered."""

    LINE = "line", "A line"
    TEXT = "text", "A few lines"
    CHOICE = "choice", "One of several choices"
    SEVERAL = "several", "Any number of choices"
    YES_NO = "yes_no", "Yes or no"


class Answer(TypedDict):
    """What one person answered to one question, in the words that were asked."""

    key: str
    text: str
    answer: str | list[str]


@dataclass(frozen=True)
class Question:
    """One question of a questionnaire. Its key stays when its words change."""

    key: str
    text: str
    kind: str = Kind.LINE
    choices: tuple[str, ...] = ()
    required: bool = False
    help: str = ""

    def __post_init__(self) -> None:
        """Raise BadQuestions if it could not be asked."""
        if not KEY.fullmatch(self.key):
            raise BadQuestions("A question needs a key of small letters and digits.")
        if not self.text.strip():
            raise BadQuestions("Write the question.", field="text")
        if len(self.text) > LONGEST_TEXT or len(self.help) > LONGEST_TEXT:
            raise BadQuestions(f"Say it in {LONGEST_TEXT} characters.", field="text")
        if self.kind not in Kind.values:
            raise BadQuestions("Choose how it is answered.", field="kind")
        if self.has_choices:
            self._check_choices()
        elif self.choices:
            raise BadQuestions("Only a question with choices has choices.", field="choices")

    def _check_choices(self) -> None:
        alike = {choice.casefold() for choice in self.choices}
        if len(alike) < 2:
            raise BadQuestions("Give at least two choices, each on its own line.", field="choices")
        if len(alike) < len(self.choices):
            raise BadQuestions("Two of the choices are the same.", field="choices")
        if len(self.choices) > MOST_CHOICES:
            raise BadQuestions(f"Give at most {MOST_CHOICES} choices.", field="choices")
        if not all(choice.strip() and len(choice) <= LONGEST_CHOICE for choice in self.choices):
            raise BadQuestions(f"Keep a choice under {LONGEST_CHOICE} characters.", field="choices")

    @property
    def has_choices(self) -> bool:
        return self.kind in (Kind.CHOICE, Kind.SEVERAL)

    @property
    def kind_in_words(self) -> str:
        return str(Kind(self.kind).label)

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> "Question":
        """The question that was kept. Raises BadQuestions if it could not be asked."""
        known = {name: data[name] for name in cls.__dataclass_fields__ if name in data}
        try:
            return cls(**known | {"choices": tuple(data.get("choices", ()))})
        except (TypeError, AttributeError) as odd:
            raise BadQuestions("This is no question.") from odd

    def to_data(self) -> dict[str, Any]:
        return asdict(self) | {"choices": list(self.choices), "kind": str(self.kind)}


Asked = Iterable[Question | Mapping[str, Any]]


def read_questions(asked: Asked) -> list[Question]:
    """A whole questionnaire, from data or questions. Raises BadQuestions naming what is wrong."""
    found = [each if isinstance(each, Question) else Question.from_data(each) for each in asked]
    if len(found) > MOST_QUESTIONS:
        raise BadQuestions(f"Ask at most {MOST_QUESTIONS} questions. People answer short ones.")
    if len({question.key for question in found}) < len(found):
        raise BadQuestions("Two questions have the same key.")
    return found


def new_key(questions: Iterable[Question]) -> str:
    """A key that none of them has, and that none ever had: old answers keep theirs."""
    taken = {question.key for question in questions}
    while (key := secrets.token_hex(4)) in taken:
        pass
    return key


def moved(questions: list[Question], key: str, *, by: int) -> list[Question]:
    """The questions with that one so many places further down; at an end it stays."""
    place = next((at for at, question in enumerate(questions) if question.key == key), None)
    if place is None:
        return questions
    rest = questions[:place] + questions[place + 1 :]
    to = max(0, place + by)
    return [*rest[:to], questions[place], *rest[to:]]


def changed(questions: list[Question], key: str, **fields: Any) -> list[Question]:
    """The questions with that one changed; its key stays. Raises BadQuestions."""
    return [replace(each, **fields) if each.key == key else each for each in questions]


class AskingForm(PeerloomForm):
    """A form that ends in a questionnaire; answer_form() makes one."""

    questions: tuple[Question, ...] = ()
    answered: tuple[Answer, ...] = ()

    @property
    def asks(self) -> bool:
        return bool(self.questions)


def answer_form(
    questions: Asked,
    data: Any = None,
    answers: Iterable[Mapping[str, Any]] | None = None,
    *,
    seen_by: str | dict[str, str] = READ_BY_ORGANISERS,
    base: type[AskingForm] = AskingForm,
    **options: Any,
) -> AskingForm:
    """A form of the questions, filled in with former answers; bound if `data` is given.

    `seen_by` says who reads the answers. Fields of `base` come before the questions; `options`
    are given to it.
    """
    asked = tuple(read_questions(questions))
    answered = tuple(cast(Answer, dict(answer)) for answer in answers or ())
    fields: dict[str, Any] = {_field_name(question): _field(question) for question in asked}
    fields |= {"seen_by": seen_by, "questions": asked, "answered": answered}
    made: Callable[..., AskingForm] = type("AnswerForm", (base,), fields)
    former = {f"answer_{answer['key']}": answer["answer"] for answer in answered}
    initial = former | options.pop("initial", {})
    return made(data, initial=initial, **options)


def answers_of(form: AskingForm) -> list[Answer]:
    """The answers of a valid form, as they are kept: in the words that were asked, blanks left out.

    Former answers to questions that are no longer asked stay as they were.
    """
    given = [
        Answer(
            key=question.key, text=question.text, answer=form.cleaned_data[_field_name(question)]
        )
        for question in form.questions
    ]
    asked = {question.key for question in form.questions}
    kept = [answer for answer in form.answered if answer["key"] not in asked]
    return [answer for answer in given if answer["answer"]] + kept


def in_words(answer: str | list[str]) -> str:
    """`Monday, Tuesday` for several choices."""
    return answer if isinstance(answer, str) else ", ".join(answer)


def _field_name(question: Question) -> str:
    return f"answer_{question.key}"


def _field(question: Question) -> forms.Field:
    common: dict[str, Any] = {
        "label": question.text,
        "help_text": escape(question.help),  # a help text may hold links; this one is typed
        "required": question.required,
    }
    if question.kind == Kind.TEXT:
        return Lines(max_length=2000, rows=4, **common)
    if question.kind == Kind.LINE:
        return forms.CharField(max_length=200, **common)
    said = YES_OR_NO if question.kind == Kind.YES_NO else question.choices
    choices = [(choice, choice) for choice in said]
    if question.kind == Kind.SEVERAL:
        widget = forms.CheckboxSelectMultiple
        return forms.MultipleChoiceField(choices=choices, widget=widget, **common)
    if len(choices) > FEW_CHOICES:
        return forms.ChoiceField(choices=[("", "Choose one"), *choices], **common)
    offered = choices if question.required else [*choices, NO_ANSWER]
    return forms.ChoiceField(choices=offered, widget=forms.RadioSelect, **common)
