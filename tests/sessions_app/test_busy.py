"""Calendars that people give: busy hours, and whatever else may be in them."""

from datetime import UTC, date, datetime

import pytest

from sessions_app.finding.busy import LARGEST, MOST_EVENTS, Unreadable, busy_hours
from sessions_app.finding.reading import busy_of

SINCE, UNTIL = date(2026, 3, 2), date(2026, 4, 27)
TEN = "DTSTART:20260310T100000Z"


def calendar(*lines):
    inside = "\r\n".join(lines)
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\n{inside}\r\nEND:VCALENDAR\r\n".encode()


def event(*lines):
    return "\r\n".join(("BEGIN:VEVENT", "UID:one", *lines, "END:VEVENT"))


def read(raw, zone="Europe/Berlin"):
    busy = busy_hours(raw, zone=zone, since=SINCE, until=UNTIL, email="me@x.test")
    return [(f"{a:%m-%d %H:%M}", f"{b:%m-%d %H:%M}") for a, b in busy.intervals]


HOUR = [("03-10 10:00", "03-10 11:00")]


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ((TEN, "DURATION:PT1H"), HOUR),
        ((TEN, "DTEND:20260310T110000Z"), HOUR),
        (("DTSTART:20260310T110000", "DURATION:PT1H"), HOUR),  # floating: the owner's clock
        (("DTSTART;TZID=W. Europe Standard Time:20260310T110000", "DURATION:PT1H"), HOUR),
        (("DTSTART;VALUE=DATE:20260310",), [("03-09 23:00", "03-10 23:00")]),
        (("DTSTART;VALUE=DATE:20260310", "TRANSP:TRANSPARENT"), []),
        ((TEN, "DURATION:PT1H", "TRANSP:TRANSPARENT"), []),
        ((TEN, "DURATION:PT1H", "STATUS:CANCELLED"), []),
        ((TEN, "DURATION:PT1H", "X-MICROSOFT-CDO-BUSYSTATUS:FREE"), []),
        ((TEN, "DURATION:PT1H", "ATTENDEE;PARTSTAT=DECLINED:mailto:ME@x.test"), []),
        ((TEN, "DURATION:PT1H", "ATTENDEE;PARTSTAT=DECLINED:mailto:other@x.test"), HOUR),
        ((TEN, "DURATION:PT1H", "BEGIN:VALARM", "TRIGGER:-PT5M", "END:VALARM"), HOUR),
        (("DTSTART:20260601T100000Z", "DURATION:PT1H"), []),  # after the window
        ((TEN,), []),  # it takes no time
    ],
)
def test_event_is_busy_or_free(lines, expected):
    assert read(calendar(event(*lines))) == expected


def test_series_keeps_its_wall_clock_and_its_exceptions():
    weekly = event(
        "DTSTART;TZID=Europe/Berlin:20260302T100000",
        "DTEND;TZID=Europe/Berlin:20260302T110000",
        "RRULE:FREQ=WEEKLY;COUNT=6",
        "EXDATE;TZID=Europe/Berlin:20260309T100000",
    )
    moved = event(
        "RECURRENCE-ID;TZID=Europe/Berlin:20260316T100000",
        "DTSTART;TZID=Europe/Berlin:20260317T100000",
        "DTEND;TZID=Europe/Berlin:20260317T110000",
    )

    starts = [start for start, _ in read(calendar(weekly, moved))]

    assert starts == ["03-02 09:00", "03-17 09:00", "03-23 09:00", "03-30 08:00", "04-06 08:00"]


def test_calendar_of_free_and_busy_is_read_and_overlaps_are_joined():
    raw = calendar(
        "BEGIN:VFREEBUSY",
        "FREEBUSY;FBTYPE=BUSY:20260310T100000Z/20260310T110000Z,20260310T103000Z/PT2H",
        "FREEBUSY;FBTYPE=FREE:20260311T100000Z/20260311T110000Z",
        "FREEBUSY:20260399T100000Z/PT1H",
        "END:VFREEBUSY",
    )

    assert read(raw) == [("03-10 10:00", "03-10 12:30")]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "latin-1"])
