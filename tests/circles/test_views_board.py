"""The pages of the board: staged circles, moves, locks, facilitators, publishing."""

import pytest

from circles.models import Circle, Offer
from tests.circles.conftest import errors, told, url
from tests.circles.forming import State, enrol, formation_of, keys, people, seat_of, staged
from tests.factories import FacilitationFactory, PersonFactory, ThemeFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def signed_in(client, by):
    client.force_login(by)
    return client


@pytest.fixture
def board(programme):
    """Two circles of three, and one person without a place."""
    first, second, alone = people(3), people(3), PersonFactory(name="Zoe Last")
    formation = formation_of(programme, first, second, unplaced=[alone])
    formation.first, formation.second, formation.alone = first, second, alone
    return formation


def circle(formation, number):
    return formation.circles.get(number=number)


def shown(response):
    return [card.circle.number for card in response.context["cards"]]


@pytest.mark.parametrize("number", [1, 4])
def test_board_takes_the_same_queries(signed_in, programme, number, django_assert_num_queries):
    theme, else_where = ThemeFactory(name="Selling"), PersonFactory(name="Ida Berg")
    formation = formation_of(
        programme, *[people(2) for _ in range(number)], unplaced=people(number)
    )
    words = f"All want to grow in {{theme:{theme.pk}}}."
    formation.circles.update(parts={"theme": {"share": 1, "words": words}}, score=70)
    formation.seats.filter(staged_circle=None).update(obstacle=f"{{{else_where.pk}}} manages them.")

    # user, roles, formation; counts of circles, of people and of newcomers; without a place;
    # circles: count, rows, people; names of people and of themes; circles held
    with django_assert_num_queries(13):
        response = signed_in.get(url("formation", formation))

    assert shown(response) == list(range(1, number + 1))
    assert response.context["cards"][0].strongest.words == "All want to grow in “Selling”."
    assert {one.obstacle for one in response.context["unplaced"]} == {"Ida Berg manages them."}


def test_board_shows_the_lowest_score_first_or_as_asked(signed_in, board):
    board.circles.filter(number=1).update(score=80)
    board.circles.filter(number=2).update(score=40)
    here = url("formation", board)

    orders = [shown(signed_in.get(here, {"order": order})) for order in ("", "number", "best")]

    assert orders == [[2, 1], [1, 2], [1, 2]]


def test_board_is_searched_and_filtered(signed_in, board):
    board.circles.filter(number=1).update(is_locked=True, facilitator=PersonFactory())
    board.circles.filter(number=2).update(name="Night owls")
    board.seats.filter(person=board.second[0]).update(staged_circle=None)
    board.rules = board.rules | {"size_min": 3}
    board.save()
    name = board.first[0].name.removeprefix("Person ")
    PersonFactory(name=f"Somebody {name}")
    asked = [
        {"q": board.first[0].email},
        {"q": "night"},
        {"q": "2"},
        {"show": "locked"},
        {"show": "open"},
        {"show": "small"},
        {"show": "unheld"},
    ]

    found = [shown(signed_in.get(url("formation", board), query)) for query in asked]
    unplaced = signed_in.get(url("formation", board), {"show": "unplaced", "q": "zoe"})
    nothing = signed_in.get(url("formation", board), {"q": "nobody at all"})

    assert found == [[1], [2], [2], [1], [2], [2], [2]]
    assert [one.seat.person for one in unplaced.context["unplaced"]] == [board.alone]
    assert "No staged circle fits" in nothing.content.decode()


def test_board_without_circles_says_what_to_do(signed_in, programme):
    formation = formation_of(programme, unplaced=people(2))

    response = signed_in.get(url("formation", formation))

    assert "No circle could be formed" in response.content.decode()


def test_people_who_enrolled_since_are_listed_without_a_place(signed_in, board):
    ida = PersonFactory(name="Ida Berg")
    enrol(board.programme, ida)

    before = signed_in.get(url("formation", board))
    done = signed_in.post(url("staged_newcomers", board))
    again = signed_in.post(url("staged_newcomers", board))
    type(board).objects.update(state=State.SOLVING)
    refused = signed_in.post(url("staged_newcomers", board))

    assert before.context["newcomers"] == 1
    assert told(done) == [("success", "1 person is listed without a place.")]
    assert told(again)[-1] == ("success", "No people are listed without a place.")
    assert told(refused)[-1][0] == "error"
    seat = seat_of(board, ida)
    assert (seat.staged_circle, seat.obstacle) == (
        None,
        "They enrolled after the circles were formed.",
    )


