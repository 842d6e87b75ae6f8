"""Series of meetings: plan, plan further, end, take the end back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from circles.actions.locks import locked
from circles.models import Circle
from members.models import Member
from notifications import planner
from sessions_app.actions.filling import busy, fill, horizon_of, is_free, times_of
from sessions_app.actions.meetings import (
    CannotSchedule,
    refuse_closing,
    refuse_past,
    refuse_stage,
    refuse_time,
)
from sessions_app.models import Meeting, MeetingDefaults, Series
from sessions_app.models.meeting import MeetingQuerySet
from sessions_app.recurrence.chains import chain_of, has_ended, links
from sessions_app.recurrence.holidays import is_known
from sessions_app.recurrence.occurrences import occurrences
from sessions_app.recurrence.rules import BadRule
from sessions_app.reminders.invitations import tell_series
from sessions_app.reminders.posts import tell_rhythm_changed

State = Meeting.State


@transaction.atomic
def plan_series(  # noqa: PLR0913 - what a series is, all by name
    circle: Circle,
    *,
    by: Member | None,
    rules: Sequence[str],
    starts: datetime,
    minutes: int,
    title: str = "",
    place: str | None = None,
    video_url: str | None = None,
    on_holiday: str = Series.OnHoliday.MEET,
    holidays_of: str = "",
    days_off: Sequence[date] = (),
) -> Series:
    """Plan meetings by one rule, or by several that follow each other; returns the first link.

    `starts` is on the wall clock of the circle's zone. Meetings exist for half a year ahead; those
    that would overlap others of the circle are left out. Without a place or a link, the circle's
    own are taken. Raises CannotSchedule for a rule that never occurs, for a time that is past, when
    every meeting would overlap, and while the circle pauses.
    """
    circle = locked(circle.pk)
    refuse_stage(circle)
    refuse_time(starts, minutes, circle.zone)
    usual = MeetingDefaults.objects.of(circle.pk)
    shared: dict[str, Any] = {
        "title": title,
        "place": usual.place if place is None else place,
        "video_url": usual.video_url if video_url is None else video_url,
        "on_holiday": on_holiday,
        "holidays_of": holidays_of,
        "days_off": list(days_off),
    }
    chain = drafted(circle, rules, starts, minutes=minutes, created_by=by, **shared)
    first_day = chain[0].starts_on
    refuse_closing(circle, first_day)
    for first in occurrences(chain[0], since=first_day, until=first_day):
        refuse_past(first.starts_at, circle.zone)
    made = []
    for before, link in zip([None, *chain], chain, strict=False):
        link.follows = before
        link.save()
        made += fill(link, since=link.starts_on, until=horizon_of(circle, first_day))
    if not made:
        raise CannotSchedule(
            "None of these meetings can be planned: the circle meets then already."
        )
    planner.keep("meeting", [meeting.pk for meeting in made])
    for link in chain:
        tell_series(link)
    return chain[0]


def drafted(
    circle: Circle, rules: Sequence[str], starts: datetime, *, holidays_of: str = "", **fields: Any
) -> list[Series]:
    """The unsaved links of a chain that starts there. Raises CannotSchedule."""
    shared = {"circle": circle, "time_zone": circle.zone.key, "at": starts.time()} | fields
    shared["holidays_of"] = holidays_of
    if holidays_of and not is_known(holidays_of):
        raise CannotSchedule(f"The holidays of “{holidays_of}” are not known here.")
    try:
        return links(rules, since=starts.date(), fields=shared)
    except BadRule as reason:
        raise CannotSchedule(str(reason)) from None


@transaction.atomic
def extend_series(series_id: int) -> int:
    """Create the meetings that half a year ahead lacks; returns how many. Twice changes nothing.

    Nothing is planned while the circle pauses, for a day on which it is closed, and for a series
    that ended. After a pause it goes on from today.
    """
    circle_id = Series.objects.values_list("circle", flat=True).get(pk=series_id)
    circle = locked(circle_id)
    series = Series.objects.get(pk=series_id)
    if series.ended_at or circle.stage == Circle.Stage.PAUSED or circle.is_closed:
        return 0
    until = horizon_of(circle, circle.today)
    if until <= series.planned_until:
        return 0
    series.circle = circle
    made = fill(series, since=series.planned_until + timedelta(days=1), until=until)
    planner.keep("meeting", [meeting.pk for meeting in made])
    return len(made)


@transaction.atomic
def end_series(series: Series) -> int:
    """Plan no more of it and call off what is to come; returns how many. Twice changes nothing.

    What took place stays, and a meeting that is running goes on.
    """
    circle = locked(series.circle_id)
    now = timezone.now()
    chain = chain_of(series)
    if has_ended(chain):
        return 0
    coming = list(Meeting.objects.filter(series__in=chain, state=State.PLANNED, starts_at__gt=now))
    Meeting.objects.filter(pk__in=[meeting.pk for meeting in coming]).update(
        state=State.CANCELLED, cancelled_for=Meeting.CancelledFor.SERIES, sequence=F("sequence") + 1
    )
    planner.keep("meeting", [meeting.pk for meeting in coming])
    for link in (link for link in chain if link.ended_at is None):
        link.ended_at = now
        link.sequence += 1
        link.save(update_fields=["ended_at", "sequence"])
        tell_series(link)
    if coming:
        tell_rhythm_changed(circle)
    return len(coming)


@dataclass(frozen=True)
class GoingOn:
    """What came of taking an end back."""

    restored: int
    stay_cancelled: int


@transaction.atomic
def resume_series(series: Series) -> GoingOn:
    """Take the end of a series back: its meetings to come take place again, with their answers.

    Those whose time another meeting has taken since stay cancelled. Raises CannotSchedule when all
    of them are past, and while the circle pauses or is closed. Twice changes nothing.
    """
    circle = locked(series.circle_id)
    refuse_stage(circle)
    chain = chain_of(series)
    if not has_ended(chain):
        return GoingOn(0, 0)
    ended_at = max(link.ended_at for link in chain if link.ended_at)
    coming = list(resumable(chain))
    if not coming:
        raise CannotSchedule("All of its meetings are past. Plan a new series instead.")
    restored = back_to_plan(coming)
    planner.keep("meeting", [meeting.pk for meeting in restored])
    for link in chain:
        if link.ended_at == ended_at:
            link.ended_at = None
            link.sequence += 1
            link.save(update_fields=["ended_at", "sequence"])
            extend_series(link.pk)
            tell_series(link)
    if restored:
        tell_rhythm_changed(circle)
    return GoingOn(len(restored), len(coming) - len(restored))


def resumable(chain: Sequence[Series]) -> MeetingQuerySet:
    """The meetings to come that only the end of their series called off."""
    gone = Meeting.objects.filter(series__in=chain, cancelled_for=Meeting.CancelledFor.SERIES)
    return gone.filter(starts_at__gt=timezone.now()).order_by("starts_at")


def back_to_plan(meetings: Sequence[Meeting]) -> list[Meeting]:
    """Let cancelled meetings of one circle take place again, where their time is free.

    The caller plans what they owe.
    """
    if not meetings:
        return []
    taken = busy(meetings[0].circle_id, [times_of(one) for one in meetings])
    free = [one for one in meetings if is_free(times_of(one), taken)]
    Meeting.objects.filter(pk__in=[meeting.pk for meeting in free]).update(
        state=State.PLANNED, cancelled_for="", sequence=F("sequence") + 1
    )
    return free
