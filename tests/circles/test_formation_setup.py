"""Setting up a formation, the pairs, and what is said before it starts."""

import pytest

from circles.actions.formation_setup import (
    add_pair_rule,
    change_formation,
    discard_formation,
    remove_pair_rule,
    set_up_formation,
)
from circles.actions.refusals import CannotChange
from circles.formation.checks import check
from circles.formation.pairs import contradictions, groups
from circles.formation.setup import SetUp
from circles.models import Format, Formation, PairRule, Wishes
from tests.circles.conftest import trail
from tests.circles.forming import State, enrol, formation_of, people
from tests.factories import PairRuleFactory

pytestmark = pytest.mark.django_db
CHOSEN = SetUp(size_min=3, size_max=5, size_best=4, overlap_hours=2)


def career():
    return Format.objects.get(key="career_circle")


def test_formation_is_set_up_with_the_newest_version(programme, by):
    formation = set_up_formation(programme, of_format=career(), chosen=CHOSEN, seed=7, by=by)

    assert (formation.state, formation.seed) == (State.DRAFT, 7)
    assert SetUp.read(formation.rules | {"unknown": 1}) == CHOSEN
    assert trail() == [("set up formation", str(formation))]


def test_formation_needs_a_format_of_a_programme_that_is_current(programme, by):
    other = Format.objects.get(key="mastermind")

    with pytest.raises(CannotChange, match="has no circles of the format “Mastermind”"):
        set_up_formation(programme, of_format=other, chosen=CHOSEN, seed=1, by=by)
    programme.archived_at = "2026-01-01T12:00Z"
    programme.save()
    with pytest.raises(CannotChange, match="archived"):
        set_up_formation(programme, of_format=career(), chosen=CHOSEN, seed=1, by=by)


def test_changing_a_formation_keeps_the_format_of_what_is_staged(programme, by):
    mastermind = Format.objects.get(key="mastermind")
    programme.formats.add(mastermind)
    empty, staged = formation_of(programme), formation_of(programme, people(3))

    change_formation(empty, of_format=mastermind, chosen=CHOSEN, seed=2, by=by)
    with pytest.raises(CannotChange, match="Circles are staged with this format") as refused:
        change_formation(staged, of_format=mastermind, chosen=CHOSEN, seed=2, by=by)
    change_formation(staged, of_format=career(), chosen=CHOSEN, seed=3, by=by)

    empty.refresh_from_db()
    staged.refresh_from_db()
    assert refused.value.field == "of_format"
    assert (empty.format_version.format, empty.seed) == (mastermind, 2)
    assert (staged.format_version.format, staged.seed) == (career(), 3)


def test_what_runs_or_is_published_is_not_changed_nor_discarded(programme, by):
    running = formation_of(programme, state=State.SOLVING)
    published = formation_of(programme, state=State.PUBLISHED)

    for formation in (running, published):
        with pytest.raises(CannotChange, match="cannot be changed"):
            change_formation(formation, of_format=career(), chosen=CHOSEN, seed=2, by=by)
    with pytest.raises(CannotChange, match="Stop that first"):
        discard_formation(running, by=by)
    with pytest.raises(CannotChange, match="are published"):
        discard_formation(published, by=by)


def test_discarding_forgets_what_is_staged_once(programme, by):
    formation = formation_of(programme, people(3), unplaced=people(1))

    discard_formation(formation, by=by)
    discard_formation(formation, by=by)

    formation.refresh_from_db()
    assert formation.state == State.DISCARDED
    assert (formation.circles.count(), formation.seats.count()) == (0, 0)
    assert trail() == [("discarded formation", str(formation))]


def test_pair_is_kept_once_and_the_latest_wish_holds(programme, by):
    one, other = people(2)

    add_pair_rule(programme, other, one, kind="together", by=by)
    rule = add_pair_rule(programme, one, other, kind="apart", by=by)
    kept = list(PairRule.objects.values_list("one", "other", "kind"))
    remove_pair_rule(rule, by=by)
    remove_pair_rule(rule, by=by)

    assert kept == [(one.pk, other.pk, "apart")]
    assert not PairRule.objects.exists()
    assert [verb for verb, _ in trail()] == [
        "wanted two people together",
        "wanted two people apart",
        "removed a rule about two people",
    ]


def test_pair_that_contradicts_something_is_refused_at_once(programme, by):
    one, other, third = people(3)
    other.manager = one
    other.save()
    PairRuleFactory(programme=programme, one=one, other=third)

    with pytest.raises(CannotChange, match=r"^Choose two different people\.$"):
        add_pair_rule(programme, one, one, kind="apart", by=by)
    with pytest.raises(CannotChange) as manages:
        add_pair_rule(programme, one, other, kind="together", by=by)
    other.manager = None
    other.save()
    add_pair_rule(programme, one, other, kind="together", by=by)
    with pytest.raises(CannotChange) as circular:
        add_pair_rule(programme, other, third, kind="together", by=by)

    assert str(manages.value) == f"{one} manages {other}, and a rule wants them in one circle."
    assert str(circular.value) == f"{one} and {third} must be in one circle, and must never be."


def test_pairs_that_share_somebody_make_one_group():
    assert groups([(1, 2), (3, 4), (2, 3), (5, 6)]) == [{1, 2, 3, 4}, {5, 6}]


def test_group_larger_than_a_circle_is_a_contradiction():
    said = contradictions([(1, 2), (2, 3)], [], managers={}, size_max=2)

    assert said == ["{1}, {2}, {3} must be in one circle, which has 2 seats at most."]


def test_check_says_how_many_circles_there_can_be(programme):
    silent = people(8)
    Wishes.objects.create(person=silent[0], hours=[9])
    formation = formation_of(programme, unplaced=silent, rules=CHOSEN.as_data())

    found = check(formation)

    assert found.headline == "8 people enrolled: 2 circles of 3 to 5"
    assert found.remarks == ["7 people named no hours: any hour counts as fine for them."]
    assert found.obstacles == []


def test_check_says_when_sizes_leave_somebody_over(programme):
    rules = SetUp(size_min=3, size_max=3, size_best=3).as_data()
    formation = formation_of(programme, unplaced=people(7), rules=rules)

    found = check(formation)

    assert found.headline == "7 people enrolled: 2 circles of 3"
    assert found.remarks == [
        "At least 1 person will be left over: the sizes do not add up to 7. Other sizes would."
    ]


@pytest.mark.parametrize(
    ("number", "words"), [(0, "No people wait"), (1, "1 person waits"), (2, "2 people wait")]
)
def test_check_says_when_too_few_wait(programme, number, words):
    formation = formation_of(programme, unplaced=people(number), rules=CHOSEN.as_data())

    assert check(formation).obstacles == [
        f"{words} for a circle, and the smallest circle has 3. Let more people enrol, or allow"
        " smaller circles."
    ]


def test_check_names_contradictions_among_those_who_wait(programme):
    boss, report, third, away = people(4)
    report.manager = boss
    report.save()
    PairRuleFactory(programme=programme, one=boss, other=report, kind="together")
    PairRuleFactory(programme=programme, one=boss, other=away, kind="together")
    formation = formation_of(programme, unplaced=[boss, report, third], rules=CHOSEN.as_data())
    enrol(programme, away, withdrawn_at="2026-01-01T12:00Z")

    assert check(formation).obstacles == [
        f"{boss} manages {report}, and a rule wants them in one circle."
    ]
    assert Formation.objects.running().count() == 0
