from datetime import UTC, datetime
from itertools import combinations
from zoneinfo import ZoneInfo

import pytest

from sessions_app.buddies import buddies_in, groups_of, settled
from sessions_app.decent_hours import decent


@pytest.mark.parametrize("size", range(2, 13))
def test_everybody_is_paired_with_everybody_over_time(size):
    people = list(range(size))
    met = set()
    for number in range(1, size + size % 2):
        groups = groups_of(people, number)

        assert sorted(each for group in groups for each in group) == people
        assert {len(group) for group in groups} <= {2, 3}
        assert sum(len(group) == 3 for group in groups) == size % 2
        met |= {pair for group in groups for pair in combinations(sorted(group), 2)}

    assert met == set(combinations(people, 2))


@pytest.mark.parametrize("size", [2, 4, 6, 8])
def test_pairs_come_back_only_after_a_whole_round(size):
    rounds = [groups_of(range(size), number) for number in range(1, size)]
    pairs = [frozenset(pair) for groups in rounds for pair in groups]

    assert len(pairs) == len(set(pairs))
    assert groups_of(range(size), size) == rounds[0]


@pytest.mark.parametrize("people", [[], ["Ama"]])
def test_nobody_alone_has_a_buddy(people):
    assert groups_of(people, 1) == []


@pytest.mark.parametrize(
    ("groups", "here", "found"),
    [
        ([["a", "b"], ["c", "d"]], "abcd", [["a", "b"], ["c", "d"]]),
        ([["a", "b"], ["c", "d"]], "abc", [["a", "b", "c"]]),
        ([["a", "b"], ["c", "d"]], "ac", [["a", "c"]]),
        ([["a", "b"], ["c", "d", "e"]], "abcd", [["a", "b"], ["c", "d"]]),
        ([["a", "b"]], "abx", [["a", "b", "x"]]),
        ([["a", "b"]], "abxy", [["a", "b"], ["x", "y"]]),
        ([["a", "b"]], "a", []),
        ([], "", []),
    ],
)
def test_who_lost_a_buddy_or_came_since_finds_one(groups, here, found):
    assert settled(groups, here) == found


def test_buddies_are_the_others_of_ones_group():
    groups = [["a", "b"], ["c", "d", "e"]]

    assert [buddies_in(groups, each) for each in "adx"] == [["b"], ["c", "e"], []]


@pytest.mark.parametrize(
    ("utc", "zone", "due"),
    [
        ((12, 10, 30), "Europe/Berlin", (12, 10, 30)),
        ((12, 3, 0), "Europe/Berlin", (12, 7, 0)),
        ((12, 20, 0), "Europe/Berlin", (13, 7, 0)),
        ((12, 16, 0), "Europe/Berlin", (13, 7, 0)),
        ((12, 1, 0), "America/New_York", (12, 13, 0)),
    ],
)
def test_what_can_wait_arrives_by_day(utc, zone, due):
    moment = datetime(2026, 5, *utc, tzinfo=UTC)

    assert decent(moment, ZoneInfo(zone)) == datetime(2026, 5, *due, tzinfo=UTC)
