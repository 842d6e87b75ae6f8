"""The words of formation: which rules a circle breaks, why somebody has no seat, the scores."""

from dataclasses import replace

import pytest

from circles.formation.hard import broken
from circles.formation.problem import Candidate, Problem, Rules
from circles.formation.scoring import score_circle, score_person
from circles.formation.solver import solve

EARLY, LATE = 0xFF, 0xFF << 300
RULES = Rules(size_min=3, size_max=4, size_best=4)


def unplaced(*candidates, **rules):
    problem = Problem(candidates, replace(RULES, **rules))
    return dict(solve(problem, seed=1, seconds=20).unplaced)


def people(count, **facts):
    return [Candidate(key=key, **facts) for key in range(1, count + 1)]


def test_broken_names_every_rule():
    candidates = (
        Candidate(1, managers=(2,), hours=(EARLY,), languages=frozenset({"en"}), apart=("x",)),
        Candidate(2, hours=(LATE,), languages=frozenset({"de"})),
        Candidate(3, apart=("x",)),
        Candidate(4, managers=(1,)),
        *(Candidate(key) for key in (5, 6)),
    )
    rules = replace(RULES, overlap_quarters=6, apart=((3, 2),), together=((5, 6), (4, 77)))
    problem = Problem(candidates, rules)

    assert broken(problem, [1, 2, 3, 4, 5, 99]) == [
        "{99} is not among those to be placed.",
        "6 people are too many: a circle has at most 4.",
        "{2} is a manager of {1}.",
        "{1} and {3} are from competing groups.",
        "{1} is a manager of {4}.",
        "{2} and {3} must not be in one circle.",
        "{5} and {6} must be in one circle.",
        "All can meet for 0 hours a week; it must be at least 1½ hours.",
        "There is no language common to all.",
    ]
    assert broken(problem, [3]) == ["1 person is too few: a circle has at least 3."]


def test_broken_looks_at_the_reference_week_with_fewest_hours():
    candidates = [Candidate(key, hours=(EARLY, EARLY if key else 0b1)) for key in range(3)]
    problem = Problem(tuple(candidates), replace(RULES, overlap_quarters=4))

    assert broken(problem, [0, 1, 2]) == [
        "All can meet for ¼ hour a week; it must be at least 1 hour."
    ]


def test_nobody_is_placed_when_nobody_is_there():
    assert unplaced() == {}


def test_fewer_people_than_a_circle_hear_so():
    said = "Only 2 people are to be placed, and a circle has at least 3."

    assert unplaced(*people(2)) == {1: said, 2: said}


def test_a_number_that_does_not_divide_is_said():
    told = unplaced(*people(5))

    assert set(told.values()) == {"5 people cannot be divided into circles of 3 to 4."}
    assert len(told) == 1


def test_zones_without_overlap_are_said():
    candidates = [Candidate(key, hours=(EARLY << 100 * key,)) for key in range(4)]

    told = unplaced(*candidates, overlap_quarters=4)

    assert set(told.values()) == {
        "Nobody else can meet at the same time for 1 hour a week; a circle needs 2."
    }
    assert len(told) == 4


def test_a_language_nobody_shares_is_said():
    speakers = [Candidate(key, languages=frozenset({"en"})) for key in range(3)]

    told = unplaced(*speakers, Candidate(9, languages=frozenset({"tr"})))

    assert told == {9: "Nobody else shares a language; a circle needs 2."}


def test_a_manager_of_nearly_everybody_is_said():
    told = unplaced(Candidate(9), Candidate(8), *people(4, managers=(9,)))

    assert told[9] == (
        "Only 1 other may sit with this person, because of managers or pairs to keep apart;"
        " a circle needs 2."
    )


def test_competitors_are_said():
    told = unplaced(*people(4, apart=("x",)))

    assert set(told.values()) == {
        "Nobody else is from a group that does not compete; a circle needs 2."
    }


def test_rules_that_stop_only_together_are_said():
    told = unplaced(
        Candidate(1, apart=("x",), languages=frozenset({"en"})),
        Candidate(2, apart=("x",), languages=frozenset({"en"})),
        *(Candidate(key, languages=frozenset({"de"})) for key in (3, 4)),
        Candidate(5, languages=frozenset({"en"})),
    )

    assert told[1] == "All rules together leave 1 person to sit with; a circle needs 2 others."


