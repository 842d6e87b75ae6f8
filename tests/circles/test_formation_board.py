"""The board: moving people with the effect shown, locks, names, facilitators."""

import pytest

from circles.actions.formation_board import (
    CHANGED_MEANWHILE,
    CannotMove,
    add_circle,
    choose_facilitator,
    dissolve_circle,
    lock_circles,
    move_person,
    rename_circle,
    undo_last_move,
)
from circles.actions.refusals import CannotChange
from circles.formation.effects import effect_of, effects_of
from circles.models import PairRule, Wishes
from tests.circles.conftest import trail
from tests.circles.forming import State, formation_of, keys, people, seat_of, staged
from tests.factories import (
    FacilitationFactory,
    InterestFactory,
    PairRuleFactory,
    PersonFactory,
    ThemeFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def board(programme):
    """Two circles of three, and one person without a place."""
    first, second, alone = people(3), people(3), PersonFactory(name="Zoe Last")
    formation = formation_of(programme, first, second, unplaced=[alone])
    formation.first, formation.second, formation.alone = first, second, alone
    return formation


def circle(formation, number):
    return formation.circles.get(number=number)


def version(formation):
    formation.refresh_from_db(fields=["version"])
    return formation.version


def move(formation, person, number, by, **options):
    target = circle(formation, number) if number else None
    options.setdefault("version", version(formation))
    return move_person(formation, seat_of(formation, person), target, by=by, **options)


def test_effect_shows_both_scores_and_sizes_before_anything_changes(board):
    theme = ThemeFactory()
    mover = board.first[0]
    for person in (mover, *board.second):
        InterestFactory(person=person, theme=theme)

    effect = effect_of(board, seat_of(board, mover), circle(board, 2))

    into, out = effect.changes
    assert (into.circle.number, into.size, out.circle.number, out.size) == (2, 4, 1, 2)
    assert into.after > 0
    assert effect.is_allowed
    assert effect.difference == into.difference + out.difference
    assert staged(board) == {
        1: keys(*board.first),
        2: keys(*board.second),
        None: keys(board.alone),
    }


def test_moving_a_person_rescores_both_circles_and_can_be_taken_back(board, by):
    theme = ThemeFactory()
    mover = board.first[0]
    for person in (mover, *board.second):
        InterestFactory(person=person, theme=theme)

    move(board, mover, 2, by)
    after = staged(board)
    scored = circle(board, 2).score
    words = undo_last_move(board, version=version(board), by=by)

    assert after[2] == keys(mover, *board.second)
    assert scored > 0
    assert staged(board)[1] == keys(*board.first)
    assert words == f"{{{mover.pk}}} to “Owls 2”"
    assert version(board) == 2
    with pytest.raises(CannotMove, match="nothing to undo"):
        undo_last_move(board, version=2, by=by)
    assert [verb for verb, _ in trail()] == [
        "moved people of a formation",
        "undid a move of a formation",
    ]


def test_person_leaves_every_circle_and_comes_back_into_one(board, by):
    mover = board.first[0]

    move(board, mover, None, by)
    out = seat_of(board, mover)
    move(board, board.alone, 1, by)
    undo_last_move(board, version=version(board), by=by)

    assert (out.staged_circle, out.reasons) == (None, [])
    assert out.obstacle == "An organiser took them out of their circle."
    back = seat_of(board, board.alone)
    assert (back.staged_circle, back.obstacle) == (None, "There was no room.")


def test_two_people_swap_in_one_move(board, by):
    mine, theirs = board.first[0], board.second[0]

    move(board, mine, 2, by, swap_with=seat_of(board, theirs))
    swapped = staged(board)
    undo_last_move(board, version=version(board), by=by)

    assert swapped[1] == keys(theirs, *board.first[1:])
    assert swapped[2] == keys(mine, *board.second[1:])
    assert staged(board)[1] == keys(*board.first)


@pytest.mark.parametrize("rule", ["manager", "apart", "size", "language"])
def test_move_that_breaks_a_hard_rule_is_refused_in_words(board, by, rule):
    mover, other = board.first[0], board.second[0]
    if rule == "manager":
        mover.manager = other
        mover.save()
    elif rule == "apart":
        PairRuleFactory(programme=board.programme, one=mover, other=other)
    elif rule == "size":
        board.rules = {"size_min": 2, "size_max": 3, "size_best": 3}
        board.save()
    else:
        Wishes.objects.create(person=mover, languages=["nb"])
        Wishes.objects.create(person=other, languages=["en"])

    with pytest.raises(CannotMove) as refused:
        move(board, mover, 2, by)

    assert "{" not in str(refused.value)
    assert staged(board)[1] == keys(*board.first)


def test_rule_that_is_broken_already_does_not_hold_other_people(board, by):
    PairRuleFactory(programme=board.programme, one=board.second[0], other=board.second[1])

    move(board, board.first[0], 2, by)

    assert board.first[0].pk in staged(board)[2]


def test_people_who_must_be_together_move_together(board, by):
    mover, friend, other = board.first
    rule = {"programme": board.programme, "kind": PairRule.Kind.TOGETHER}
    PairRuleFactory(one=mover, other=friend, **rule)

    effect = move(board, mover, 2, by)
    together = staged(board)
    move(board, friend, None, by)
    apart = staged(board)
    move(board, mover, 1, by)

    assert f"{friend} comes along: a rule wants them in one circle." in effect.remarks
    assert "“Owls 1” would have 1 person, fewer than 2." in effect.remarks
    assert together[1] == keys(other)
    assert apart[None] == keys(mover, friend, board.alone)
    assert staged(board)[1] == keys(mover, friend, other)


def test_moving_where_one_is_already_is_refused(board):
    inside = effect_of(board, seat_of(board, board.first[0]), circle(board, 1))
    outside = effect_of(board, seat_of(board, board.alone), None)

    assert inside.obstacles == [f"{board.first[0]} is in “Owls 1” already."]
    assert outside.obstacles == ["Zoe Last is in no circle already."]


def test_facilitator_to_be_is_not_moved_into_their_circle(board, by):
    choose_facilitator(board, [circle(board, 2)], board.alone, by=by)

    with pytest.raises(CannotMove) as refused:
        move(board, board.alone, 2, by)

    assert str(refused.value) == "Zoe Last is to facilitate “Owls 2”, from outside it."


def test_locked_circle_takes_nobody_in_or_out_and_is_not_dissolved(board, by):
    lock_circles(board, [circle(board, 1)], is_locked=True, by=by)

    for person, number in ((board.first[0], 2), (board.alone, 1)):
        with pytest.raises(CannotMove, match=r"^“Owls 1” is locked\. Unlock it first\.$"):
            move(board, person, number, by)
    with pytest.raises(CannotMove, match="is locked"):
        dissolve_circle(board, circle(board, 1), version=version(board), by=by)
    assert lock_circles(board, [circle(board, 1)], is_locked=True, by=by) == 0
    assert lock_circles(board, [circle(board, 1)], is_locked=False, by=by) == 1


def test_move_cannot_be_taken_back_once_its_circle_is_locked(board, by):
    move(board, board.alone, 1, by)
    lock_circles(board, [circle(board, 1)], is_locked=True, by=by)

    with pytest.raises(CannotMove, match="locked or dissolved"):
        undo_last_move(board, version=version(board), by=by)


def test_stale_move_is_refused_kindly(board, by):
    seen = version(board)
    move(board, board.alone, 1, by)

    with pytest.raises(CannotMove) as refused:
        move(board, board.first[0], 2, by, version=seen)

    assert str(refused.value) == CHANGED_MEANWHILE


def test_board_is_left_alone_while_it_runs(board, by):
    type(board).objects.update(state=State.SOLVING)

    with pytest.raises(CannotMove, match="cannot be changed now"):
        add_circle(board, by=by)


def test_empty_circle_is_staged_with_the_next_number(board, by):
    added = add_circle(board, by=by)
    move(board, board.alone, added.number, by)

    assert (added.number, added.name) == (3, "Career circle 3")
    assert staged(board)[3] == keys(board.alone)


def test_dissolved_circle_leaves_its_people_without_a_place(board, by):
    gone = circle(board, 2)

    assert dissolve_circle(board, gone, version=version(board), by=by) == 3

    assert staged(board)[None] == keys(board.alone, *board.second)
    assert seat_of(board, board.second[0]).obstacle == "Their circle was dissolved."


def test_staged_names_differ(board, by):
    rename_circle(board, circle(board, 1), name="Night owls", by=by)
    rename_circle(board, circle(board, 1), name="Night owls", by=by)

    with pytest.raises(CannotChange, match="Another staged circle"):
        rename_circle(board, circle(board, 2), name="night OWLS", by=by)
    assert circle(board, 1).name == "Night owls"
    assert trail() == [("renamed a staged circle", "Night owls")]


def test_facilitator_is_chosen_for_several_circles_and_counted(board, by):
    person = FacilitationFactory().person

    held = choose_facilitator(board, board.circles.all(), person, by=by)
    none = choose_facilitator(board, board.circles.all(), None, by=by)

    assert (held, none) == (3, 0)
    assert {one.facilitator for one in board.circles.all()} == {None}


def test_facilitator_holds_from_outside_and_is_still_here(board, by, frozen):
    left = PersonFactory(left_on="2026-03-01")
    left.refresh_from_db()

    with pytest.raises(CannotChange, match="is to have a seat in “Owls 1”"):
        choose_facilitator(board, board.circles.all(), board.first[0], by=by)
    with pytest.raises(CannotChange, match="has left"):
        choose_facilitator(board, board.circles.all(), left, by=by)


@pytest.mark.parametrize("number", [1, 3])
def test_effects_of_swapping_take_the_same_queries(board, number, django_assert_num_queries):
    target = circle(board, 2)
    swaps = list(target.seats.select_related("person", "staged_circle"))[:number]
    seat = seat_of(board, board.first[0])

    # people of both circles, pairs to stay together; people, managers, wishes, interests, pairs
    with django_assert_num_queries(8):
        found = effects_of(board, seat, target, swaps)

    assert [effect.is_allowed for effect in found] == [True] * number
