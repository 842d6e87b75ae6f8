"""When series meet, judged by dateutil and by recurring-ical-events."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import icalendar
import pytest
import recurring_ical_events
from dateutil.rrule import rrulestr
from hypothesis import given, settings
from hypothesis import strategies as st

from sessions_app.models import Series
from sessions_app.recurrence.chains import links
from sessions_app.recurrence.occurrences import (
    is_exhausted,
    nominal_days,
    occurrences,
    skipped,
    why_off,
)
from sessions_app.recurrence.rules import BadRule, days, moved, parsed
from sessions_app.recurrence.words import describe

BERLIN = ZoneInfo("Europe/Berlin")
ZONES = (
    *("Europe/Berlin", "Europe/London", "America/New_York", "America/Santiago"),
    *("Australia/Sydney", "Australia/Lord_Howe", "Pacific/Auckland", "Asia/Kathmandu"),
    *("Africa/Casablanca", "Asia/Tokyo", "America/St_Johns", "Pacific/Chatham"),
)
DAYS = st.dates(date(2025, 1, 1), date(2028, 12, 31))
AT = "at 15:00 in New York"
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


@st.composite
def rules(draw):
    """Rules as people choose them, and some that they would not."""
    step = draw(st.integers(1, 3))
    some = st.lists(st.sampled_from(WEEKDAYS), min_size=1, max_size=2, unique=True)
    kinds = {
        "weekly": lambda: f"FREQ=WEEKLY;INTERVAL={step};BYDAY={','.join(draw(some))}",
        "by date": lambda: f"FREQ=MONTHLY;INTERVAL={step};BYMONTHDAY={draw(st.integers(1, 31))}",
        "last day": lambda: f"FREQ=MONTHLY;INTERVAL={step};BYMONTHDAY=-1",
        "by weekday": lambda: (
            f"FREQ=MONTHLY;INTERVAL={step};"
            f"BYDAY={draw(st.sampled_from([1, 2, 3, 4, 5, -1, -2]))}{draw(some)[0]}"
        ),
        "picked": lambda: f"FREQ=MONTHLY;BYDAY=MO,TU,WE;BYSETPOS={draw(st.sampled_from([1, -1]))}",
    }
    rule = kinds[draw(st.sampled_from(sorted(kinds)))]()
    return rule + draw(st.sampled_from(["", ";COUNT=1", ";COUNT=9"]))


def series(rule="FREQ=WEEKLY;BYDAY=TH", starts_on=date(2026, 10, 1), at=time(15), **fields):
    fields = {"minutes": 60, "time_zone": "Europe/Berlin"} | fields
    return Series(rule=rule, starts_on=starts_on, at=at, **fields)


def held(one, *, since=date(2026, 1, 1), until=date(2027, 12, 31)):
    return [found.held_on for found in occurrences(one, since=since, until=until)]


@given(rule=rules(), starts=DAYS)
@settings(max_examples=60)
def test_days_are_those_of_dateutil(rule, starts):
    until = starts + timedelta(days=1000)
    judge = rrulestr(rule, dtstart=datetime.combine(starts, time()))

    found = list(days(parsed(rule), starts, BERLIN, until=until))

    assert found == [
        one.date()
        for one in judge.between(datetime.combine(starts, time()), until_midnight(until), inc=True)
    ]


def until_midnight(day):
    return datetime.combine(day, time(23, 59))


@given(rule=rules(), day=DAYS, minute=st.integers(0, 95), zone=st.sampled_from(ZONES))
@settings(max_examples=36)
def test_instants_are_those_of_calendars_over_two_years(rule, day, minute, zone):
    at = time(minute // 4, minute % 4 * 15)
    fields = {"at": at, "minutes": 60, "time_zone": zone}
    one = links([rule], since=day, fields=fields)[0]
    until = one.starts_on + timedelta(days=730)

    ours = occurrences(one, since=one.starts_on, until=until)

    theirs = instants_of_calendar(one, until)
    gap = {found.starts_at for found in ours if clock(found, one.zone) != at}
    assert {found.starts_at for found in ours} - gap == theirs - gap_of_judge(one, theirs)
    assert all(clock(found, one.zone) == at for found in ours if found.starts_at not in gap)


def instants_of_calendar(one, until):
    event = icalendar.Event()
    event.add("uid", "x")
    event.add("dtstart", datetime.combine(one.starts_on, one.at, one.zone))
    event.add("dtend", datetime.combine(one.starts_on, one.at, one.zone) + timedelta(minutes=60))
    event.add("rrule", icalendar.vRecur.from_ical(one.rule))
    calendar = icalendar.Calendar()
    calendar.add_component(event)
    end = datetime.combine(until + timedelta(days=1), time(), one.zone)
    found = recurring_ical_events.of(calendar).between(
        datetime.combine(one.starts_on, time(), one.zone), end
    )
    return {event["DTSTART"].dt.astimezone(UTC) for event in found}


def gap_of_judge(one, theirs):
    """Where clocks skip the time, the judge may read it after the gap; the next test holds ours."""
    return {at for at in theirs if at.astimezone(one.zone).time() != one.at}


def clock(found, zone):
    return found.starts_at.astimezone(zone).time()


@pytest.mark.parametrize(
    ("zone", "day", "at", "moment"),
    [
        # Skipped: half past two is read as before the gap, and shown as half past three.
        ("Europe/Berlin", date(2027, 3, 28), time(2, 30), datetime(2027, 3, 28, 1, 30)),
        # Half an hour is skipped on Lord Howe.
        ("Australia/Lord_Howe", date(2026, 10, 4), time(2, 15), datetime(2026, 10, 3, 15, 45)),
        # Shown twice: the first one.
        ("Europe/Berlin", date(2026, 10, 25), time(2, 30), datetime(2026, 10, 25, 0, 30)),
        ("America/New_York", date(2026, 11, 1), time(1, 30), datetime(2026, 11, 1, 5, 30)),
    ],
)
def test_time_that_clocks_skip_or_repeat(zone, day, at, moment):
    one = series("FREQ=WEEKLY", day, at, time_zone=zone)

    found = occurrences(one, since=day, until=day)[0]

    assert found.starts_at == moment.replace(tzinfo=UTC)
    assert found.ends_at - found.starts_at == timedelta(minutes=60)


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ("FREQ=MONTHLY;BYMONTHDAY=31;BYMONTH=2", "No day fits this rhythm in the next 5 years."),
        ("FREQ=MONTHLY;INTERVAL=12;BYMONTHDAY=31;BYMONTH=2", "No day fits this rhythm"),
        ("FREQ=MONTHLY;BYDAY=MO;BYSETPOS=6", "No day fits this rhythm"),
        ("FREQ=WEEKLY;UNTIL=20260101", "This series would end before its first meeting."),
        ("FREQ=WEEKLY;UNTIL=20260101T000000Z", "This series would end before its first meeting."),
        ("FREQ=WEEKLY;COUNT=0", "The number of meetings is from 1 to 520."),
        ("FREQ=WEEKLY;COUNT=99999999", "The number of meetings is from 1 to 520."),
        ("FREQ=WEEKLY;INTERVAL=0", "The step between meetings is from 1 to 52."),
        ("FREQ=WEEKLY;INTERVAL=1000000", "The step between meetings is from 1 to 52."),
        ("FREQ=SECONDLY", "A series meets by the week or by the month;"),
        ("FREQ=MINUTELY;COUNT=5", "A series meets by the week or by the month;"),
        ("FREQ=HOURLY", "A series meets by the week or by the month;"),
        ("INTERVAL=2", "A series meets by the week or by the month;"),
        ("FREQ=WEEKLY;BYHOUR=3", "A series of meetings cannot follow BYHOUR."),
        ("FREQ=WEEKLY;BYDAY=2TH", "A weekly series knows days of the week only."),
        ("FREQ=WEEKLY;BYMONTHDAY=2", "A weekly series knows days of the week only."),
        ("FREQ=MONTHLY;BYDAY=6MO", "“6MO” is not a day of the week that a month has."),
        ("FREQ=MONTHLY;BYMONTHDAY=32", "“32” does not exist in a calendar."),
        ("FREQ=MONTHLY;BYMONTHDAY=TH", "“TH” does not exist in a calendar."),
        ("FREQ=MONTHLY;BYMONTH=-1", "“-1” does not exist in a calendar."),
        ("FREQ=MONTHLY;BYSETPOS=1", "This rule picks a meeting from days that it does not name."),
        ("FREQ=WEEKLY;COUNT=2;UNTIL=20270101", "A series ends after some meetings or on a day,"),
        ("FREQ=WEEKLY;UNTIL=tomorrow", "The day on which the series ends cannot be read."),
        ("FREQ=WEEKLY;UNTIL=*", "This rule cannot be read."),
        ("FREQ=WEEKLY;UNTIL=20261399", "The day on which the series ends cannot be read."),
        ("FREQ=WEEKLY;FREQ=MONTHLY", "This rule says the same thing twice."),
        ("DTSTART:20260101\nRRULE:FREQ=WEEKLY", "This rule cannot be read."),
        ("", "This rule cannot be read."),
        ("FREQ=WEEKLY;BYDAY=" + "MO," * 200 + "MO", "This rule cannot be read."),
    ],
)
def test_bad_rules_are_refused_in_words(rule, words):
    with pytest.raises(BadRule) as refused:
        links([rule], since=date(2026, 10, 1), fields={"time_zone": "Europe/Berlin"})

    assert str(refused.value).startswith(words)


@given(rule=rules())
@settings(max_examples=40)
def test_rules_are_written_as_they_were_read(rule):
    assert parsed(str(parsed(rule))) == parsed(rule)


def test_last_rule_of_the_calendar_ends():
    assert list(days(parsed("FREQ=MONTHLY"), date(9999, 12, 1), BERLIN)) == [date(9999, 12, 1)]
    assert list(days(parsed("FREQ=WEEKLY"), date(9999, 12, 30), BERLIN)) == []


def test_chain_begins_each_rhythm_after_the_last_day_of_the_one_before():
    fields = {"time_zone": "Europe/Berlin", "at": time(15), "minutes": 60}
    chain = links(
        ["FREQ=WEEKLY;COUNT=6", "FREQ=MONTHLY;BYDAY=1TH"], since=date(2026, 10, 1), fields=fields
    )

    assert [(one.rule, one.starts_on) for one in chain] == [
        ("FREQ=WEEKLY;BYDAY=TH;COUNT=6", date(2026, 10, 1)),
        ("FREQ=MONTHLY;BYDAY=1TH", date(2026, 12, 3)),
    ]
    assert describe(chain) == (
        "Every Thursday at 15:00 in Berlin, 6 times, then on the first Thursday of every month"
    )
    with pytest.raises(BadRule, match="Say how many meetings come before"):
        links(["FREQ=WEEKLY", "FREQ=MONTHLY"], since=date(2026, 10, 1), fields=fields)
    with pytest.raises(BadRule, match="A series needs a rhythm"):
        links([], since=date(2026, 10, 1), fields=fields)


def test_holidays_are_met_skipped_or_shifted():
    # 24, 25 and 26 December 2026 are a Thursday, a Friday and a Saturday.
    fields = {"holidays_of": "DE-BE", "days_off": [date(2026, 12, 24)]}
    months = {"since": date(2026, 12, 17), "until": date(2027, 1, 7)}

    meet = series(on_holiday="meet", **fields)
    skip = series(on_holiday="skip", **fields)
    shift = series(on_holiday="shift", **fields)

    assert [day.day for day in held(meet, **months)] == [17, 24, 31, 7]
    assert [day.day for day in held(skip, **months)] == [17, 31, 7]
    assert skipped(skip, **months) == [date(2026, 12, 24)]
    # Past Christmas Day and the weekend, to Monday.
    assert [day.day for day in held(shift, **months)] == [17, 28, 31, 7]
    assert [one.is_shifted for one in occurrences(shift, **months)] == [False, True, False, False]
    assert why_off(shift, date(2026, 12, 25)) == "Christmas Day"
    assert why_off(series(), date(2026, 12, 25)) == ""


def test_shift_takes_no_other_meeting_and_gives_up_after_two_weeks():
    fields = {"days_off": [date(2026, 10, 1)], "on_holiday": "shift"}
    crowded = series("FREQ=WEEKLY;BYDAY=TH,FR", **fields)
    away = series(days_off=[date(2026, 10, day) for day in range(1, 30)], on_holiday="shift")

    # Friday is taken, the weekend is free of work: Monday.
    assert held(crowded, until=date(2026, 10, 2)) == [date(2026, 10, 5), date(2026, 10, 2)]
    assert skipped(away, since=date(2026, 10, 1), until=date(2026, 10, 9)) == [
        date(2026, 10, 1),
        date(2026, 10, 8),
    ]


def test_weekends_are_the_countrys():
    friday = date(2026, 4, 22)  # Israel's Independence Day is on Wednesday; Thursday is free.
    one = series("FREQ=WEEKLY", friday, holidays_of="IL", on_holiday="shift")

    assert held(one, until=friday) == [date(2026, 4, 23)]


@given(st.integers(1, 12), st.integers(0, 40))
@settings(max_examples=40)
def test_shifting_does_not_depend_on_where_one_looks(month, length):
    one = series("FREQ=WEEKLY;BYDAY=TH,FR", date(2026, 1, 1), holidays_of="DE", on_holiday="shift")
    since = date(2026, month, 1)
    until = since + timedelta(days=length)

    whole = occurrences(one, since=one.starts_on, until=date(2027, 6, 30))

    window = [found for found in whole if since <= found.nominal_on <= until]
    assert occurrences(one, since=since, until=until) == window
    assert len({found.held_on for found in whole}) == len(whole)


def test_zone_that_vanished_counts_as_utc():
    one = series(time_zone="Mars/Olympus")

    assert occurrences(one, since=one.starts_on, until=one.starts_on)[0].starts_at == datetime(
        2026, 10, 1, 15, tzinfo=UTC
    )


def test_end_of_a_series():
    until = str(parsed("FREQ=WEEKLY;BYDAY=TH").ending(date(2026, 10, 15), BERLIN))
    ended = series(ended_at=datetime(2026, 10, 9, tzinfo=UTC))

    assert until == "FREQ=WEEKLY;BYDAY=TH;UNTIL=20261015T215959Z"
    assert [day.day for day in nominal_days(series(until), until=date.max)] == [1, 8, 15]
    assert [day.day for day in held(series("FREQ=WEEKLY;UNTIL=20261015"))] == [1, 8, 15]
    assert [day.day for day in held(ended)] == [1, 8]
    assert is_exhausted(series(until), after=date(2026, 10, 15))
    assert not is_exhausted(series(until), after=date(2026, 10, 14))


@pytest.mark.parametrize(
    ("rule", "was", "now", "becomes"),
    [
        ("FREQ=WEEKLY;BYDAY=TH", (2026, 10, 1), (2026, 10, 2), "FREQ=WEEKLY;BYDAY=FR"),
        ("FREQ=WEEKLY;BYDAY=MO,SU", (2026, 10, 5), (2026, 10, 6), "FREQ=WEEKLY;BYDAY=MO,TU"),
        ("FREQ=MONTHLY;BYDAY=1TH", (2026, 10, 1), (2026, 10, 9), "FREQ=MONTHLY;BYDAY=2FR"),
        ("FREQ=MONTHLY;BYDAY=-1TH", (2026, 10, 29), (2026, 10, 28), "FREQ=MONTHLY;BYDAY=-1WE"),
        ("FREQ=MONTHLY;BYDAY=4TH", (2026, 10, 22), (2026, 10, 29), "FREQ=MONTHLY;BYDAY=-1TH"),
        ("FREQ=MONTHLY;BYMONTHDAY=1", (2026, 10, 1), (2026, 10, 9), "FREQ=MONTHLY;BYMONTHDAY=9"),
        (
            "FREQ=MONTHLY;BYMONTHDAY=-1",
            (2026, 10, 31),
            (2026, 11, 30),
            "FREQ=MONTHLY;BYMONTHDAY=-1",
        ),
        ("FREQ=WEEKLY;BYDAY=TH", (2026, 10, 1), (2026, 10, 1), "FREQ=WEEKLY;BYDAY=TH"),
    ],
)
def test_rhythm_moves_with_its_day(rule, was, now, becomes):
    assert str(moved(parsed(rule), date(*was), date(*now))) == becomes


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=TH;COUNT=12", "Every second Thursday @, 12 times"),
        ("FREQ=WEEKLY", "Every Thursday @"),
        ("FREQ=WEEKLY;BYDAY=MO,WE,FR;COUNT=1", "Every Monday, Wednesday and Friday @, once"),
        ("FREQ=WEEKLY;INTERVAL=3;BYDAY=TH", "Every three weeks on Thursday @"),
        ("FREQ=MONTHLY;BYDAY=2TH", "On the second Thursday of every month @"),
        ("FREQ=MONTHLY;BYDAY=-1FR;INTERVAL=2", "On the last Friday of every second month @"),
        ("FREQ=MONTHLY;BYDAY=TH;INTERVAL=3", "On every Thursday of every three months @"),
        ("FREQ=MONTHLY;BYDAY=MO,TU;BYSETPOS=-1", "On the last Monday or Tuesday of every month @"),
        ("FREQ=MONTHLY", "On the 1st of every month @"),
        (
            "FREQ=MONTHLY;BYMONTHDAY=2,13,23;BYMONTH=6,1",
            "On the 2nd, 13th and 23rd of every month, in January and June @",
        ),
        ("FREQ=MONTHLY;BYMONTHDAY=-1", "On the last day of every month @"),
        ("FREQ=MONTHLY;BYMONTHDAY=13;BYDAY=FR", "On the 13th that is a Friday of every month @"),
        ("FREQ=WEEKLY;UNTIL=20261217T235959Z", "Every Thursday @, until 17 December 2026"),
    ],
)
def test_series_in_words(rule, words):
    assert describe(series(rule, time_zone="America/New_York")) == words.replace("@", AT)
