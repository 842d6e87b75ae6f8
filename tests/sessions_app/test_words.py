import pytest

from members.words import number_in_words
from sessions_app.words import carried_words, coming_sentence, greeting, in_days


@pytest.mark.parametrize(
    ("hour", "said"),
    [
        (0, "Good evening"),
        (4, "Good evening"),
        (5, "Good morning"),
        (11, "Good morning"),
        (12, "Good afternoon"),
        (17, "Good afternoon"),
        (18, "Good evening"),
        (23, "Good evening"),
    ],
)
def test_greeting_follows_the_hour(hour, said):
    assert greeting(hour) == said


@pytest.mark.parametrize(
    ("number", "said"),
    [(0, "none"), (1, "one"), (12, "twelve"), (13, "13"), (1240, "1,240"), (-1, "-1")],
)
def test_small_numbers_are_words(number, said):
    assert number_in_words(number) == said


@pytest.mark.parametrize(
    ("coming", "seats", "said"),
    [
        (0, 7, "Nobody has said yet that they come."),
        (0, 0, "Nobody has said yet that they come."),
        (1, 7, "One of seven is coming."),
        (6, 7, "Six of seven are coming."),
        (7, 7, "Everyone is coming."),
        (13, 14, "13 of 14 are coming."),
    ],
)
def test_coming_sentence(coming, seats, said):
    assert coming_sentence(coming, seats) == said


@pytest.mark.parametrize(
    ("times", "said"),
    [(0, ""), (1, "carried once"), (2, "carried twice"), (3, "carried three times")],
)
def test_carried_words(times, said):
    assert carried_words(times) == said


@pytest.mark.parametrize(
    ("days", "said"),
    [
        (-2, "2 days ago"),
        (-1, "yesterday"),
        (0, "today"),
        (1, "tomorrow"),
        (2, "in 2 days"),
    ],
)
def test_distance_in_days(days, said):
    assert in_days(days) == said
