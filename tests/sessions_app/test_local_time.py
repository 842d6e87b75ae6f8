from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sessions_app.local_time import NoSuchTime, comes_twice, moment_of

BERLIN = ZoneInfo("Europe/Berlin")
SYDNEY = ZoneInfo("Australia/Sydney")
LORD_HOWE = ZoneInfo("Australia/Lord_Howe")
ZONES = st.sampled_from(sorted(available_timezones())).map(ZoneInfo)
MINUTES = st.datetimes(datetime(2025, 1, 1), datetime(2030, 12, 31)).map(
    lambda local: local.replace(second=0, microsecond=0)
)


@pytest.mark.parametrize(
    ("local", "zone", "moment"),
    [
        (datetime(2026, 1, 15, 15, 0), BERLIN, datetime(2026, 1, 15, 14, 0, tzinfo=UTC)),
        (datetime(2026, 7, 15, 15, 0), BERLIN, datetime(2026, 7, 15, 13, 0, tzinfo=UTC)),
        (datetime(2026, 1, 15, 9, 0), SYDNEY, datetime(2026, 1, 14, 22, 0, tzinfo=UTC)),
        (datetime(2026, 7, 15, 9, 0), SYDNEY, datetime(2026, 7, 14, 23, 0, tzinfo=UTC)),
    ],
)
def test_moment_follows_the_zone_through_the_year(local, zone, moment):
    assert moment_of(local, zone) == moment


@pytest.mark.parametrize(
    ("local", "zone"),
    [
        (datetime(2026, 3, 29, 2, 0), BERLIN),
        (datetime(2026, 3, 29, 2, 59), BERLIN),
        (datetime(2026, 10, 4, 2, 30), SYDNEY),
        (datetime(2026, 10, 4, 2, 15), LORD_HOWE),
    ],
)
def test_time_that_clocks_skip_is_refused(local, zone):
    with pytest.raises(NoSuchTime):
        moment_of(local, zone)


def test_refusal_says_which_time_and_why():
    with pytest.raises(NoSuchTime) as refusal:
        moment_of(datetime(2026, 3, 29, 2, 30), BERLIN)

    assert str(refusal.value) == (
        "02:30 does not exist on 29 March 2026 in Europe/Berlin, because clocks go forward then. "
        "Choose an earlier or a later time."
    )


@pytest.mark.parametrize(
    ("local", "zone"),
    [
        (datetime(2026, 3, 29, 1, 59), BERLIN),
        (datetime(2026, 3, 29, 3, 0), BERLIN),
        (datetime(2026, 10, 4, 3, 0), SYDNEY),
        (datetime(2026, 10, 4, 2, 30), LORD_HOWE),
    ],
)
def test_times_beside_the_gap_exist_once(local, zone):
    moment = moment_of(local, zone)

    assert moment.astimezone(zone).replace(tzinfo=None) == local
    assert not comes_twice(moment, zone)


@pytest.mark.parametrize(
    ("local", "zone", "first"),
    [
        (datetime(2026, 10, 25, 2, 30), BERLIN, datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
        (datetime(2026, 4, 5, 2, 30), SYDNEY, datetime(2026, 4, 4, 15, 30, tzinfo=UTC)),
        (datetime(2026, 4, 5, 1, 45), LORD_HOWE, datetime(2026, 4, 4, 14, 45, tzinfo=UTC)),
    ],
)
def test_of_a_time_that_comes_twice_the_first_is_taken(local, zone, first):
    moment = moment_of(local, zone)

    assert moment == first
    assert comes_twice(moment, zone)


@given(local=MINUTES, zone=ZONES)
def test_every_wall_clock_time_comes_back_or_is_refused(local, zone):
    try:
        moment = moment_of(local, zone)
    except NoSuchTime:
        back = local.replace(tzinfo=zone).astimezone(UTC).astimezone(zone)
        assert back.replace(tzinfo=None) != local
    else:
        assert moment.astimezone(zone).replace(tzinfo=None, fold=0) == local


@given(local=MINUTES, zone=ZONES)
def test_no_earlier_moment_shows_the_same_time(local, zone):
    try:
        moment = moment_of(local, zone)
    except NoSuchTime:
        return
    shown = {
        (moment - timedelta(minutes=minutes)).astimezone(zone).replace(tzinfo=None, fold=0)
        for minutes in range(30, 121, 30)
    }

    assert local not in shown