def test_effect_is_shown_before_and_the_move_is_made_from_it(signed_in, board):
    seat = seat_of(board, board.alone)
    here = url("formation_move", board, seat)
    back = f"{url('formation', board)}?page=1"

    page = signed_in.get(here, {"to": "1", "next": back})
    part = signed_in.get(here, {"to": "1"}, headers={"HX-Request": "true"})
    posted = {"to": "1", "version": board.version, "next": back}
    moved = signed_in.post(here, posted)

    assert page.context["effect"].is_allowed
    assert len(page.context["swaps"]) == 3
    assert part.content.decode().strip().startswith("<section")
    assert moved.url == back
    assert told(moved) == [("success", "Zoe Last is now in “Owls 1”.")]
    assert staged(board)[1] == keys(board.alone, *board.first)


def test_target_is_found_by_name_or_offered(signed_in, board):
    here = url("formation_move", board, seat_of(board, board.alone))

    several = signed_in.get(here, {"to": "owls"})
    exact = signed_in.get(here, {"to": "OWLS 2"})
    unknown = signed_in.get(here, {"to": "99"})
    empty = signed_in.get(here, {"to": ""})

    assert [one.number for one in several.context["found"]] == [1, 2]
    assert exact.context["target"].number == 2
    assert errors(unknown) == {"to": ["No staged circle is called that. Try its number."]}
    assert errors(empty) == {"to": ["Write the number or a part of the name of a circle."]}


def test_swap_and_taking_back_from_the_page(signed_in, board):
    mine, theirs = board.first[0], board.second[0]
    here = url("formation_move", board, seat_of(board, mine))
    swap = seat_of(board, theirs).pk

    page = signed_in.get(here, {"to": "2", "swap": swap})
    done = signed_in.post(here, {"to": "2", "swap": swap, "version": 0})
    undone = signed_in.post(url("formation_undo", board), {"version": 1})

    assert page.context["swap_with"].person == theirs
    assert told(done) == [
        ("success", f"{mine} is now in “Owls 2”, and {theirs} in the other circle.")
    ]
    assert told(undone)[-1] == (
        "success",
        f"Taken back: {mine} to “Owls 2”, {theirs} to “Owls 1”.",
    )
    assert staged(board)[1] == keys(*board.first)


def test_taking_somebody_out_of_every_circle(signed_in, board):
    here = url("formation_move", board, seat_of(board, board.first[0]))

    page = signed_in.get(here, {"to": "none"})
    done = signed_in.post(here, {"to": "none", "version": 0})

    assert page.context["to"] == "none"
    assert told(done) == [("success", f"{board.first[0]} is now without a place.")]


@pytest.mark.parametrize(
    "posted",
    [
        {"to": "1", "version": "7"},
        {"to": "1", "version": ""},
        {"to": "99", "version": "0"},
        {"to": "1", "version": "0", "swap": "0"},
        {"to": "1", "version": "0", "swap": "x"},
    ],
)
def test_stale_move_is_refused_and_nothing_happens(signed_in, board, posted):
    before = staged(board)

    response = signed_in.post(url("formation_move", board, seat_of(board, board.alone)), posted)

    assert [level for level, _ in told(response)] == ["error"]
    assert staged(board) == before


def test_undo_without_a_move_and_moving_while_it_runs_are_refused(signed_in, board):
    nothing = signed_in.post(url("formation_undo", board), {"version": "x"})
    seat = seat_of(board, board.alone)
    type(board).objects.update(state=State.QUEUED)
    running = signed_in.get(url("formation_move", board, seat))
    new = signed_in.post(url("staged_new", board))
    lock = signed_in.post(url("staged_lock", board), {"lock": "yes"})
    publish = signed_in.post(url("formation_publish", board))

    for response in (nothing, running, new, lock, publish):
        assert told(response)[-1][0] == "error"
    assert signed_in.get(url("formation_publish", board)).url == board.get_absolute_url()


