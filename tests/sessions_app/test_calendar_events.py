"""What is written is read back with other people's libraries, and compared with our own times."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
import recurring_ical_events
from icalendar import Calendar

from circles.models import Circle
from members.models import Member
from sessions_app.calendars.events import Reader, calendar_of, event_of_meeting, events_of_series
from sessions_app.calendars.names import named, person_of, reply_address, uid_of
from sessions_app.calendars.zones import timezone_of
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
    "FREQ=WEEKLY;BYDAY=SU",
    "FREQ=WEEKLY;BYDAY=TH",
    "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO",
    "FREQ=MONTHLY;BYDAY=-1FR",
    "FREQ=MONTHLY;BYMONTHDAY=31;COUNT=9",
)
FIRST, LAST = date(2026, 1, 1), date(2027, 12, 31)
READER = Reader(Member(pk=7, name="Ana “Bo” Müller", email="ana@example.test"))


FIRST_DAYS = {"SU": 4, "TH": 1, "MO": 5, "FR": 30}


def first_day(rule):
    """A day that the rule gives, as the product stores it."""
    days = [day for name, day in FIRST_DAYS.items() if name in rule.partition("BYDAY=")[2]]
    return date(2026, 1, *(days or [31]))


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


@pytest.mark.parametrize("zone", [*ZONES, "America/Asuncion", "Europe/Dublin"])
def test_clock_changes_are_those_of_the_zone(zone):
    """Read without the name of the zone, as a program does that does not know it."""
    theirs = timezone_of(zone, 2026, 2031).to_tz(lookup_tzid=False)
    ours = ZoneInfo(zone)

    moments = [datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=169 * n) for n in range(310)]
    locals_ = [moment.astimezone(ours).replace(tzinfo=None) for moment in moments]

    assert [local.replace(tzinfo=theirs).utcoffset() for local in locals_] == [
        local.replace(tzinfo=ours).utcoffset() for local in locals_
    ]


def test_yearly_clock_changes_are_written_as_rules():
    written_zone = timezone_of("America/Santiago", 2026, 2031).to_ical().decode()

    assert written_zone.count("BEGIN:STANDARD") == written_zone.count("BEGIN:DAYLIGHT") == 1
    assert "RRULE:FREQ=YEARLY;BYDAY=SU;BYMONTHDAY=2,3,4,5,6,7,8;BYMONTH=4" in written_zone
    assert "RDATE" not in written_zone


def days_of(calendar):
    return [starts.date() for starts, _ in read_back(calendar)]


def test_moved_cancelled_missing_and_skipped_meetings_are_told():
    series = series_by("FREQ=WEEKLY;BYDAY=TH", at=time(15), on_holiday="skip")
    series.days_off = [date(2026, 2, 5)]
    # Planned before the 19th became a day off, so it stays; nothing was planned for the 26th.
    days = [date(2026, 1, day) for day in (1, 8, 15, 22, 29)] + [date(2026, 2, 12)]
    series.planned_until = date(2026, 2, 26)
    series.days_off.append(date(2026, 2, 12))
    meetings = [meeting_of(series, day) for day in days]
    meetings[1].state = Meeting.State.CANCELLED
    meetings[2] = meeting_of(series, days[2], starts_at=datetime(2026, 1, 17, 9, tzinfo=UTC))
    meetings[3].title = "About asking"

    calendar = written(series, meetings)

    first = [day for day in days_of(calendar) if day < date(2026, 3, 6)]
    assert first == [
        *(date(2026, 1, 1), date(2026, 1, 17), date(2026, 1, 22), date(2026, 1, 29)),
        *(date(2026, 2, 12), date(2026, 3, 5)),
    ]
    changed = {event.get("RECURRENCE-ID").dt.date(): event for event in calendar.events[1:]}
    assert set(changed) == {days[2], days[3]}
    assert changed[days[3]]["SUMMARY"] == "Night owls; and, more: About asking"


def test_shifted_holiday_is_an_exception_before_it_is_planned():
    series = series_by("FREQ=WEEKLY;BYDAY=TH", on_holiday="shift", days_off=[date(2026, 5, 14)])

    calendar = written(series)

    ours = occurrences(series, since=FIRST, until=LAST)
    assert read_back(calendar) == [(each.starts_at, each.ends_at) for each in ours]
    assert len(calendar.events) == 2


def test_series_that_somebody_joins_later_begins_then_and_counts_on():
    series = series_by("FREQ=MONTHLY;BYDAY=-1FR;COUNT=9")

    calendar = written(series, since=date(2026, 3, 1))

    rule = calendar.events[0]["RRULE"]
    assert rule["COUNT"] == [7]
    assert len(read_back(calendar)) == 7


@pytest.mark.parametrize(
    ("end", "until"),
    [
        ("UNTIL=20260131", datetime(2026, 1, 31, 1, 30, tzinfo=UTC)),
        ("UNTIL=20260131T120000", datetime(2026, 1, 31, 11, tzinfo=UTC)),
        ("UNTIL=20260131T120000Z", datetime(2026, 1, 31, 12, tzinfo=UTC)),
    ],
)
def test_end_of_a_rule_is_written_in_utc(end, until):
    series = series_by("FREQ=WEEKLY;BYDAY=TH")
    series.rule += f";{end}"

    (event,) = events_of_series(series, [], READER, since=series.starts_on)

    assert event["RRULE"]["UNTIL"] == [until]


def test_ended_series_ends_with_what_stands_and_without_anything_is_none():
    series = series_by("FREQ=WEEKLY;BYDAY=TH", ended_at=datetime(2026, 1, 20, tzinfo=UTC))
    series.planned_until = date(2026, 6, 1)
    stands = [meeting_of(series, date(2026, 1, day)) for day in (1, 8, 22)]
    off = meeting_of(series, date(2026, 1, 29), state=Meeting.State.CANCELLED)

    assert days_of(written(series, [*stands, off])) == [each.held_on for each in stands]
    assert written(series, [off]).events == []
    assert written(series, []).events == []
    series.ended_at = None
    assert written(series, [off], until=date(2026, 5, 1)).events == []


def test_meetings_on_days_that_the_rule_no_longer_gives_stay():
    series = series_by("FREQ=WEEKLY;BYDAY=TH", at=time(15))
    series.planned_until = date(2026, 1, 8)
    stands = [meeting_of(series, date(2026, 1, day)) for day in (1, 6)]

    calendar = written(series, stands, until=date(2026, 1, 20))

    assert days_of(calendar) == [date(2026, 1, 1), date(2026, 1, 6), date(2026, 1, 15)]


def test_only_such_days_are_written_too():
    series = series_by("FREQ=WEEKLY;BYDAY=TH", at=time(15))
    series.planned_until = date(2026, 1, 8)

    calendar = written(series, [meeting_of(series, date(2026, 1, 6))], until=date(2026, 1, 8))

    assert days_of(calendar) == [date(2026, 1, 6)]


def test_entry_is_complete_valid_and_says_no_more_than_it_may():
    series = series_by("FREQ=WEEKLY;BYDAY=TH", title="Ümlaut " * 15, video_url="https://x.test/a,b")
    meeting = meeting_of(series, series.starts_on, recap="Unspeakable", sequence=2)
    meeting.series, meeting.place = None, "Room 4, upstairs"
    invited = Reader(READER.person, is_invited=True, said={meeting.pk: "going"})
    one = event_of_meeting(meeting, invited)

    raw = calendar_of([one], method="REQUEST", name="Peerloom").to_ical()
    whole = calendar_of(events_of_series(series, [], READER, since=FIRST), method="PUBLISH")

    assert raw.count(b"\n") == raw.count(b"\r\n")
    assert max(map(len, raw.split(b"\r\n"))) <= 75
    assert b"Unspeakable" not in raw
    assert b"REFRESH-INTERVAL;VALUE=DURATION:PT1H" in raw
    parsed = Calendar.from_ical(raw)
    (event,) = parsed.events
    assert (parsed["METHOD"], str(parsed["X-WR-CALNAME"])) == ("REQUEST", "Peerloom")
    assert (event["SEQUENCE"], event["STATUS"], event["CLASS"]) == (2, "CONFIRMED", "PRIVATE")
    assert (str(event["LOCATION"]), str(event["UID"])) == ("Room 4, upstairs", uid_of(meeting))
    assert str(event["ATTENDEE"]) == "mailto:ana@example.test"
    assert event["ATTENDEE"].params["PARTSTAT"] == "ACCEPTED"
    assert person_of(str(event["ORGANIZER"])) == 7
    # A series shows its link where it has no place, and says it once more for programs to find.
    (event,) = Calendar.from_ical(whole.to_ical()).events
    assert str(event["LOCATION"]) == str(event["CONFERENCE"]) == "https://x.test/a,b"
    assert "Join the call: https://x.test/a,b" in event["DESCRIPTION"]
    assert "ATTENDEE" not in event


def test_time_that_clocks_show_twice_is_written_in_utc():
    series = series_by("FREQ=WEEKLY;BYDAY=TH")
    second = datetime(2026, 10, 25, 1, 30, tzinfo=UTC)  # 02:30 in Berlin, once more
    meeting = meeting_of(series, date(2026, 10, 22), starts_at=second)

    event = event_of_meeting(meeting, READER, series=series)

    assert event["DTSTART"].dt == second
    assert event["DTSTART"].to_ical() == b"20261025T013000Z"
    assert event["DTEND"].to_ical() == b"20261025T034500"


def test_names_in_calendars_lead_back_to_what_they_name(settings):
    meeting, other = Meeting(), Member(pk=8)
    settings.REPLY_ADDRESS = "Peerloom <answers@example.com>"
    address = reply_address(READER.person)

    assert address.startswith("answers+7-")
    assert address.endswith("@example.com")
    assert len(address.partition("@")[0]) < 64
    assert person_of(address.upper()) == 7
    assert person_of(address.replace("+7-", "+8-")) is None
    assert person_of("answers@example.com") is None
    assert reply_address(other).partition("-")[2] != address.partition("-")[2]
    assert named(f"{meeting.uid}@elsewhere.test") == meeting.uid
    assert named("7@example.test") is None
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "another"
    assert person_of(address) == 7
