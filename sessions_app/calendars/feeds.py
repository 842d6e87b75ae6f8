"""What a calendar that reads a secret address is given: the meetings this person reads today."""

import calendar as months
from collections import defaultdict
from datetime import date, timedelta

from django.utils import timezone
from icalendar import Event

from sessions_app.calendars.events import (
    Reader,
    calendar_of,
    event_of_meeting,
    events_of_series,
)
from sessions_app.models import CalendarFeed, Meeting, Series
from sessions_app.models.series import MEETING_STAGES

BACK = timedelta(days=60)
YEARS_AHEAD = 2


def written_feed(feed: CalendarFeed) -> bytes:
    """The calendar, from 60 days back to two years ahead. Two queries.

    Everything goes through visible_to at each reading: who left a circle loses it at once. The same
    facts give the same bytes, so that a reader is mostly told that nothing changed.
    """
    reader, today = Reader(feed.person), timezone.localdate()
    last = _end_of_month(today)
    meetings = (
        Meeting.objects.visible_to(feed.person)
        .belonging_to(feed.person)
        .filter(held_on__gte=today - BACK, held_on__lte=last)
        .select_related("circle")
        .order_by("starts_at", "pk")
    )
    every_series = Series.objects.visible_to(feed.person).select_related("circle")
    if feed.circle_id:
        meetings = meetings.filter(circle=feed.circle_id)
        every_series = every_series.filter(circle=feed.circle_id)
    planned: dict[int | None, list[Meeting]] = defaultdict(list)
    for meeting in meetings:
        planned[meeting.series_id].append(meeting)
    events: list[Event] = [event_of_meeting(meeting, reader) for meeting in planned[None]]
    for series in every_series:
        events += _series(series, planned[series.pk], reader, today=today, last=last)
    name = f"Peerloom: {feed.circle.name}" if feed.circle else "Peerloom"
    return bytes(calendar_of(events, method="PUBLISH", name=name).to_ical())


def _series(
    series: Series, meetings: list[Meeting], reader: Reader, *, today: date, last: date
) -> list[Event]:
    """A series from the first of its meetings that this person reads."""
    days = [meeting.nominal_on for meeting in meetings if meeting.nominal_on]
    if series.ended_at or series.circle.stage not in MEETING_STAGES:
        # Nothing is planned further: what stands is what there is.
        last = max(days, default=today - BACK)
    since = min(days, default=max(today, series.starts_on))
    return events_of_series(series, meetings, reader, since=since, until=last)


def _end_of_month(today: date) -> date:
    year = today.year + YEARS_AHEAD
    return date(year, today.month, months.monthrange(year, today.month)[1])