def test_people_who_fit_one_by_one_but_not_together_are_said():
    rivals = [Candidate(1, apart=("x", None)), Candidate(2, apart=("x", "y"))]

    told = unplaced(
        *rivals, Candidate(3, apart=(None, "y")), Candidate(4, managers=(1, 3)), size_max=4
    )

    assert all(len(said) <= 300 for said in told.values())
    assert set(told) == {1, 2, 3, 4}


def test_people_left_when_circles_are_closed_hear_which_rules_close_them():
    told = unplaced(
        *people(4, hours=(EARLY,)),
        *(Candidate(key, hours=(LATE | (EARLY if key == 9 else 0),)) for key in (7, 8, 9)),
        Candidate(10, hours=(EARLY,)),
        overlap_quarters=4,
        apart=((7, 8),),
    )

    assert len(told) > 0
    assert all(said.endswith(".") and len(said) <= 300 for said in told.values())


@pytest.mark.parametrize(
    ("rules", "facts", "said"),
    [
        (
            {"together": ((1, 2),), "apart": ((1, 2),)},
            {},
            "Must be in one circle with others, which another rule forbids:"
            " two of them must be kept apart.",
        ),
        (
            {"together": ((1, 2),)},
            {"managers": (1,)},
            "Must be in one circle with others, which another rule forbids:"
            " one of them is a manager of another.",
        ),
        (
            {"together": ((1, 2),)},
            {"apart": ("x",)},
            "Must be in one circle with others, which another rule forbids:"
            " two of them are from competing groups.",
        ),
        (
            {"together": ((1, 2), (2, 3), (3, 4), (4, 5))},
            {},
            "5 people must be in one circle, which has at most 4.",
        ),
    ],
)
def test_contradictory_pairs_are_said(rules, facts, said):
    first = Candidate(1, apart=facts.get("apart", ()))

    told = unplaced(first, *(Candidate(key, **facts) for key in range(2, 10)), **rules)

    assert told[1] == told[2] == said


def test_pairs_without_common_hours_are_said():
    told = unplaced(
        Candidate(1, hours=(EARLY,)),
        Candidate(2, hours=(LATE,)),
        overlap_quarters=4,
        together=((1, 2),),
    )

    assert told[1] == (
        "Must be in one circle with others, which another rule forbids:"
        " all can meet for 0 hours a week; it must be at least 1 hour."
    )


def test_too_few_hours_of_ones_own_are_said():
    told = unplaced(Candidate(9, hours=(0b111,)), *people(4), overlap_quarters=6)

    assert told == {9: "Can meet for ¾ hour a week at all; it must be at least 1½ hours."}


def test_who_belongs_to_a_locked_circle_hears_so():
    problem = Problem(tuple(people(8)), replace(RULES, together=((1, 8),)))

    solution = solve(problem, seed=1, seconds=20, locked=((1, 2, 3),))

    assert dict(solution.unplaced) == {
        8: "Must be in one circle with somebody whose circle is locked."
    }


def test_a_score_is_the_weighted_mean_of_the_aims_that_apply():
    candidates = (
        Candidate(1, wants=frozenset({1, 2}), offers=frozenset({3}), unit=1, level=1, kinds=("a",)),
        Candidate(2, wants=frozenset({1}), offers=frozenset({2}), unit=1, level=2, kinds=("a",)),
        Candidate(3, wants=frozenset({3}), unit=2, level=3, kinds=("b",), hours=(0b111111,)),
        Candidate(4, powers=frozenset({"position", "expertise"})),
    )
    problem = Problem(candidates, RULES)

    score = score_circle(problem, [1, 2, 3, 4])

    assert {aim: (part.share, part.words) for aim, part in score.parts.items()} == {
        "theme": (2 / 3, "2 of 3 want to grow in {theme:1}."),
        "exchange": (0.5, "2 of 4 asks can be answered within the circle."),
        "units": (0.5, "3 people are from 2 units."),
        "levels": (1, "All 3 are on different levels."),
        "not_alone": (2 / 3, "1 person would be the only one of a kind."),
        "powers": (0.5, "2 of 4 powers are among them."),
        "size": (1, "4 people, the best size."),
        "hours": (0.25, "All can meet for 1½ hours a week."),
    }
    weights = problem.rules.weights
    mean = sum(weights[aim] * part.share for aim, part in score.parts.items()) / sum(
        weights[aim] for aim in score.parts
    )
    assert score.total == pytest.approx(100 * mean)


