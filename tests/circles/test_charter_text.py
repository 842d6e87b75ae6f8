import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from circles.charters import diff as charter_diff
from circles.charters.text import (
    LIMITS,
    NEVER_LEFT_OUT,
    NOTES_OFF,
    NOTES_ON,
    SPEAKS_LAST,
    TITLES,
    WRITTEN_FOR_US,
    Clause,
    as_data,
    clauses_of,
    draft,
    editable,
    prefilled,
    settled,
)
from circles.models import Format, Programme
from tests.factories import CharterFactory, CircleFactory, FormatVersionFactory, ProgrammeFactory

FEW = settings(max_examples=40, deadline=None)
KEYS = [*TITLES, *WRITTEN_FOR_US, *(f"own-{number}" for number in range(1, 6))]
WORDS = st.text(alphabet="abc \n.", min_size=1, max_size=40)
CLAUSES = st.lists(
    st.builds(Clause, st.sampled_from(KEYS), WORDS, WORDS), unique_by=lambda clause: clause.key
)


def texts(circle):
    return {clause.key: clause.text for clause in prefilled(circle)}


def circle_of(definition=None, **fields):
    version = FormatVersionFactory.build(definition=definition or {}, size_min=6, size_max=10)
    programme = ProgrammeFactory.build(**fields)
    return CircleFactory.build(format_version=version, programme=programme, purpose="To grow")


@FEW
@given(CLAUSES)
def test_nothing_differs_from_itself(clauses):
    assert charter_diff.changes(clauses, clauses) == []


@FEW
@given(CLAUSES, CLAUSES)
def test_every_clause_that_differs_is_named_once(old, new):
    before = {clause.key: clause for clause in old}
    after = {clause.key: clause for clause in new}

    found = charter_diff.changes(old, new)

    differing = [key for key in before | after if before.get(key) != after.get(key)]
    assert len(found) == len(differing)


@FEW
@given(WORDS, WORDS)
def test_pieces_make_up_both_texts(old, new):
    pieces = charter_diff.words(old, new)

    assert "".join(piece.text for piece in pieces if piece.kind != "added") == old
    assert "".join(piece.text for piece in pieces if piece.kind != "removed") == new


@FEW
@given(CLAUSES, st.booleans(), st.booleans())
def test_limits_stand_in_every_charter_and_the_order_is_kept(written, notes, last):
    found = settled(written, keeps_discussion_notes=notes, senior_speaks_last=last)

    assert [clause for clause in found if clause.key == LIMITS.key] == [LIMITS]
    assert editable(found) == editable(written)
    assert (SPEAKS_LAST in found) == last
    assert [c.text for c in found if c.key == "discussion_notes"] == [
        NOTES_ON if notes else NOTES_OFF
    ]


@FEW
@given(CLAUSES)
def test_settling_twice_changes_nothing(written):
    choices = {"keeps_discussion_notes": True, "senior_speaks_last": True}
    once = settled(written, **choices)

    assert settled(once, **choices) == once
    assert clauses_of(as_data(once)) == once


def test_limits_stand_after_confidentiality():
    found = settled(prefilled(circle_of()), keeps_discussion_notes=False, senior_speaks_last=True)

    keys = [clause.key for clause in found]
    assert keys[keys.index("confidentiality") + 1] == "limits"
    assert keys[keys.index("notes") + 1] == "discussion_notes"
    assert keys[keys.index("speaking") + 1] == "speaks_last"


def test_a_reworded_clause_is_shown_word_by_word():
    old = [Clause("coming", "Coming", "We begin on time."), Clause("own-1", "Tea", "Green")]
    new = [Clause("coming", "Coming", "We end on time."), Clause("own-2", "Walks", "Outside")]

    found = charter_diff.changes(old, new)

    assert [(change.kind, change.title) for change in found] == [
        ("changed", "Coming"),
        ("added", "Walks"),
        ("removed", "Tea"),
    ]
    assert [(piece.kind, piece.text) for piece in found[0].pieces] == [
        ("same", "We "),
        ("removed", "begin"),
        ("added", "end"),
        ("same", " on time."),
    ]
    assert charter_diff.in_words(found) == "Changed: Coming. Added: Walks. Left out: Tea."


