"""What a form proposes for a circle's next meetings, and what they would be."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Q
from django.utils import timezone

from circles.models import Circle
from members.models import Member
from members.words import number_in_words
from sessions_app.actions.filling import horizon_of, left_out, to_come
from sessions_app.actions.meetings import CannotSchedule, refuse_stage, refuse_time
from sessions_app.actions.repointing import Outcome
from sessions_app.actions.series import drafted
from sessions_app.actions.series_changes import what_would_change
from sessions_app.models import Meeting, MeetingDefaults, Series
from sessions_app.recurrence.occurrences import skipped, why_off
from sessions_app.recurrence.rhythms import FIRST_MANY
from sessions_app.recurrence.words import describe

SHOWN = 8


@dataclass(frozen=True)
class PlannedDay:
    """A date of a preview: its clock there and here, and what is particular about it."""

    day: date
    starts: datetime
    here: datetime | None
    instead_of: date | None = None
    holiday: str = ""
    is_taken: bool = False


@dataclass(frozen=True)
class Preview:
    """The next dates of a series that is being planned."""

    words: str = ""
    days: list[PlannedDay] = field(default_factory=list)
    skipped: list[tuple[date, str]] = field(default_factory=list)
    problem: str = ""


def preview(
    circle: Circle, asked: dict[str, Any], *, person: Member, instead_of: Series | None = None
) -> Preview:
    """What the answers of the form would give; the problem in words where they give nothing."""
    try:
        if instead_of is None:
            refuse_stage(circle)
            refuse_time(asked["starts"], asked["minutes"], circle.zone)
            fields = {key: value for key, value in asked.items() if key not in ("rules", "starts")}
            chain = drafted(circle, asked["rules"], asked["starts"], **fields)
            until = horizon_of(circle, chain[0].starts_on)
            taken = {one.starts_at for one in left_out(chain, until=until)}
        else:
            changed = what_would_change(instead_of, **asked, scope="all", by=person)
            chain = changed.links
            taken = {one.starts_at for one in changed.outcome.left_out}
            until = horizon_of(circle, chain[0].starts_on)
    except CannotSchedule as reason:
        return Preview(problem=str(reason))
    days = _days(chain, until, taken, person)
    last = days[-1].day if len(days) == SHOWN else until
    gone = [
        (day, why_off(link, day))
        for link in chain
        for day in skipped(link, since=circle.today, until=last)
    ]
    return Preview(describe(chain), days, gone)


def _days(
    chain: Sequence[Series], until: date, taken: set[datetime], person: Member
) -> list[PlannedDay]:
    found = [
        (link, one) for link in chain for one in to_come(link, since=link.starts_on, until=until)
    ][:SHOWN]
    days = []
    for link, one in found:
        starts, here = one.starts_at.astimezone(link.zone), one.starts_at.astimezone(person.zone)
        days.append(
            PlannedDay(
                day=one.held_on,
                starts=starts,
                here=here if here.utcoffset() != starts.utcoffset() else None,
                instead_of=one.nominal_on if one.is_shifted else None,
                holiday=why_off(link, one.nominal_on) if one.is_shifted else "",
                is_taken=one.starts_at in taken,
            )
        )
    return days


def outcome_lines(outcome: Outcome) -> list[str]:
    """What a change does to the meetings, in sentences."""
    lines = []
    if outcome.moved:
        lines.append(f"{_meetings(outcome.moved, 'moves', 'move')} to another time.")
        lines.append(_asked_again(outcome.asked_again))
    else:
        lines.append("No meeting moves, so all answers stay.")
    if outcome.added:
        lines.append(f"{_meetings(outcome.added, 'is', 'are')} planned in addition.")
    if outcome.by_hand:
        lines.append(
            "One meeting was set by hand and stays where it is."
            if outcome.by_hand == 1
            else f"{_many(outcome.by_hand)} meetings were set by hand and stay where they are."
        )
    if outcome.removed:
        lines.append(f"{_meetings(outcome.removed, 'goes', 'go')}: nobody wrote anything there.")
    if outcome.cancelled:
        kept = _meetings(outcome.cancelled, "is", "are")
        lines.append(f"{kept} called off; what was written there is kept.")
    if outcome.left_out:
        days = ", ".join(f"{one.held_on.day} {one.held_on:%B}" for one in outcome.left_out)
        lines.append(f"Left out, as the circle already meets then: {days}.")
    return lines


def _asked_again(answers: int) -> str:
    if answers == 0:
        return "Nobody has answered for the old times yet."
    if answers == 1:
        return "One answer was for an old time: that person is asked again."
    return f"{_many(answers)} answers were for the old times: those people are asked again."


def _meetings(number: int, one: str, many: str) -> str:
    return f"One meeting {one}" if number == 1 else f"{_many(number)} meetings {many}"


def _many(number: int) -> str:
    return number_in_words(number).capitalize()


def next_day(last: date, *, per_month: float, today: date) -> date:
    """The next day on the circle's rhythm, on the same weekday as the last meeting, after today."""
    step = timedelta(weeks=max(1, round(4 / per_month)))
    steps = max(1, -((last - today) // step) if last <= today else 1)
    day = last + steps * step
    return day if day > today else day + step


def proposal(circle: Circle) -> dict[str, Any]:
    """The first values of a meeting's form, from the circle's last one and what is usual.

    Of a circle that never met, the day and time it named and the format's minutes.
    """
    usual = MeetingDefaults.objects.of(circle.pk)
    # What a series has planned for months ahead says nothing of the next one that somebody plans.
    ahead = Q(series__isnull=False, starts_at__gt=timezone.now())
    standing = Meeting.objects.standing().filter(circle=circle)
    last = standing.exclude(ahead).order_by("-starts_at").first() or standing.first()
    if last is None:
        where = {"place": usual.place, "video_url": usual.video_url}
        said = {name: value for name, value in where.items() if value}
        named = _named(circle, circle.today)
        return {"minutes": circle.format_version.meeting_minutes} | named | said
    today = timezone.localdate(timezone=circle.zone)
    day = next_day(last.held_on, per_month=_per_month(circle), today=today)
    is_taken = standing.filter(held_on=day).exists()
    return {
        "day": day + timedelta(days=1) if is_taken else day,
        "time": last.starts_at.astimezone(circle.zone).time(),
        "minutes": last.minutes,
        "place": usual.place or last.place,
        "video_url": usual.video_url or last.video_url,
    }


def series_proposal(circle: Circle) -> dict[str, Any]:
    """The first values of a series' form: the day the circle named, at the format's cadence.

    Without a cadence of its own, often at first and then monthly: what makes circles last.
    """
    often = {4: "weekly", 2: "fortnightly"}
    rhythm = often.get(round(_per_month(circle)), "weekly_then_monthly")
    coming = Meeting.objects.filter(circle=circle, series=None).upcoming().last()
    after = coming.held_on if coming else circle.today
    return {
        **proposal(circle),
        **_named(circle, max(after, circle.today)),
        "rhythm": rhythm,
        "first_many": FIRST_MANY,
        "ends": "never",
        "on_holiday": Series.OnHoliday.MEET,
    }


def _per_month(circle: Circle) -> float:
    return circle.format_version.definition.get("cadence", {}).get("per_month") or 1


def _named(circle: Circle, after: date) -> dict[str, date | time]:
    """The next day after that one, and the time, at which the circle said that it usually meets."""
    if circle.meets_weekday is None or circle.meets_at is None:
        return {}
    ahead = (circle.meets_weekday - after.weekday() - 1) % 7 + 1
    return {"day": after + timedelta(days=ahead), "time": circle.meets_at}
