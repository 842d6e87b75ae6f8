"""What wishes make of a message: a table, and properties in six zones."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from notifications.catalogue import Kind
from notifications.decide import Decision, Way, Wishes, decide, first_after, next_allowed
from notifications.models import Urgency

BERLIN = ZoneInfo("Europe/Berlin")
ZONES = [
    *("Europe/Berlin", "America/New_York", "Australia/Lord_Howe"),
    *("Asia/Kathmandu", "America/St_Johns", "Pacific/Apia"),
]
USUAL = Kind("usual", "Usual")
PROMPT = Kind("prompt", "Prompt", urgency=Urgency.PROMPT)
REQUIRED = Kind("required", "Required", required="It is about your account.")
WEEKLY = Kind("weekly", "Weekly", cadence="weekly")
SHORT = Kind("usual", "Of use for a day", lasts=timedelta(hours=24))
PLAIN = Wishes(BERLIN)
NIGHT = replace(PLAIN, quiet_from=time(21), quiet_until=time(7))
NOON = replace(PLAIN, quiet_from=time(12), quiet_until=time(14))
WORKING = replace(PLAIN, days=frozenset(range(5)))
PAUSED = replace(PLAIN, paused_until=date(2026, 6, 10))
BUDGET = replace(PLAIN, budget=3)
OFF = replace(PLAIN, cadences={("usual", "mail"): "off", ("required", "mail"): "off"})
DAILY = replace(PLAIN, cadences={("usual", "mail"): "daily"}, digest_at=time(17, 30))
SILENT = {"channel": "inbox", "is_silent": True}
PUSH = {"channel": "push", "has_digest": False}
PUSHED = replace(PLAIN, cadences={("usual", "push"): "immediate"}, budget=3, no_mail=True)


def at(day, clock):
    hour, _, minute = clock.partition(":")
    return datetime(2026, 6, day, int(hour), int(minute), tzinfo=BERLIN)


DUE = {"due_at": at(1, "17:00")}
# 1 June 2026 is a Monday.
TABLE = [
    ("nothing was said", USUAL, PLAIN, at(1, "23:30"), {}, "now", None),
    ("switched off", USUAL, OFF, at(1, "10:00"), {}, "off", None),
    ("off by mail is not off in the inbox", USUAL, OFF, at(1, "10:00"), SILENT, "now", None),
    ("may not be switched off", REQUIRED, OFF, at(1, "10:00"), {}, "now", None),
    ("no mail at all", USUAL, replace(PLAIN, no_mail=True), at(1, "10:00"), {}, "off", None),
    ("no mail, inbox", USUAL, replace(PLAIN, no_mail=True), at(1, "10:00"), SILENT, "now", None),
    ("no mail, required", REQUIRED, replace(OFF, no_mail=True), at(1, "1:00"), {}, "now", None),
    ("late in the evening", USUAL, NIGHT, at(1, "23:00"), {}, "later", at(2, "7:00")),
    ("before dawn", USUAL, NIGHT, at(2, "6:59"), {}, "later", at(2, "7:00")),
    ("as the quiet ends", USUAL, NIGHT, at(2, "7:00"), {}, "now", None),
    ("as the quiet begins", USUAL, NIGHT, at(2, "21:00"), {}, "later", at(3, "7:00")),
    ("over noon", USUAL, NOON, at(2, "13:00"), {}, "later", at(2, "14:00")),
    ("outside noon", USUAL, NOON, at(2, "14:00"), {}, "now", None),
    ("prompt at night", PROMPT, NIGHT, at(1, "23:00"), {}, "later", at(2, "7:00")),
    ("required at night", REQUIRED, NIGHT, at(1, "23:00"), {}, "now", None),
    ("inbox at night", USUAL, NIGHT, at(1, "23:00"), SILENT, "now", None),
    ("on Saturday", USUAL, WORKING, at(6, "10:00"), {}, "later", at(8, "0:00")),
    ("prompt on Saturday", PROMPT, WORKING, at(6, "10:00"), {}, "now", None),
    (
        "on Saturday, and quiet at night",
        USUAL,
        replace(NIGHT, days=WORKING.days),
        at(6, "10:00"),
        {},
        "later",
        at(8, "7:00"),
    ),
    ("push of what is prompt", PROMPT, PLAIN, at(1, "10:00"), PUSH, "now", None),
    ("push of what is not", USUAL, PLAIN, at(1, "10:00"), PUSH, "off", None),
    ("push that is wished, without mail", USUAL, PUSHED, at(1, "10:00"), PUSH, "now", None),
    (
        "push beyond the budget",
        USUAL,
        PUSHED,
        at(1, "10:00"),
        PUSH | {"mailed_today": 3},
        "off",
        None,
    ),
    ("push at night", PROMPT, NIGHT, at(1, "23:00"), PUSH, "later", at(2, "7:00")),
    ("push while paused", PROMPT, PAUSED, at(1, "10:00"), PUSH, "off", None),
    ("push that is required", REQUIRED, PAUSED, at(1, "1:00"), PUSH, "now", None),
    ("paused", USUAL, PAUSED, at(1, "10:00"), {}, "digest", at(10, "8:00")),
    ("paused, prompt", PROMPT, PAUSED, at(1, "10:00"), {}, "digest", at(10, "8:00")),
    ("paused, required", REQUIRED, PAUSED, at(1, "10:00"), {}, "now", None),
    ("paused, inbox", USUAL, PAUSED, at(1, "10:00"), SILENT, "now", None),
    ("the pause is over", USUAL, PAUSED, at(10, "0:00"), {}, "now", None),
    ("within the budget", USUAL, BUDGET, at(1, "10:00"), {"mailed_today": 2}, "now", None),
    (
        "beyond the budget",
        USUAL,
        BUDGET,
        at(1, "10:00"),
        {"mailed_today": 3},
        "digest",
        at(2, "8:00"),
    ),
    ("beyond it, prompt", PROMPT, BUDGET, at(1, "10:00"), {"mailed_today": 3}, "now", None),
    ("daily, before the hour", USUAL, DAILY, at(1, "10:00"), {}, "digest", at(1, "17:30")),
    ("daily, after the hour", USUAL, DAILY, at(1, "17:30"), {}, "digest", at(2, "17:30")),
    ("daily, just before", USUAL, DAILY, at(1, "17:29"), {}, "digest", at(2, "17:30")),
    ("weekly by itself", WEEKLY, PLAIN, at(3, "10:00"), {}, "digest", at(8, "8:00")),
    (
        "weekly on a Thursday",
        WEEKLY,
        replace(PLAIN, digest_weekday=3),
        at(3, "10:00"),
        {},
        "digest",
        at(4, "8:00"),
    ),
    (
        "a digest in quiet hours waits for their end",
        USUAL,
        replace(DAILY, quiet_from=time(17), quiet_until=time(9)),
        at(1, "10:00"),
        {},
        "digest",
        at(2, "9:00"),
    ),
    (
        "a digest on a day off waits for a working day",
        USUAL,
        replace(DAILY, days=WORKING.days),
        at(6, "10:00"),
        {},
        "digest",
        at(8, "17:30"),
    ),
    (
        "a weekly digest on a day off comes on the next day with mail",
        WEEKLY,
        replace(PLAIN, digest_weekday=5, days=WORKING.days),
        at(3, "10:00"),
        {},
        "digest",
        at(8, "8:00"),
    ),
    ("of use until the digest", SHORT, DAILY, at(1, "17:00"), DUE, "digest", at(1, "17:30")),
    ("of no use in the digest", SHORT, DAILY, at(1, "17:30"), DUE, "now", None),
    (
        "of no use in the digest, and quiet",
        SHORT,
        replace(DAILY, quiet_from=time(17), quiet_until=time(7)),
        at(1, "17:30"),
        DUE,
        "later",
        at(2, "7:00"),
    ),
    (
        "of no use after the pause",
        SHORT,
        replace(DAILY, paused_until=PAUSED.paused_until),
        at(1, "17:30"),
        DUE,
        "digest",
        at(10, "17:30"),
    ),
]


@pytest.mark.parametrize(
    ("kind", "wishes", "now", "options", "way", "moment"),
    [row[1:] for row in TABLE],
    ids=[row[0] for row in TABLE],
)
def test_a_message_comes_as_wished(kind, wishes, now, options, way, moment):
    found = decide(kind, wishes, now=now, **{"channel": "mail"} | options)

    assert found == Decision(Way(way), moment or now)


# The nights on which clocks change in Berlin, and the day that Apia skipped.
CHANGES = [datetime(2026, 3, 28, 20, tzinfo=UTC), datetime(2026, 10, 24, 20, tzinfo=UTC)]
MOMENTS = st.one_of(
    st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC)),
    st.builds(
        lambda start, minutes: start + timedelta(minutes=minutes),
        st.sampled_from([*CHANGES, datetime(2011, 12, 28, tzinfo=UTC)]),
        st.integers(0, 3 * 24 * 60),
    ),
)
CLOCKS = st.builds(time, st.integers(0, 23), st.sampled_from([0, 15, 30, 59]))
DAYS = st.frozensets(st.integers(0, 6), min_size=1)


def allowed(wishes, moment):
    local = moment.astimezone(wishes.zone)
    return local.weekday() in wishes.days and not wishes.is_quiet(local.time())


@settings(max_examples=150)
@given(
    zone=st.sampled_from(ZONES), begins=CLOCKS, ends=CLOCKS, days=DAYS, now=MOMENTS, data=st.data()
)
def test_quiet_hours_and_days_hold_in_every_zone(zone, begins, ends, days, now, data):
    wishes = Wishes(ZoneInfo(zone), quiet_from=begins, quiet_until=ends, days=days)

    moment = next_allowed(wishes, now, days=days)

    assert moment >= now
    assert allowed(wishes, moment)
    # And no later than it has to be: nothing before it is allowed.
    waited = int((moment - now) / timedelta(minutes=1))
    if waited:
        minutes = data.draw(st.integers(0, waited))
        before = min(now + timedelta(minutes=minutes), moment - timedelta(microseconds=1))
        assert not allowed(wishes, before)


@settings(max_examples=100)
@given(
    zone=st.sampled_from(ZONES),
    digest_at=CLOCKS,
    weekday=st.integers(0, 6),
    weekly=st.booleans(),
    now=MOMENTS,
)
@example("Europe/Berlin", time(2, 30), 6, True, datetime(2026, 3, 29, 0, 30, tzinfo=UTC))
def test_a_digest_comes_at_the_persons_hour(zone, digest_at, weekday, weekly, now):
    cadence = "weekly" if weekly else "daily"
    wishes = Wishes(
        ZoneInfo(zone),
        digest_at=digest_at,
        digest_weekday=weekday,
        cadences={("usual", "mail"): cadence},
    )

    found = decide(USUAL, wishes, channel="mail", now=now)

    local = found.at.astimezone(wishes.zone)
    shown = {
        first_after(local.date(), digest_at, wishes.zone, after=found.at - timedelta(seconds=1))
    }
    assert found.way is Way.DIGEST
    assert timedelta(0) < found.at - now <= timedelta(days=9 if weekly else 2)
    assert found.at in shown
    # Apia had no Friday that week: its weekly digest comes as Saturday begins.
    assert not weekly or local.weekday() == weekday or local.date() == date(2011, 12, 31)