def test_a_new_title_is_a_change_too():
    found = charter_diff.changes([Clause("own-1", "Tea", "Green")], [Clause("own-1", "T", "Green")])

    assert [(piece.kind, piece.text) for piece in found[0].pieces] == [
        ("removed", "Tea: "),
        ("same", "Green"),
    ]


def test_many_changes_are_named_in_300_characters():
    new = [Clause(f"own-{number}", "A title of its own", "Text") for number in range(30)]

    assert len(charter_diff.in_words(charter_diff.changes([], new))) == 300


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"entry": "open"}, "Whoever finds a free seat may take it."),
        ({"entry": "apply"}, "People apply for a seat, and our facilitator decides."),
        (
            {"entry": "apply", "approval": "vote"},
            "People apply for a seat, and all of us vote on it.",
        ),
        ({"entry": "invite"}, "New people come by invitation."),
    ],
)
def test_joining_follows_the_programme(fields, words):
    assert texts(circle_of(**fields))["people"].startswith(f"We are 6 to 10 people. {words}")


@pytest.mark.parametrize(
    ("definition", "words"),
    [
        ({}, "Whoever cannot come says so beforehand."),
        (
            {"gates": [{"kind": "max_unexcused_absences", "value": 2}]},
            "Being absent without a word more than two times puts one’s seat in question; "
            "we talk about it first.",
        ),
        (
            {"gates": [{"kind": "max_unexcused_absences", "value": 0}]},
            "Being absent without a word puts one’s seat in question; we talk about it first.",
        ),
    ],
)
def test_absences_follow_the_format(definition, words):
    assert texts(circle_of(definition))["coming"].endswith(words)


@pytest.mark.parametrize(
    ("definition", "words"),
    [
        ({}, None),
        (
            {"rotating_roles": ["host"]},
            "We share these roles: host. The roles pass on with every meeting, so that everyone "
            "takes a turn.",
        ),
        (
            {"rotating_roles": ["chair", "secretary"], "role_term_months": 1},
            "We share these roles: chair and secretary. Each role is held for at most one month, "
            "and then passes on.",
        ),
    ],
)
def test_roles_follow_the_format(definition, words):
    assert texts(circle_of(definition)).get("roles") == words


def test_competition_is_a_clause_only_where_the_format_asks():
    gates = {"gates": [{"kind": "acknowledge_compliance_statement", "value": "each meeting"}]}

    assert "conflicts" in texts(circle_of(gates))
    assert "conflicts" not in texts(circle_of())


@pytest.mark.parametrize("renewal", Programme.Renewal.values)
def test_term_follows_the_programme(renewal):
    text = texts(circle_of(renewal=renewal, term_months=14))["term"]

    assert text.startswith("We meet for a term of 14 months. Then ")


def test_a_circle_without_a_purpose_takes_its_formats():
    circle = circle_of()
    circle.purpose = ""

    assert texts(circle)["purpose"] == "To grow"


def test_a_very_long_purpose_is_cut():
    circle = circle_of()
    circle.purpose = "x" * 2000

    assert len(texts(circle)["purpose"]) == 1500


@pytest.mark.django_db
def test_every_shipped_format_has_a_draft_of_short_clauses():
    for shipped in Format.objects.all():
        circle = CircleFactory(format_version=shipped.versions.first())
        for clause in prefilled(circle):
            assert 1 <= clause.text.count(". ") + 1 <= 5, clause
            assert clause.title


@pytest.mark.django_db
def test_a_draft_gets_back_what_is_never_left_out():
    circle = CircleFactory()
    charter = CharterFactory(circle=circle, clauses=[{"key": "own-1", "title": "A", "text": "B"}])

    assert [clause.key for clause in draft(circle, charter)] == ["own-1", *NEVER_LEFT_OUT]
    assert draft(circle, None) == prefilled(circle)
