"""What is written is read back with other people's libraries, and compared with our own times."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
import recurring_ical_events
from icalendar import Calendar

from circles.models import Circle
from members.models import Member
from sessions_app.calendars.events import Reader, calendar_of, events_of_series
from sessions_app.models import Meeting, Series
from sessions_app.recurrence.occurrences import occurrences

ZONES = (
    "Europe/Berlin",
    "Europe/London",
    "America/New_York",
    "America/Sao_Paulo",
    "America/Santiago",
    "Australia/Lord_Howe",
    "Australia/Sydney",
    "Pacific/Auckland",
    "Asia/Kolkata",
    "Asia/Kathmandu",
    "Africa/Casablanca",
    "UTC",
)
RULES = (
    "FREQ=WEEKLY;BYDAY=TH",
    "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO",
    "FREQ=MONTHLY;BYDAY=-1FR",
    "FREQ=MONTHLY;BYMONTHDAY=31;COUNT=9",
)
FIRST, LAST = date(2026, 1, 1), date(2027, 12, 31)
READER = Reader(Member(pk=7, name="Ana “Bo” Müller", email="ana@example.test"))


def first_day(rule):
    """A day that the rule gives, as the product stores it."""
    return {"TH": date(2026, 1, 1), "MO": date(2026, 1, 5), "FR": date(2026, 1, 30)}.get(
        rule.rpartition("=")[2].lstrip("-1"), date(2026, 1, 31)
    )


def series_by(rule, zone="Europe/Berlin", at=time(2, 30), **fields):
    return Series(
        pk=3,
        circle=Circle(pk=5, name="Night owls; and, more"),
        rule=rule,
        starts_on=first_day(rule),
        at=at,
        minutes=75,
        time_zone=zone,
        planned_until=first_day(rule) - timedelta(days=1),
        created_at=datetime(2025, 12, 1, tzinfo=UTC),
        **fields,
    )


def meeting_of(series, day, *, starts_at=None, **fields):
    usual = datetime.combine(day, series.at, series.zone).astimezone(UTC)
    starts_at = starts_at or usual
    return Meeting(
        pk=day.toordinal(),
        circle=series.circle,
        series=series,
        nominal_on=day,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=series.minutes),
        held_on=day,
        time_zone=series.time_zone,
        **fields,
    )


def written(series, meetings=(), **span):
    span.setdefault("since", series.starts_on)
    return calendar_of(events_of_series(series, meetings, READER, **span), method="PUBLISH")


def read_back(calendar, since=FIRST, until=LAST):
    """Every instant that another reader sees in it."""
    parsed = Calendar.from_ical(calendar.to_ical())
    found = recurring_ical_events.of(parsed).between(since, until + timedelta(days=1))
    return sorted((event.start.astimezone(UTC), event.end.astimezone(UTC)) for event in found)


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("zone", ZONES)
def test_every_instant_of_two_years_is_read_back(zone, rule):
    series = series_by(rule, zone)
    ours = occurrences(series, since=FIRST, until=LAST)

    calendar = written(series)

    assert read_back(calendar) == [(each.starts_at, each.ends_at) for each in ours]
    assert calendar.get_missing_tzids() == set()
