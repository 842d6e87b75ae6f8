from collections import Counter
from datetime import date, timedelta
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sessions_app.agenda.fairness import (
    PastTurn,
    Post,
    Record,
    choose,
    holders,
    leads,
    presents,
)
from sessions_app.agenda.matching import cheapest

DAY = date(2026, 1, 5)


def meet(posts, people, meetings, *, topics=(), joins=()):
    """Give out the posts in one meeting after the other; who had what, in order."""
    had = {person: Counter() for person in range(people)}
    last = {person: {} for person in range(people)}
    since = dict(joins)
    given = []
    for number in range(meetings):
        records = [
            Record(
                person,
                attended=number - since.get(person, 0),
                had=had[person],
                last=last[person],
                has_topic=person in topics,
                presented_last=bool(given) and person in given[-1].values(),
            )
            for person in range(people)
            if since.get(person, 0) <= number
        ]
        chosen = choose(posts, records)
        for post, person in chosen.items():
            had[person][post.role] += 1
            last[person][post.role] = DAY + timedelta(days=number)
        given.append(chosen)
    return had, given


@settings(max_examples=15, deadline=None)
@given(st.integers(1, 5), st.integers(5, 9), st.integers(1, 20))
def test_roles_go_round_evenly_when_everyone_comes(roles, people, meetings):
    posts = [Post(f"role {number}") for number in range(roles)]

    had, given = meet(posts, people, meetings)

    for post in posts:
        counts = [had[person][post.role] for person in range(people)]
        assert max(counts) - min(counts) <= 1
    assert all(len(set(chosen.values())) == roles for chosen in given)


@settings(max_examples=12, deadline=None)
@given(st.integers(1, 4), st.integers(4, 9), st.integers(1, 15))
def test_several_presenters_go_round_evenly(places, people, meetings):
    had, _ = meet([Post("hot seat", place + 1) for place in range(places)], people, meetings)

    counts = [had[person]["hot seat"] for person in range(people)]
    assert max(counts) - min(counts) <= 1


def test_choosing_again_gives_the_same():
    posts = [Post("host"), Post("timekeeper"), Post("hot seat", 1), Post("hot seat", 2)]

    assert meet(posts, 7, 12) == meet(posts, 7, 12)


def test_few_people_have_several_roles_and_nobody_none():
    posts = [Post("host"), Post("timekeeper"), Post("scribe"), Post("chair"), Post("lead")]

    _, given = meet(posts, 2, 1)

    assert sorted(Counter(given[0].values()).values()) == [2, 3]
    assert choose(posts, []) == {}


def test_newcomer_is_neither_always_first_nor_left_out():
    _, given = meet([Post("host")], 5, 20, joins=[(4, 10)])

    turns = [number for number, chosen in enumerate(given) if 4 in chosen.values()]
    assert len(turns) == 2
    assert turns != [10, 11]


def test_absences_are_reckoned_with():
    posts, rare = [Post("host")], Record(1, attended=5, had={"host": 2})
    often = Record(2, attended=20, had={"host": 3})

    assert choose(posts, [rare, often]) == {Post("host"): 2}


def test_equal_ones_wait_by_how_long_ago_they_had_it():
    records = [
        Record(1, 4, {"host": 1}, {"host": DAY + timedelta(7)}),
        Record(2, 4, {"host": 1}, {"host": DAY}),
    ]

    assert choose([Post("host")], records) == {Post("host"): 2}


def test_who_has_a_topic_presents_but_not_twice_running():
    _, given = meet([Post("hot seat")], 4, 4, topics={3})

    assert [chosen[Post("hot seat")] for chosen in given] == [3, 0, 3, 1]


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_matching_is_the_cheapest(data):
    rows = data.draw(st.integers(1, 4))
    columns = data.draw(st.integers(rows, 5))
    costs = [[data.draw(st.integers(0, 9)) for _ in range(columns)] for _ in range(rows)]

    chosen = cheapest(costs)

    assert len(set(chosen)) == rows
    best = min(
        sum(costs[row][column] for row, column in enumerate(way))
        for way in permutations(range(columns), rows)
    )
    assert sum(costs[row][column] for row, column in enumerate(chosen)) == best


def turn(person, weeks, *, by_hand=False):
    return PastTurn("chair", person, DAY + timedelta(weeks=weeks), by_hand)


@pytest.mark.parametrize(
    ("turns", "weeks", "holder"),
    [
        ([], 1, None),
        ([turn(1, 0)], 20, 1),
        ([turn(1, 0)], 27, None),  # the term is over
        ([turn(1, 0), turn(2, 1)], 2, 1),  # 2 stood in
        ([turn(1, 0), turn(2, 1, by_hand=True)], 2, 2),  # 2 was chosen
        ([turn(1, 0), turn(1, 3, by_hand=True)], 27, None),  # chosen again, the term goes on
        ([turn(9, 0), turn(2, 1)], 2, 2),  # 9 has left
        ([turn(1, 0), turn(2, 30)], 31, 2),
    ],
)
def test_role_is_kept_for_its_term(turns, weeks, holder):
    on = DAY + timedelta(weeks=weeks)

    kept = holders(turns, months=6, on=on, people=[1, 2, 3])

    assert kept.get("chair") == holder


def test_roles_are_recognised_however_they_are_written():
    assert [presents("Hot seat"), presents("host"), leads(" Chair "), leads("scribe")] == [
        True, False, True, False,
    ]  # fmt: skip
