"""Whether a format adds up, and what is different between two versions: pure functions."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from circles.formats.agenda import slots_of
from circles.formats.checks import check
from circles.formats.content import BLANK, SECTIONS, Content, mark_of
from circles.formats.diff import differences
from circles.formats.shipped import read_formats


def content(prescription):
    fields = {name: getattr(prescription, name) for name in Content.__dataclass_fields__}
    return Content(**fields)


SHIPPED = {prescription.key: content(prescription) for prescription in read_formats()}
CAREER = SHIPPED["career_circle"]

segments = st.lists(
    st.fixed_dictionaries(
        {
            "name": st.sampled_from(["Open", "Talk", "Talk", "Close", "Ask"]),
            "minutes": st.integers(1, 90),
            "mode": st.sampled_from(["circle", "member"]),
        }
    ),
    min_size=1,
    max_size=6,
)


def planned(agenda, minutes=None):
    total = sum(segment["minutes"] for segment in agenda) if minutes is None else minutes
    return replace(CAREER, meeting_minutes=total).define(agenda=agenda, protocols={})


def said(findings):
    return [(finding.section, finding.words) for finding in findings]


def words(found):
    return [(d.key, [(c.kind, c.words) for c in d.changes]) for d in found]


@pytest.mark.parametrize("key", SHIPPED)
def test_shipped_format_has_no_problem(key):
    found = check(SHIPPED[key])

    assert found.adds_up
    assert found.in_words == f"The agenda adds up: {found.used} of {found.available} minutes."


def test_shipped_formats_warn_only_where_they_shorten_a_protocol():
    found = {key: said(check(content).warnings) for key, content in SHIPPED.items()}

    assert {key: warnings for key, warnings in found.items() if warnings} == {
        "expert_hub": [
            (
                "agenda",
                "“Case clinic” takes 60 minutes in full; each presenter in “Cases” has 20.",
            )
        ],
        "study_group": [
            ("agenda", "“Peer quiz” takes 15 minutes in full; “New questions” has 10.")
        ],
        "practice_roundtable": [
            (
                "agenda",
                "“Case clinic” takes 60 minutes in full; "
                "each presenter in “Anonymised case” has 25.",
            )
        ],
    }


@given(agenda=segments, minutes=st.integers(10, 480))
@settings(max_examples=30, deadline=None)
def test_agenda_runs_without_gaps_and_is_judged_by_its_sum(agenda, minutes):
    slots = slots_of(planned(agenda).definition)
    ends = [slot.start + slot.minutes for slot in slots]
    total = ends[-1]

    found = check(planned(agenda, minutes))

    assert [slot.start for slot in slots] == [0, *ends[:-1]]
    assert (found.used, found.adds_up) == (total, total == minutes)


@given(old=segments, new=segments)
@settings(max_examples=40, deadline=None)
def test_agendas_differ_exactly_where_they_are_different(old, new):
    one, other = planned(old, 90), planned(new, 90)

    assert differences(one, one) == []
    assert (differences(one, other) == []) == (one == other)


@given(one=st.sampled_from(sorted(SHIPPED)), other=st.sampled_from(sorted(SHIPPED)))
@settings(max_examples=20, deadline=None)
def test_shipped_formats_differ_from_all_but_themselves(one, other):
    found = differences(SHIPPED[one], SHIPPED[other])

    assert (found == []) == (one == other)
    assert (mark_of(SHIPPED[one]) == mark_of(SHIPPED[other])) == (one == other)


@pytest.mark.parametrize(
    ("minutes", "words", "problem"),
    [
        (
            95,
            "90 of 95 minutes are planned; 5 minutes are left.",
            "The agenda takes 90 minutes and the meeting 95: "
            "plan 5 minutes more, or make the meeting shorter.",
        ),
        (
            89,
            "90 minutes are planned in 89: 1 minute too many.",
            "The agenda takes 90 minutes and the meeting 89: "
            "take 1 minute away, or make the meeting longer.",
        ),
    ],
)
def test_check_says_in_words_what_is_over_or_left(minutes, words, problem):
    found = check(replace(CAREER, meeting_minutes=minutes))

    assert (found.in_words, said(found.problems)) == (words, [("agenda", problem)])


def test_empty_format_says_what_it_needs():
    found = check(BLANK)

    assert found.in_words == "Nothing is planned yet in a meeting of 90 minutes."
    assert said(found.problems) == [
        ("about", "The format needs a name."),
        ("about", "Say what the format is for."),
        ("agenda", "The agenda has no segment yet."),
    ]


TALK = {"name": "Talk", "minutes": 90, "mode": "circle"}


@pytest.mark.parametrize(
    ("segment", "problems"),
    [
        (
            TALK | {"name": " ", "minutes": None},
            ["Segment 1 needs a name.", "Segment 1 needs at least one minute."],
        ),
        (TALK | {"mode": "nobody"}, ["“Talk”: choose who speaks."]),
        (TALK | {"mode": "presenter"}, ["“Talk”: say how many present."]),
        (TALK | {"times": 2}, ["“Talk” has presenters, and nobody presents in it."]),
        (
            TALK | {"mode": "presenter", "times": 91},
            ["“Talk” leaves its presenters less than a minute each."],
        ),
        (TALK | {"protocol": "gone"}, ["“Talk”: nobody knows the protocol it names."]),
    ],
)
def test_segment_that_cannot_be_held_is_a_problem(segment, problems):
    found = check(planned([segment], segment["minutes"] or 0))

    expected = [("agenda", words) for words in problems]
    assert [one for one in said(found.problems) if one in expected] == expected


@pytest.mark.parametrize(
    ("changed", "problem"),
    [
        (replace(CAREER, size_min=11), ("size", "The largest size cannot be under the smallest.")),
        (replace(CAREER, size_max=31), ("size", "A circle seats between 3 and 30 people.")),
        (CAREER.define(cadence={}), ("cadence", "Say how often a circle meets.")),
        (CAREER.define(modules=["magic"]), ("modules", "Nobody knows “magic”.")),
        (CAREER.define(outcomes=["luck"]), ("outcomes", "Nobody knows “luck”.")),
        (
            CAREER.define(gates=[{"kind": "riddle", "value": 1, "words": "A riddle"}]),
            ("gates", "Nobody knows the gate “riddle”."),
        ),
        (
            CAREER.define(gates=[{"kind": "trainings", "value": 1, "words": " "}]),
            ("gates", "“Trainings come first” needs words that people read."),
        ),
    ],
)
def test_what_cannot_be_published_is_a_problem(changed, problem):
    assert said(check(changed).problems) == [problem]


def test_short_meeting_and_protocol_without_steps_are_problems():
    empty = {"name": "Void", "steps": []}
    found = check(replace(planned([TALK | {"minutes": 5}]).define(protocols={"void": empty})))

    assert said(found.problems) == [
        ("cadence", "A meeting takes between 10 and 480 minutes."),
        ("protocols", "“Void” has no step yet."),
    ]


def test_hub_of_circles_may_be_of_any_size():
    hub = replace(SHIPPED["expert_hub"], size_min=1, size_max=60)

    assert check(hub).problems == []


def test_warnings_leave_it_to_the_organiser():
    ring = {"name": "Ring", "steps": [{"name": "Ask", "minutes_per_person": 2}]}
    agenda = [
        {"name": "Names", "minutes": 2, "mode": "member"},
        {"name": "Ask", "minutes": 18, "mode": "circle", "protocol": "ring"},
        {"name": "Seats", "minutes": 70, "mode": "presenter", "times": 7},
    ]
    stages = {"kind": "staging", "value": [2, 2], "words": "In stages"}
    changed = planned(agenda).define(
        protocols={"ring": ring, "spare": ring | {"name": "Spare"}}, gates=[stages]
    )

    found = check(changed)

    assert found.problems == []
    assert said(found.warnings) == [
        ("agenda", "“Names” leaves each of 10 people 12 seconds."),
        ("agenda", "“Ring” takes 20 minutes in full; “Ask” has 18."),
        ("agenda", "“Seats” has 7 presenters, and a circle may have only 6 people."),
        ("gates", "The stages add up to 4 people, which is not a size it has."),
        ("protocols", "No segment of the agenda uses “Spare”."),
    ]


def test_turns_are_taken_in_the_largest_subgroup_where_there_are_some():
    cohort = SHIPPED["growth_cohort"]

    assert check(cohort.define(size={"min": 12, "max": 20})).warnings == []
    assert check(replace(cohort, size_max=40).define(size={})).warnings != []
    assert check(replace(cohort, size_max=40)).warnings == []


def test_difference_names_what_moved_came_went_and_changed():
    wins, ask, commit = (
        {"name": "Wins", "minutes": 10, "mode": "member"},
        {"name": "Ask", "minutes": 20, "mode": "circle"},
        {"name": "Commit", "minutes": 5, "mode": "member"},
    )
    seats = {"name": "Seats", "minutes": 30, "mode": "presenter", "times": 2, "protocol": "troika"}
    changed = {"mode": "presenter", "times": 1, "minutes": 25}

    old = planned([wins, ask, commit]).define(protocols=CAREER.definition["protocols"])
    new = planned([commit, wins, ask | changed, seats], 70).define(
        protocols=CAREER.definition["protocols"]
    )

    assert words(differences(old, new)) == [
        ("cadence", [("changed", "Minutes of a meeting: 35 becomes 70")]),
        (
            "agenda",
            [
                (
                    "changed",
                    "“Ask”: minutes: 20 becomes 25; who speaks: all together becomes presenters; "
                    "presenters: 1",
                ),
                ("added", "“Seats” (30 minutes)"),
                ("moved", "“Commit”: place 3 becomes place 1"),
            ],
        ),
    ]


def test_difference_covers_every_section_in_words():
    gate = {"kind": "trainings", "value": 7, "words": "Seven trainings come first"}
    test = {"kind": "individual_recognition_test", "value": True, "words": "A test"}
    step = {"name": "Talk", "minutes": 5}
    own = {"name": "Ours", "steps": [step, {"name": "Each", "minutes_per_person": 1}]}
    old = CAREER.define(gates=[gate, test], note="Mind it.", protocols={"ours": own})
    new = replace(old, size_max=8, purpose="To rise.").define(
        note=None,
        parent={"kind": "centre", "groups": [6, 8]},
        size={"min": 6, "max": 8, "subgroups": [3, 4]},
        cadence={"per_month": 2, "minutes": 90, "renewal": "yearly"},
        rotating_roles=["scribe", "host"],
        role_term_months=6,
        protocols={"ours": own | {"name": "Our way", "steps": [step]}, "more": own},
        before=["Update your goal"],
        gates=[{"kind": "goals_set", "value": True, "words": "Goals"}, gate | {"value": 3}],
        outcomes=["scope"],
        follow_up_months=None,
        modules=[*old.definition["modules"], "quiz"],
        beyond="new",
    )

    assert words(differences(old, new)) == [
        (
            "about",
            [
                ("changed", "Purpose: “Advancement.” becomes “To rise.”"),
                ("removed", "Note: “Mind it.”"),
            ],
        ),
        (
            "size",
            [
                ("changed", "Largest size: 10 becomes 8"),
                ("added", "Subgroups of: 3, 4"),
                ("added", "Belongs to: A centre of circles (6, 8)"),
            ],
        ),
        (
            "cadence",
            [
                ("removed", "Meetings: 14"),
                ("changed", "How often: Once a month becomes Every two weeks"),
                ("added", "Renewal: yearly"),
            ],
        ),
        (
            "roles",
            [
                ("removed", "spotlight"),
                ("moved", "in another order"),
                ("added", "Months in a role: 6"),
            ],
        ),
        (
            "protocols",
            [
                ("changed", "Name: “Ours” becomes “Our way”"),
                (
                    "changed",
                    "Steps of “Our way”: Talk (5 min), Each (1 min each) becomes Talk (5 min)",
                ),
                ("added", "“Ours”: Talk (5 min), Each (1 min each)"),
            ],
        ),
        ("prompts", [("removed", "Before: Prepare a spotlight")]),
        (
            "gates",
            [
                ("removed", "A test"),
                ("added", "Goals"),
                ("changed", "Trainings come first: 7 becomes 3"),
            ],
        ),
        (
            "outcomes",
            [
                ("removed", "Promoted by 14 months"),
                ("removed", "Staying: people with the organisation, or what was learnt"),
                ("removed", "Progress on goals"),
                ("removed", "Months of follow-up: 3, 6, 9, 12, 14, 24"),
            ],
        ),
        ("modules", [("added", "Quiz")]),
        ("other", [("added", "beyond: new")]),
    ]


def test_mark_of_a_section_changes_with_it_alone():
    changed = CAREER.define(before=["Read the paper"])

    different = [key for key, one in SECTIONS.items() if one.mark(CAREER) != one.mark(changed)]

    assert different == ["prompts"]
