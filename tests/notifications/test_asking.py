"""What several kinds ask about the same rows is read once."""

import pytest

from notifications.asking import asked_once, one_asking


@pytest.fixture
def counted():
    """A read that remembers what it was asked."""
    asked = []

    @asked_once
    def read(keys):
        asked.append(tuple(keys))
        return [key * 2 for key in keys]

    return read, asked


def test_within_one_asking_it_reads_once_for_the_same_keys(counted):
    read, asked = counted

    with one_asking():
        answers = [read([1, 2]), read((1, 2)), read([3])]

    assert answers == [[2, 4], [2, 4], [6]]
    assert asked == [(1, 2), (3,)]


def test_outside_and_in_the_next_it_reads_again(counted):
    read, asked = counted

    read([1])
    read([1])
    for _ in range(2):
        with one_asking():
            read([1])

    assert asked == [(1,)] * 4
