"""The rule of a series as a calendar gets it: from when, until when, and what it leaves out."""

from collections.abc import Iterable
from copy import copy
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.utils import timezone
from icalendar import vRecur

from sessions_app.models import Meeting, Series
from sessions_app.recurrence.occurrences import Occurrence, occurrences, skipped

AHEAD = timedelta(days=2 * 366)
ONCE = vRecur(freq="DAILY", count=1)


@dataclass(frozen=True)
class Schedule:
    """A series as days of its rule, and what became of each of them."""

    first: datetime
    rule: vRecur
    left_out: list[datetime]
    added: list[datetime]
    moved: list[Meeting | Occurrence]


def nominal(series: Series, day: date) -> datetime:
    """What its rule gives for that day, on the clock of its zone."""
    return datetime.combine(day, series.at, series.zone)


def schedule_of(
    series: Series, meetings: Iterable[Meeting], *, since: date, until: date | None = None
) -> Schedule | None:
    """From its first day at or after `since`, until a day or for good; None without any meeting.

    `meetings` are the series' rows with nominal days from `since` on: what is planned stays as it
    was planned, whatever the rule says today. Days that are not planned yet follow the rule.
    """
    rows = {meeting.nominal_on: meeting for meeting in meetings if meeting.nominal_on}
    standing = [day for day, row in rows.items() if not row.is_cancelled]
    horizon = until or max([timezone.localdate() + AHEAD, *rows])
    if series.ended_at:
        until = max(standing, default=since - timedelta(days=1))
        horizon = until
    if horizon < since:
        return None
    to_come, out = _given(series, since, horizon)
    ruled = sorted(to_come.keys() | out)
    out |= {day for day in ruled if day not in rows and day <= series.planned_until}
    out = (out | rows.keys()) - set(standing)
    kept = [day for day in ruled if day not in out]
    added = sorted(set(standing) - set(ruled))
    if not kept and not added:
        return None
    rule = _rule(series, first=kept[0], last=kept[-1] if until else None) if kept else ONCE
    return Schedule(
        first=nominal(series, (kept or added)[0]),
        rule=rule,
        left_out=[nominal(series, day) for day in sorted(out) if _within(day, kept, until)],
        added=[nominal(series, day) for day in added],
        moved=[
            *(rows[day] for day in sorted(standing) if differs(series, rows[day])),
            *(
                to_come[day]
                for day in kept
                if day not in rows and not _is_plain(series, day, to_come[day])
            ),
        ],
    )


def _given(series: Series, since: date, until: date) -> tuple[dict[date, Occurrence], set[date]]:
    """What the rule gives by day, and the days that are left out of it."""
    rule_only = _as_if_never_ended(series)
    planned = occurrences(rule_only, since=since, until=until)
    to_come = {each.nominal_on: each for each in planned}
    return to_come, set(skipped(rule_only, since=since, until=until))


def _as_if_never_ended(series: Series) -> Series:
    """To ask what its rule gives: what became of each day its meetings say."""
    copied = copy(series)
    copied.ended_at = None
    return copied


def _within(day: date, kept: list[date], until: date | None) -> bool:
    """Whether a day that is left out lies between those that are not."""
    return bool(kept) and kept[0] < day and (until is None or day < kept[-1])


def differs(series: Series, meeting: Meeting) -> bool:
    """Whether a meeting is not simply what its series says for that day."""
    words = (meeting.title, meeting.place, meeting.video_url)
    if words != (series.title, series.place, series.video_url):
        return True
    return not _is_plain(series, meeting.nominal_on or meeting.held_on, meeting)


def _is_plain(series: Series, day: date, meeting: Meeting | Occurrence) -> bool:
    """Whether the clock on the wall shows what the rule says for that day, and at its end too.

    It does not where clocks change at the start or in between: programs count there in many ways.
    """
    starts, ends = (
        moment.astimezone(series.zone).replace(tzinfo=None)
        for moment in (meeting.starts_at, meeting.ends_at)
    )
    usual = nominal(series, day).replace(tzinfo=None)
    return (starts, ends) == (usual, usual + timedelta(minutes=series.minutes))


def _utc(series: Series, day: date) -> datetime:
    return nominal(series, day).astimezone(UTC)


def _rule(series: Series, *, first: date, last: date | None) -> vRecur:
    """The rule from `first` on. With a `last` day it ends there; ends are written in UTC."""
    rule: Any = vRecur.from_ical(series.rule)
    if last:
        rule.pop("COUNT", None)
        rule["UNTIL"] = [_utc(series, last)]
    elif "UNTIL" in rule:
        end = rule["UNTIL"][0]
        if not isinstance(end, datetime):
            end = nominal(series, end)
        elif end.tzinfo is None:
            end = end.replace(tzinfo=series.zone)
        rule["UNTIL"] = [end.astimezone(UTC)]
    elif "COUNT" in rule and first > series.starts_on:
        span = {"since": series.starts_on, "until": first - timedelta(days=1)}
        gone = sum(map(len, _given(series, **span)))
        rule["COUNT"] = [rule["COUNT"][0] - gone]
    return rule  # type: ignore[no-any-return]