def test_a_score_leaves_out_aims_without_weight():
    problem = Problem(tuple(people(4, unit=1)), replace(RULES, weights={"units": 1}))

    score = score_circle(problem, [1, 2, 3])

    assert list(score.parts) == ["units"]
    assert score.total == 0
    assert score.parts["units"].words == "All 3 are from the same unit."


def test_nobody_answers_their_own_ask():
    both = {"wants": frozenset({1}), "offers": frozenset({1})}
    problem = Problem(
        (Candidate(1, **both), Candidate(2), Candidate(3), Candidate(4, **both)), RULES
    )

    assert score_circle(problem, [1, 2, 3]).parts["exchange"].share == 0
    assert score_circle(problem, [1, 2, 3, 4]).parts["exchange"].share == 1


def test_themes_are_counted_in_circles_of_any_size():
    rules = Rules(size_min=2, size_max=31, size_best=20)
    problem = Problem(tuple(people(31, wants=frozenset({5}), offers=frozenset({5}))), rules)

    for size in range(2, 32):
        parts = score_circle(problem, range(1, size + 1)).parts
        assert parts["theme"].words == f"All {size} want to grow in {{theme:5}}."
        assert parts["exchange"].share == 1


def test_more_people_than_any_circle_has_score_nothing():
    problem = Problem(tuple(people(32)), RULES)

    assert score_circle(problem, range(1, 33)).total == 0
    assert score_circle(problem, []).total == 0


def test_a_person_hears_what_speaks_for_their_place():
    candidates = (
        Candidate(
            1,
            wants=frozenset({1, 2}),
            offers=frozenset({3}),
            unit=1,
            level=1,
            kinds=("a", "x"),
            hours=(0xFF,),
        ),
        Candidate(2, wants=frozenset({1, 3}), offers=frozenset({2}), unit=1, level=2, kinds=("a",)),
        Candidate(3, wants=frozenset({3}), unit=2, level=3),
    )
    problem = Problem(candidates, RULES)

    score = score_person(problem, [1, 2, 3], 1)

    assert score.reasons == [
        "Wants to grow in {theme:1}, as 1 other does.",
        "1 of 2 of their asks can be answered by others here.",
        "1 other is from the same unit.",
        "Nobody else here is on the same level.",
        "Would be the only one of a kind.",
        "Can meet with all the others for 2 hours a week.",
        "Can help with {theme:3}, for which 2 others ask.",
    ]
    assert score.total == pytest.approx(100 * (3 * 0.5 + 2 * 0.5 + 0.5 + 1 + 2 * 0.5 + 8 / 24) / 10)


def test_a_person_whom_nothing_is_known_of_fits_anywhere():
    problem = Problem((Candidate(1), Candidate(2), Candidate(3, wants=frozenset({1}))), RULES)

    assert score_person(problem, [1, 2, 3], 1).total == 100
    assert score_person(problem, [1, 2, 3], 3).reasons == [
        "Nobody else wants to grow in the same theme."
    ]
    with pytest.raises(KeyError):
        score_person(problem, [1, 2], 3)


@pytest.mark.parametrize(
    "wrong",
    [
        {"size_min": 5},
        {"size_min": 1},
        {"size_max": 32},
        {"overlap_quarters": 673},
        {"weights": {"beauty": 1}},
        {"weights": {"theme": -1}},
    ],
)
def test_rules_that_no_circle_can_follow_are_refused(wrong):
    with pytest.raises(ValueError, match=r"\."):
        replace(RULES, **wrong)


def test_two_people_with_one_key_are_refused():
    with pytest.raises(ValueError, match="same key"):
        Problem((Candidate(1), Candidate(1)), RULES)
