import datetime as dt
from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from analytics.imports.seats import Stay, overlaps, without_seat


def day(number):
    return dt.date(2024, 1, 1) + dt.timedelta(days=number)


@st.composite
def stays(draw):
    start = draw(st.integers(0, 12))
    length = draw(st.none() | st.integers(0, 6))
    return (draw(st.integers(1, 4)), day(start), None if length is None else day(start + length))


@st.composite
def circles(draw):
    """Some stays that are recorded (row 0) and some from a file."""
    recorded = [Stay(*stay) for stay in draw(st.lists(stays(), max_size=5))]
    of_file = [
        Stay(*stay, row=row) for row, stay in enumerate(draw(st.lists(stays(), max_size=6)), 2)
    ]
    return [*recorded, *of_file]


def days_of(stay):
    last = min(stay.last, day(40))
    return {stay.start + dt.timedelta(days=n) for n in range((last - stay.start).days)}


@given(circles())
def test_every_row_that_shares_a_day_with_another_stay_is_found(circle):
    pairs = [
        (one, other)
        for n, one in enumerate(circle)
        for other in circle[n + 1 :]
        if one.person == other.person and days_of(one) & days_of(other) and (one.row or other.row)
    ]
    found = list(overlaps(circle))

    for one, other in found:
        assert days_of(one) & days_of(other)
        assert one.person == other.person
        assert one.row > other.row
    involved = {stay.row for pair in pairs for stay in pair} - {0}
    assert bool(found) == bool(pairs)
    assert {one.row for one, _ in found} <= involved


@given(circles(), st.integers(0, 4))
def test_seats_suffice_once_the_crowded_out_are_gone(circle, capacity):
    out = {stay.row for stay, _ in without_seat(circle, capacity)}

    seated = [stay for stay in circle if stay.row not in out]
    taken = Counter(day for stay in seated for day in days_of(stay))
    by_record = Counter(day for stay in circle if not stay.row for day in days_of(stay))
    with_rows = {day for stay in seated if stay.row for day in days_of(stay)}
    assert 0 not in out
    assert all(taken[day] <= max(capacity, by_record[day]) for day in with_rows)


@given(circles(), st.integers(0, 4))
def test_nobody_is_crowded_out_while_there_are_seats(circle, capacity):
    taken = Counter(day for stay in circle for day in days_of(stay))

    if max(taken.values(), default=0) <= capacity:
        assert list(without_seat(circle, capacity)) == []


def test_seat_is_free_on_the_day_somebody_leaves():
    first, second = Stay(1, day(0), day(5), row=2), Stay(2, day(5), None, row=3)

    assert list(without_seat([first, second], 1)) == []


def test_whoever_joined_last_is_crowded_out_and_the_record_never():
    recorded, early, late = (
        Stay(1, day(9), None),
        Stay(2, day(0), None, 2),
        Stay(3, day(1), None, 3),
    )

    assert list(without_seat([late, early, recorded], 2)) == [(late, day(9))]


def test_facilitator_takes_no_seat():
    holder = Stay(1, day(0), None, row=2, takes_seat=False)

    assert list(without_seat([holder, Stay(2, day(0), None, row=3)], 1)) == []
