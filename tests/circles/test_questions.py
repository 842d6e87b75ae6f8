import pytest
from django.http import QueryDict

from circles.programmes.questions import (
    MOST_QUESTIONS,
    BadQuestions,
    Question,
    answer_form,
    answers_of,
    changed,
    in_words,
    moved,
    new_key,
    read_questions,
)

ONE = Question(key="one", text="What do you want to work on?", required=True)
DAYS = Question(key="days", text="Which days?", kind="several", choices=("Mon", "Tue"))
LEVEL = Question(key="level", text="How far are you?", kind="choice", choices=("New", "Far"))
SURE = Question(key="sure", text="Are you sure?", kind="yes_no", help="Say <b>so</b>")
STORY = Question(key="story", text="Tell us", kind="text")
ALL = [ONE, DAYS, LEVEL, SURE, STORY]


def posted(**fields):
    data = QueryDict(mutable=True)
    for name, value in fields.items():
        data.setlist(f"answer_{name}", value if isinstance(value, list) else [value])
    return data


@pytest.mark.parametrize("question", ALL, ids=lambda question: question.kind)
def test_question_is_the_same_after_being_kept(question):
    assert Question.from_data(question.to_data()) == question


@pytest.mark.parametrize(
    ("fields", "field", "words"),
    [
        ({"text": "  "}, "text", "Write the question."),
        ({"text": "x" * 301}, "text", "Say it in 300 characters."),
        ({"key": "No Key"}, None, "A question needs a key of small letters and digits."),
        ({"kind": "drawing"}, "kind", "Choose how it is answered."),
        (
            {"kind": "choice", "choices": ("One", "one")},
            "choices",
            "Give at least two choices, each on its own line.",
        ),
        (
            {"kind": "several", "choices": ("One", "Two", "one")},
            "choices",
            "Two of the choices are the same.",
        ),
        (
            {"kind": "choice", "choices": tuple(map(str, range(31)))},
            "choices",
            "Give at most 30 choices.",
        ),
        (
            {"kind": "choice", "choices": ("x" * 101, "y")},
            "choices",
            "Keep a choice under 100 characters.",
        ),
        (
            {"kind": "line", "choices": ("One", "Two")},
            "choices",
            "Only a question with choices has choices.",
        ),
    ],
)
def test_question_says_what_is_wrong(fields, field, words):
    with pytest.raises(BadQuestions) as refused:
        Question(**{"key": "one", "text": "What?", **fields})

    assert (str(refused.value), refused.value.field) == (words, field)


@pytest.mark.parametrize("data", [{}, {"key": 1, "text": "What?"}, {"key": "one", "text": 2}])
def test_what_is_no_question_is_refused(data):
    with pytest.raises(BadQuestions, match="This is no question"):
        Question.from_data(data)


def test_questionnaire_has_twenty_questions_with_keys_of_their_own():
    many = [Question(key=str(number), text="What?") for number in range(MOST_QUESTIONS + 1)]

    assert len(read_questions(many[1:])) == MOST_QUESTIONS
    with pytest.raises(BadQuestions, match="Ask at most 20 questions"):
        read_questions(many)
    with pytest.raises(BadQuestions, match="the same key"):
        read_questions([ONE, ONE.to_data()])


def test_new_key_is_taken_by_no_question(monkeypatch):
    keys = iter(["one", "two"])
    monkeypatch.setattr("circles.programmes.questions.secrets.token_hex", lambda _: next(keys))

    assert new_key([ONE]) == "two"


@pytest.mark.parametrize(
    ("key", "by", "order"),
    [
        ("days", -1, ["days", "one", "level"]),
        ("days", 1, ["one", "level", "days"]),
        ("one", -1, ["one", "days", "level"]),
        ("level", 1, ["one", "days", "level"]),
        ("gone", 1, ["one", "days", "level"]),
    ],
)
def test_question_moves_by_a_place_and_stops_at_the_ends(key, by, order):
    assert [question.key for question in moved([ONE, DAYS, LEVEL], key, by=by)] == order


def test_changed_question_keeps_its_key():
    assert changed([ONE, DAYS], "one", text="What else?")[0] == Question(
        key="one", text="What else?", required=True
    )


def test_form_says_who_reads_the_answers_once_for_all():
    form = answer_form([ONE], seen_by="Its members read this.")

    assert form.seen_by == "Its members read this."
    assert answer_form([ONE]).seen_by == "Organisers read your answers. Other members do not."


def test_answers_are_kept_in_the_words_that_were_asked():
    form = answer_form(
        [question.to_data() for question in ALL],
        posted(one=" Lead ", days=["Mon", "Tue"], level="New", sure="No", story="A\r\nB"),
    )

    assert form.is_valid()
    assert answers_of(form) == [
        {"key": "one", "text": "What do you want to work on?", "answer": "Lead"},
        {"key": "days", "text": "Which days?", "answer": ["Mon", "Tue"]},
        {"key": "level", "text": "How far are you?", "answer": "New"},
        {"key": "sure", "text": "Are you sure?", "answer": "No"},
        {"key": "story", "text": "Tell us", "answer": "A\nB"},
    ]


def test_blank_answers_are_left_out():
    form = answer_form(ALL, posted(one="Lead", level="", sure=""))

    assert form.is_valid()
    assert [answer["key"] for answer in answers_of(form)] == ["one"]


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({}, ["answer_one"]),
        ({"one": "x" * 201}, ["answer_one"]),
        ({"one": "nul\x00"}, ["answer_one"]),
        ({"one": "Lead", "level": "Nobody offered this"}, ["answer_level"]),
        ({"one": "Lead", "days": ["Mon", "Sun"]}, ["answer_days"]),
        ({"one": "Lead", "sure": "Maybe"}, ["answer_sure"]),
        ({"one": "Lead", "story": "x" * 2001}, ["answer_story"]),
    ],
)
def test_form_refuses_other_answers(fields, wrong):
    assert list(answer_form(ALL, posted(**fields)).errors) == wrong


def test_form_shows_former_answers_and_keeps_those_that_are_no_longer_asked():
    former = [
        {"key": "gone", "text": "Who are you?", "answer": "Me"},
        {"key": "days", "text": "Days?", "answer": ["Mon"]},
    ]

    shown = answer_form(ALL, None, former)
    saved = answer_form(ALL, posted(one="Lead", days="Tue"), former)

    assert shown["answer_days"].value() == ["Mon"]
    assert saved.is_valid()
    assert answers_of(saved)[1:] == [
        {"key": "days", "text": "Which days?", "answer": ["Tue"]},
        former[0],
    ]


def test_help_that_is_typed_is_text():
    assert answer_form([SURE]).fields["answer_sure"].help_text == "Say &lt;b&gt;so&lt;/b&gt;"


@pytest.mark.parametrize(
    ("question", "choices"),
    [
        (SURE, ["Yes", "No", ""]),
        (Question(key="a", text="A?", kind="yes_no", required=True), ["Yes", "No"]),
        (
            Question(key="a", text="A?", kind="choice", choices=tuple("abcdefgh")),
            ["", *"abcdefgh"],
        ),
    ],
)
def test_optional_choices_can_be_left_open(question, choices):
    field = answer_form([question]).fields[f"answer_{question.key}"]

    assert [value for value, _ in field.choices] == choices


def test_form_without_questions_asks_nothing():
    assert (answer_form([]).asks, answer_form([ONE]).asks) == (False, True)


def test_answer_in_words():
    assert (in_words("Mon"), in_words(["Mon", "Tue"])) == ("Mon", "Mon, Tue")
