"""Editing a programme's questions, by the actions and in the browser."""

import re

import pytest
from django.utils import timezone

from circles.actions.questions import (
    add_question,
    change_question,
    move_question,
    remove_question,
)
from circles.actions.refusals import CannotChange
from tests.circles.conftest import errors, told, trail, url
from tests.factories import EnrolmentFactory, ProgrammeFactory

pytestmark = pytest.mark.django_db

FIELDS = {"text": "What?", "kind": "line", "choices": (), "required": False, "help": ""}
FORM = {"text": "Which day?", "kind": "choice", "choices": " Monday \n\nTuesday\n"}


def question(key, **fields):
    return {"key": key, "text": key.title(), "kind": "line", "choices": [], **fields}


@pytest.fixture
def asking():
    return ProgrammeFactory(questions=[question("one"), question("two"), question("three")])


def keys(programme):
    programme.refresh_from_db()
    return [each["key"] for each in programme.questions]


def test_added_question_comes_last_with_a_key_of_its_own(asking, by):
    add_question(asking, by=by, **FIELDS)

    assert keys(asking)[:3] == ["one", "two", "three"]
    assert asking.questions[3] | {"key": ""} == FIELDS | {"key": "", "choices": []}
    assert trail() == [("added a question", asking.name)]


def test_questions_are_moved_changed_and_removed_by_their_keys(asking, by):
    move_question(asking, "three", places=-1, by=by)
    change_question(asking, "one", by=by, **FIELDS)
    remove_question(asking, "two", by=by)

    assert keys(asking) == ["one", "three"]
    assert asking.questions[0]["text"] == "What?"


def test_what_changes_nothing_is_not_recorded(asking, by):
    remove_question(asking, "gone", by=by)
    move_question(asking, "one", places=-1, by=by)

    assert (keys(asking), trail()) == (["one", "two", "three"], [])


def test_question_that_is_gone_cannot_be_changed(asking, by):
    with pytest.raises(CannotChange, match="removed in the meantime"):
        change_question(asking, "gone", by=by, **FIELDS)


def test_twenty_first_question_is_refused(by):
    programme = ProgrammeFactory(questions=[question(f"q{number}") for number in range(20)])

    with pytest.raises(CannotChange, match="at most 20"):
        add_question(programme, by=by, **FIELDS)


def test_archived_programme_keeps_its_questions(asking, by):
    asking.archived_at = timezone.now()
    asking.save()

    with pytest.raises(CannotChange, match="Restore it first"):
        remove_question(asking, "one", by=by)


def test_editing_questions_leaves_given_answers_alone(asking, by):
    answers = [{"key": "one", "text": "One", "answer": "Mine"}]
    enrolment = EnrolmentFactory(programme=asking, answers=answers)

    change_question(asking, "one", by=by, **FIELDS)
    remove_question(asking, "one", by=by)

    enrolment.refresh_from_db()
    assert enrolment.answers == answers


def test_organiser_adds_a_question_with_choices(client, programme, by):
    client.force_login(by)

    response = client.post(url("question_new", programme), FORM)

    programme.refresh_from_db()
    assert response["Location"] == url("questions", programme)
    assert programme.questions[0]["choices"] == ["Monday", "Tuesday"]


def test_choices_of_a_question_without_choices_are_dropped(client, programme, by):
    client.force_login(by)

    client.post(url("question_new", programme), FORM | {"kind": "yes_no"})

    programme.refresh_from_db()
    assert programme.questions[0]["choices"] == []


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"text": " "}, {"text": ["Write the question."]}),
        ({"kind": ""}, {"kind": ["Choose how it is answered."]}),
        (
            {"choices": "Monday"},
            {"choices": ["Give at least two choices, each on its own line."]},
        ),
    ],
)
@pytest.mark.parametrize("route", ["question_new", "question_edit"])
def test_question_form_says_what_is_wrong(client, asking, by, route, fields, said):
    client.force_login(by)
    args = ["one"] if route == "question_edit" else []

    response = client.post(url(route, asking, *args), FORM | fields)

    assert errors(response) == said
    assert keys(asking) == ["one", "two", "three"]


def test_question_form_shows_what_is_there(client, by):
    several = question("days", kind="several", choices=["Mon", "Tue"])
    programme = ProgrammeFactory(questions=[several])
    client.force_login(by)

    form = client.get(url("question_edit", programme, "days")).context["form"]

    assert (form["kind"].value(), form["choices"].value()) == ("several", "Mon\nTue")


@pytest.mark.parametrize(
    ("route", "args", "data"),
    [
        ("question_new", [], FORM),
        ("question_edit", ["one"], FORM),
    ],
)
def test_archived_programme_says_so_at_the_form(client, asking, by, route, args, data):
    asking.archived_at = timezone.now()
    asking.save()
    client.force_login(by)

    response = client.post(url(route, asking, *args), data)

    assert errors(response) == {"__all__": ["This programme is archived. Restore it first."]}


def test_changing_removing_and_moving_lead_back_to_the_questions(client, asking, by):
    client.force_login(by)

    answers = [
        client.post(url("question_edit", asking, "one"), FORM),
        client.post(url("question_move", asking, "three"), {"direction": "up"}),
        client.post(url("question_remove", asking, "two")),
    ]

    assert {answer["Location"] for answer in answers} == {url("questions", asking)}
    assert keys(asking) == ["one", "three"]


@pytest.mark.parametrize("route", ["question_remove", "question_move"])
def test_archived_programme_says_why_its_questions_stay(client, asking, by, route):
    asking.archived_at = timezone.now()
    asking.save()
    client.force_login(by)

    response = client.post(url(route, asking, "one"), {"direction": "down"})

    assert told(response) == [("error", "This programme is archived. Restore it first.")]


def test_moving_in_place_answers_with_the_new_order(client, asking, by):
    client.force_login(by)

    response = client.post(
        url("question_move", asking, "three"), {"direction": "up"}, headers={"HX-Request": "true"}
    )

    page = response.content.decode()
    assert re.findall(r"<b>(\w+)</b>", page) == ["One", "Three", "Two"]
    assert page.lstrip().startswith('<div id="questions"')


@pytest.mark.parametrize(
    ("count", "buttons"), [(0, ["Add a question"]), (3, ["Add a question"]), (20, [])]
)
def test_questions_page_offers_one_more_up_to_twenty(client, by, count, buttons):
    programme = ProgrammeFactory(questions=[question(f"q{number}") for number in range(count)])
    client.force_login(by)

    page = client.get(url("questions", programme)).content.decode()

    assert re.findall(r"button-go.*?<span>([^<]+)</span>", page) == buttons
    assert page.count('id="preview_answer_') == count


def test_question_that_nobody_asked_is_not_found(client, asking, by):
    client.force_login(by)

    for route in ("question_edit", "question_remove"):
        assert client.get(url(route, asking, "gone")).status_code == 404