def test_other_encodings_are_read(encoding):
    raw = calendar(event(TEN, "DURATION:PT1H", "SUMMARY:Büro")).decode().encode(encoding)

    assert read(raw) == HOUR


NEVER = "RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"
HOSTILE = {
    "nothing": (b"", "not a calendar"),
    "junk": (b"\x00\xff\xfejunk\x89PNG", "not a calendar"),
    "a page": (b"<html><body>Sign in</body></html>", "not a calendar"),
    "entities": (b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>', "not a cal"),
    "torn": (calendar(event(TEN))[:-40], "breaks off"),
    "no start": (calendar(event("DURATION:PT1H")), "No event of this calendar says when"),
    "unknown zone": (calendar(event("DTSTART;TZID=Moon/Base:20260310T100000")), "No event of"),
    "no such day": (calendar(event("DTSTART:20260399T990000Z")), "No event of|cannot be read"),
    "every second": (calendar(event(TEN, "RRULE:FREQ=SECONDLY")), "every minute or second"),
    "every minute": (calendar(event(TEN, "RRULE:FREQ=MINUTELY")), "every minute or second"),
    "bad rule": (calendar(event(TEN, "RRULE:FREQ=SOMETIMES")), "No event of|cannot be read"),
    "long rule": (calendar(event(TEN, f"RRULE:FREQ=DAILY;BYSECOND={'1,' * 400}1")), "too long"),
    "too many": (calendar(*["BEGIN:VEVENT\r\nEND:VEVENT"] * (MOST_EVENTS + 1)), "more than 5,000"),
    "too many lines": (calendar(event(*[f"EXDATE:{TEN[8:]}"] * 61_000)), "more than 5,000"),
    "too deep": (calendar(*["BEGIN:VEVENT"] * 500), "not put together"),
    "unknown parts, deep": (calendar(*["BEGIN:X"] * 500), "not put together"),
    "too large": (b"BEGIN:VCALENDAR" + b"x" * LARGEST, "at most 2 MB"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_calendars_are_refused_in_words(name):
    raw, said = HOSTILE[name]

    with pytest.raises(Unreadable, match=said):
        read(raw)


def test_bad_event_leaves_the_others_alone_and_is_counted():
    bad = event("DURATION:PT1H").replace("UID:one", "UID:two")

    busy = busy_hours(
        calendar(event(TEN, "DURATION:PT1H"), bad), zone="UTC", since=SINCE, until=UNTIL
    )

    assert (len(busy.intervals), busy.left_out) == (1, 1)


def test_rule_that_never_occurs_is_not_busy():
    assert read(calendar(event("DTSTART:20200310T100000Z", "DURATION:PT1H", NEVER))) == []


def test_reading_happens_elsewhere_and_gives_the_same():
    raw = calendar(event(TEN, "DURATION:PT1H", "SUMMARY:Secret"))

    busy = busy_of(raw, zone="Europe/Berlin", since=SINCE, until=UNTIL)

    starts = datetime(2026, 3, 10, 10, tzinfo=UTC)
    assert busy.intervals == ((starts, starts.replace(hour=11)),)


def test_reading_elsewhere_tells_why_not():
    with pytest.raises(Unreadable, match="not a calendar"):
        busy_of(b"junk", zone="UTC", since=SINCE, until=UNTIL)


def test_calendar_that_takes_too_long_is_given_up(monkeypatch):
    monkeypatch.setattr("sessions_app.finding.reading.PATIENCE", 0.01)

    with pytest.raises(Unreadable, match="takes too long"):
        busy_of(calendar(event(TEN)), zone="UTC", since=SINCE, until=UNTIL)


def test_large_calendar_is_refused_before_anything_reads_it(monkeypatch):
    monkeypatch.setattr("sessions_app.finding.reading.subprocess", None)

    with pytest.raises(Unreadable, match="This calendar has 20 MB; at most 2 MB are read"):
        busy_of(b"x" * 20 * 1024 * 1024, zone="UTC", since=SINCE, until=UNTIL)