def test_staged_circle_is_opened_and_renamed(signed_in, board):
    one = circle(board, 1)

    page = signed_in.get(one.get_absolute_url())
    renamed = signed_in.post(one.get_absolute_url(), {"name": "  Night   owls "})
    empty = signed_in.post(one.get_absolute_url(), {"name": "…"})
    taken = signed_in.post(one.get_absolute_url(), {"name": "owls 2"})

    assert [one.seat.person for one in page.context["card"].people] == board.first
    assert renamed.url == one.get_absolute_url()
    assert circle(board, 1).name == "Night owls"
    assert errors(empty) == {"name": ["Write a name that people can see."]}
    assert errors(taken) == {"name": ["Another staged circle has this name."]}


def test_ticked_circles_are_locked_and_unlocked(signed_in, board):
    ticked = [one.pk for one in board.circles.all()]

    both = signed_in.post(url("staged_lock", board), {"lock": "yes", "circles": [*ticked, "x"]})
    one = {"lock": "no", "circles": ticked[:1], "from_circle": "yes"}
    single = signed_in.post(url("staged_lock", board), one)

    assert told(both) == [("success", "2 circles locked.")]
    assert single.url == circle(board, 1).get_absolute_url()
    assert [one.is_locked for one in board.circles.all()] == [False, True]


def test_empty_circle_is_staged_and_dissolved(signed_in, board):
    added = signed_in.post(url("staged_new", board))
    new = circle(board, 3)
    question = signed_in.get(url("staged_dissolve", board, new))
    stale = signed_in.post(url("staged_dissolve", board, new), {"version": "5"})
    done = signed_in.post(url("staged_dissolve", board, new), {"version": "0"})

    assert added.url == new.get_absolute_url()
    assert "Nobody is in it." in question.content.decode()
    assert told(stale)[-1][0] == "error"
    assert told(done)[-1] == (
        "success",
        "“Career circle 3” is dissolved; no people are without a place.",
    )


def test_facilitator_is_searched_and_chosen_for_ticked_circles(signed_in, board):
    ida = PersonFactory(name="Ida Berg")
    FacilitationFactory.create_batch(7, person=ida)
    here, ticked = url("staged_facilitators", board), [one.pk for one in board.circles.all()]

    found = signed_in.get(here, {"circles": ticked, "words": "ida"})
    chosen = signed_in.post(here, {"circles": ticked, "person": ida.pk})
    seated = signed_in.post(here, {"circles": ticked, "person": board.first[0].pk})
    nobody = signed_in.post(here, {"circles": ticked[:1], "nobody": "yes"})
    unknown = signed_in.post(here, {"circles": ticked, "person": "0"})

    assert list(found.context["people"]) == [ida]
    assert told(chosen) == [
        ("success", "Ida Berg is to hold 2 circles here."),
        ("warning", "Ida Berg would hold 9 circles. Few people hold more than 8 well."),
    ]
    assert told(seated)[-1][0] == "error"
    assert nobody.url == circle(board, 1).get_absolute_url()
    assert told(unknown)[-1] == ("error", "That person is no longer there. Search again.")
    assert [one.facilitator for one in board.circles.all()] == [None, ida]


def test_publishing_sums_up_first_and_then_shows_the_answers(signed_in, board):
    gone = board.second[0]
    gone.enrolments.all().delete()

    summary = signed_in.get(url("formation_publish", board))
    done = signed_in.post(url("formation_publish", board))
    Offer.objects.filter(person=board.first[0]).update(
        state="declined", answered_at="2030-01-01T12:00Z"
    )
    page = signed_in.get(url("formation", board))

    assert (summary.context["summary"].circles, summary.context["summary"].people) == (2, 5)
    words = "Not invited, because they left, withdrew or found a seat: "
    assert told(done) == [
        ("success", "2 circles are published; 5 people are invited."),
        ("warning", f"{words}{gone}."),
    ]
    assert page.context["tally"]["open"] == 4
    assert page.context["tally"]["declined"] == 1
    assert Circle.objects.count() == 2


@pytest.mark.parametrize("number", [1, 4])
def test_answers_take_the_same_queries(signed_in, programme, number, django_assert_num_queries):
    formation = formation_of(programme, *[people(2) for _ in range(number)])
    signed_in.post(url("formation_publish", formation), follow=True)

    # user, roles, formation, tally; circles: count, rows, invitations; circles held
    with django_assert_num_queries(8):
        response = signed_in.get(url("formation", formation))

    assert len(response.context["page"]) == number
