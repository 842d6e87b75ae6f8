import pytest

from circles.formats.shipped import read_formats
from circles.models import FormatVersion
from sessions_app.agenda import kinds
from sessions_app.agenda.duties import duty_of
from sessions_app.agenda.fairness import presents
from sessions_app.agenda.prompts import (
    BY_ROLE,
    is_for_presenters,
    letter_section,
    of_role,
    prompts_for,
)
from sessions_app.agenda.segments import Segment, segments_of_version
from sessions_app.agenda.words import (
    basis_in_words,
    fairness_in_words,
    sum_in_words,
)
from tests.factories import MeetingFactory, PersonFactory, RoleTurnFactory

ROLES = sorted({role for entry in read_formats() for role in entry.definition["rotating_roles"]})
SEGMENTS = [
    segment
    for entry in read_formats()
    for segment in segments_of_version(FormatVersion(definition=entry.definition))
]


@pytest.fixture
def meeting(db):
    before = ["Update your goal", "Prepare a spotlight"]
    return MeetingFactory(circle__format_version__definition={"agenda": [], "before": before})


def test_every_role_of_a_shipped_format_has_its_own_prompts():
    assert [role for role in ROLES if role not in BY_ROLE] == []
    assert of_role("Chef") == ["Ask whoever was Chef last what they would do again."]


def test_prompts_of_presenters_are_for_presenters():
    asked = {words for entry in read_formats() for words in entry.definition["before"]}

    assert {words for words in asked if is_for_presenters(words)} == {
        "Prepare a spotlight",
        "Fill in the case form",
        "Send the hot-seat form 48 hours ahead",
    }


def test_everybody_prepares_what_the_format_says_and_holders_more(
    meeting, django_assert_num_queries
):
    holder, other = PersonFactory(), PersonFactory()
    RoleTurnFactory(meeting=meeting, person=holder, role="spotlight")
    RoleTurnFactory(meeting=meeting, person=holder, role="timekeeper")

    with django_assert_num_queries(1):
        prompts = prompts_for(meeting, holder)

    assert prompts[:2] == ["Update your goal", "Prepare a spotlight"]
    assert len(prompts) == len(set(prompts)) == 6
    assert prompts_for(meeting, other) == ["Update your goal"]


def test_letter_says_the_role_and_what_to_prepare(meeting):
    holder = PersonFactory()
    RoleTurnFactory(meeting=meeting, person=holder, role="scribe")

    heading, lines = letter_section(meeting, holder)

    assert (heading, lines[:2]) == ("To prepare", ["You are scribe.", "Update your goal"])
    meeting.circle.format_version.definition["before"] = []
    assert letter_section(meeting, PersonFactory()) is None


@pytest.mark.parametrize("role", [*ROLES, "", "chef"])
def test_every_role_has_one_sentence_in_every_segment(role):
    said = [duty_of(role, segment) for segment in SEGMENTS]

    assert all(words.endswith(".") and words.count(".") == 1 for words in said)
    if presents(role):
        assert len(set(said)) > 1


@pytest.mark.parametrize(
    ("role", "segment", "words"),
    [
        ("Timekeeper", Segment("a", "Talk", 5, "member"), "Start the clock for each person, and"
         " stop them kindly."),
        ("scribe", Segment("a", "Commit", 5, "member", does="commit"),
         "Write down each promise with its day."),
        ("", Segment("a", "Commit", 5, "member", does="commit"),
         "Say what you will do until you meet again, and by when."),
        ("quizmaster", Segment("a", "Review quiz", 5, "circle"),
         "Ask the questions, and let everyone answer before you say."),
        ("quizmaster", Segment("a", "Plan", 5, "odd"),
         "Say what you think, and leave room for the others."),
        ("hot seat", Segment("a", "Hot seats", 5, "presenter", 1),
         "Say what you bring and what you ask for, then listen."),
        ("host circle", Segment("a", "Cases", 5, "presenter", 1),
         "Lead through the steps, and protect the presenter’s time."),
    ],
)  # fmt: skip
def test_what_a_role_does_now(role, segment, words):
    assert duty_of(role, segment) == words


@pytest.mark.parametrize(
    ("coming", "silent", "words"),
    [
        (0, 0, "Nobody is expected at the moment."),
        (1, 0, "For one."),
        (3, 0, "For three: all of them are coming."),
        (0, 4, "For four, as nobody has said yet that they come."),
        (1, 1, "For two: one is coming and one has not said yet."),
        (4, 2, "For six: four are coming and two have not said yet."),
    ],
)
def test_for_whom_an_agenda_is_fitted(coming, silent, words):
    assert basis_in_words(coming, silent) == words


def test_sums_and_turns_in_words():
    assert [sum_in_words(used, 90) for used in (90, 89, 92)] == [
        "The agenda adds up: 90 of 90 minutes.",
        "89 of 90 minutes are planned; 1 minute left.",
        "92 minutes are planned in 90: 2 minutes too many.",
    ]


@pytest.mark.parametrize(
    ("theirs", "name", "mine", "words"),
    [
        (2, "Ama", 0, "Ama was host twice before, you never"),
        (1, "Ama", None, "Ama was host once before"),
        (0, "Ama", 1, "Ama has not been host before, you once"),
        (0, "Ama", None, "Ama has not been host before"),
        (0, "Ama", 0, "Neither Ama nor you have been host before"),
        (3, "", None, "You were host three times before"),
        (0, "", None, "You have not been host before"),
    ],
)
def test_why_a_turn_is_fair(theirs, name, mine, words):
    assert fairness_in_words("host", theirs, name=name, mine=mine) == words


def test_kind_registers_once_and_is_offered_to_the_editor(monkeypatch):
    monkeypatch.setattr(kinds, "_kinds", {})
    monkeypatch.setattr("circles.formats.segment_kinds._labels", {})
    quiz = kinds.SegmentKind("quiz", "A quiz", words=("review quiz",))

    kinds.register(quiz)
    kinds.register(quiz)

    assert kinds.kinds() == [quiz]
    assert (kinds.kind_named("quiz"), kinds.kind_of(" Review  Quiz ")) == (quiz, "quiz")
    assert kinds.kind_of("Talk") == ""
    assert kinds.nothing(None, None) is None
    with pytest.raises(ValueError, match="'quiz'"):
        kinds.register(kinds.SegmentKind("quiz", "Another"))
