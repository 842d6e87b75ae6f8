import datetime as dt
import zoneinfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from circles.hours import ANY, hours_of, overlap, slot_mask, suits, week_mask
from members import time_zones

SUMMER, WINTER = dt.date(2026, 7, 1), dt.date(2026, 12, 1)
ZONES = st.sampled_from(time_zones.offered())
DAYS = st.dates(dt.date(2000, 1, 1), dt.date(2035, 12, 31))
HOURS = st.lists(st.integers(0, 167), unique=True)
TUESDAY = 1


@given(HOURS, ZONES, DAYS)
def test_hours_there_and_back_are_the_same(hours, zone, on):
    mask = week_mask(hours, zone, on)

    assert hours_of(mask, zone, on) == (sorted(hours) or list(range(168)))


@given(HOURS, ZONES, DAYS)
def test_hours_are_as_many_in_every_zone(hours, zone, on):
    assert overlap(week_mask(hours, zone, on)) == (len(hours) or 168)


@given(HOURS, HOURS, ZONES, DAYS)
def test_overlap_within_one_zone_is_the_shared_hours(mine, theirs, zone, on):
    masks = week_mask(mine, zone, on), week_mask(theirs, zone, on)

    shared = set(mine or range(168)) & set(theirs or range(168))

    assert overlap(*masks) == len(shared)


@given(st.integers(0, 6), st.integers(0, 23), ZONES, DAYS)
def test_slot_of_an_hour_is_that_hour(weekday, hour, zone, on):
    slot = slot_mask(weekday, dt.time(hour), 60, zone, on)

    assert slot == week_mask([weekday * 24 + hour], zone, on)


@given(st.integers(0, 167), ZONES, DAYS)
def test_hour_is_where_the_clocks_put_it(hour, zone, on):
    monday = on - dt.timedelta(days=on.weekday())
    ahead = dt.datetime.combine(on, dt.time(12), zoneinfo.ZoneInfo(zone)).utcoffset()
    starts = dt.datetime.combine(monday, dt.time()) + dt.timedelta(hours=hour) - ahead
    quarter = (starts.weekday() * 24 + starts.hour) * 4 + starts.minute // 15

    assert week_mask([hour], zone, on) == slot_mask(
        quarter // 96, dt.time(quarter // 4 % 24, quarter % 4 * 15), 60, "UTC", on
    )


@pytest.mark.parametrize(
    ("zone", "on", "utc_weekday", "utc_time"),
    [
        ("Europe/Berlin", SUMMER, 1, dt.time(13)),
        ("Europe/Berlin", WINTER, 1, dt.time(14)),
        ("Asia/Kolkata", SUMMER, 1, dt.time(9, 30)),
        ("Asia/Kathmandu", SUMMER, 1, dt.time(9, 15)),
        ("Pacific/Auckland", WINTER, 1, dt.time(2)),
        ("Pacific/Honolulu", WINTER, 2, dt.time(1)),
        ("Nowhere/Atlantis", SUMMER, 1, dt.time(15)),
    ],
)
def test_tuesday_at_15_in_utc(zone, on, utc_weekday, utc_time):
    slot = slot_mask(TUESDAY, dt.time(15), 60, zone, on)

    assert slot == slot_mask(utc_weekday, utc_time, 60, "UTC", on)


def test_slot_goes_on_past_the_end_of_the_week():
    slot = slot_mask(6, dt.time(23, 30), 60, "UTC", SUMMER)

    assert suits(week_mask([167, 0], "UTC", SUMMER), slot)
    assert not suits(week_mask([167], "UTC", SUMMER), slot)


def test_slot_between_quarters_takes_the_quarters_it_touches():
    slot = slot_mask(0, dt.time(9, 10), 10, "UTC", SUMMER)

    assert overlap(slot) == 0.5


def test_everything_suits_whoever_names_no_hours():
    slot = slot_mask(0, dt.time(3), 90, "Asia/Tokyo", SUMMER)

    assert week_mask([], "Europe/Berlin", SUMMER) == ANY
    assert suits(week_mask([], "Europe/Berlin", SUMMER), slot)
    assert overlap() == 168


def test_slot_longer_than_a_week_is_the_whole_week():
    assert slot_mask(3, dt.time(9), 20_000, "UTC", SUMMER) == ANY
