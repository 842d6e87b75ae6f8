"""What organisers do to a programme's questionnaire. Answers that were given stay as they are."""

from collections.abc import Callable
from typing import TypedDict, Unpack

from django.db import transaction

from circles.actions.refusals import CannotChange
from circles.models import Programme
from circles.programmes import questions
from circles.programmes.questions import BadQuestions, Question
from members.actions import record
from members.models import Member

Edit = Callable[[list[Question]], list[Question]]


class QuestionFields(TypedDict):
    """What an organiser writes down about a question."""

    text: str
    kind: str
    choices: tuple[str, ...]
    required: bool
    help: str


def add_question(
    programme: Programme, *, by: Member | None, **fields: Unpack[QuestionFields]
) -> None:
    """Ask one thing more, last. Raises CannotChange if it cannot be asked, or is one too many."""
    _edit(
        programme,
        lambda asked: [*asked, Question(key=questions.new_key(asked), **fields)],
        by=by,
        verb="added a question",
    )


def change_question(
    programme: Programme, key: str, *, by: Member | None, **fields: Unpack[QuestionFields]
) -> None:
    """Ask it differently. Raises CannotChange if it is gone, or could not be asked like that."""

    def edit(asked: list[Question]) -> list[Question]:
        if not any(question.key == key for question in asked):
            raise BadQuestions("This question has been removed in the meantime.")
        return questions.changed(asked, key, **fields)

    _edit(programme, edit, by=by, verb="changed a question")


def remove_question(programme: Programme, key: str, *, by: Member | None) -> None:
    """Ask it no longer. Removing it twice changes nothing. Raises CannotChange when archived."""
    _edit(
        programme,
        lambda asked: [question for question in asked if question.key != key],
        by=by,
        verb="removed a question",
    )


def move_question(programme: Programme, key: str, *, places: int, by: Member | None) -> None:
    """Ask it so many places later; at an end it stays. Raises CannotChange when archived."""
    _edit(
        programme,
        lambda asked: questions.moved(asked, key, by=places),
        by=by,
        verb="moved a question",
    )


@transaction.atomic
def _edit(programme: Programme, edit: Edit, *, by: Member | None, verb: str) -> None:
    # Lock the programme, so that two organisers do not undo each other's changes.
    locked = Programme.objects.select_for_update(no_key=True).get(pk=programme.pk)
    if locked.is_archived:
        raise CannotChange("This programme is archived. Restore it first.")
    before = questions.read_questions(locked.questions)
    try:
        after = questions.read_questions(edit(before))
    except BadQuestions as wrong:
        raise CannotChange(str(wrong), field=wrong.field) from wrong
    if after != before:
        locked.questions = [question.to_data() for question in after]
        locked.save(update_fields=["questions"])
        record(by, verb, locked, programme=locked.pk)
    programme.questions = locked.questions
