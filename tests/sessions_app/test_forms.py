import pytest

from sessions_app import forms
from sessions_app.models import (
    Attendance,
    CaseNote,
    CheckIn,
    Commitment,
    Decision,
    DiscussionNote,
    Goal,
    Meeting,
    Topic,
)
from tests.factories import GoalFactory, PersonFactory

pytestmark = pytest.mark.django_db


def fields():
    """Each form's fields beside the columns they fill."""
    owner, goal = PersonFactory(), GoalFactory()
    made = [
        (forms.MeetingForm(zone=owner.zone), Meeting, {}),
        (forms.AnswerForm(), Attendance, {}),
        (forms.DecisionForm(), Decision, {}),
        (forms.RecapForm(), Meeting, {"text": "recap"}),
        (forms.GoalForm(owner=owner), Goal, {}),
        (forms.CheckInForm(goal=goal), CheckIn, {}),
        (forms.PromiseForm(owner=owner), Commitment, {"text": "promise"}),
        (forms.DropForm(), Commitment, {}),
        (forms.EvidenceForm(), Commitment, {}),
        (forms.TopicForm(), Topic, {}),
        (forms.DiscussionNoteForm(), DiscussionNote, {}),
        (forms.CaseNoteForm(people=[owner]), CaseNote, {}),
    ]
    for form, model, renamed in made:
        columns = {column.name for column in model._meta.get_fields()}
        for name, field in form.fields.items():
            if hasattr(field, "max_length") and renamed.get(name, name) in columns:
                yield form, name, field, model._meta.get_field(renamed.get(name, name))


def test_no_form_takes_more_letters_than_its_column_holds():
    lengths = {
        f"{type(form).__name__}.{name}": (field.max_length, column.max_length)
        for form, name, field, column in fields()
    }

    assert len(lengths) == 16
    assert {name for name, (typed, kept) in lengths.items() if typed != kept} == set()


def test_every_typed_field_says_who_will_see_it():
    silent = {
        f"{type(form).__name__}.{name}" for form, name, field, _ in fields() if not field.seen_by
    }

    assert silent == set()
