"""Changing series: only one meeting, this and the following, or all of them.

Nothing that people wrote is lost. A meeting is never deleted and created again: its row, with its
answers, attendance, notes and roles, is given another day. Rows without anything written to them
may go when the new rhythm has fewer meetings; others are called off and kept.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from circles.actions.locks import locked
from circles.models import Circle
from members.models import Member
from sessions_app.actions.filling import horizon_of, note_planned, to_come
from sessions_app.actions.meetings import (
    CannotSchedule,
    change_meeting,
    refuse_closing,
    refuse_past,
    refuse_stage,
    refuse_time,
)
from sessions_app.actions.repointing import Outcome, Slot, repoint
from sessions_app.actions.series import drafted
from sessions_app.models import Meeting, Series
from sessions_app.recurrence.chains import chain_of, has_ended
from sessions_app.recurrence.occurrences import occurrences
from sessions_app.recurrence.rules import days as days_of
from sessions_app.recurrence.rules import moved, parsed
from sessions_app.reminders.invitations import tell_series
from sessions_app.reminders.posts import tell_rhythm_changed

THIS, FOLLOWING, ALL = "this", "following", "all"


@dataclass(frozen=True)
class Cut:
    """From where a chain changes: its links from here on, and the first day that is new."""

    chain: list[Series]
    place: int
    day: date
    held_on: date

    @property
    def head(self) -> Series | None:
        """The link that keeps its days before the cut; None when it has none."""
        link = self.chain[self.place]
        return link if self.day > link.starts_on else None

    @property
    def changing(self) -> list[Series]:
        return self.chain[self.place :]


@dataclass
class Changed:
    """What a change did, or would do."""

    series: Series
    outcome: Outcome = field(default_factory=Outcome)
    links: list[Series] = field(default_factory=list)


@transaction.atomic
def change_series(
    of: Series | Meeting,
    *,
    scope: str,
    by: Member | None,
    starts: datetime,
    minutes: int,
    rules: Sequence[str] | None = None,
    **fields: Any,
) -> Changed:
    """Change a series from the coming meeting on, or from `of` when that is one of its meetings.

    `scope` is "this" (that meeting alone, which is set by hand then), "following" or "all".
    `starts` is the wall clock of the meeting, or of the first one under new rules; without `rules`
    the rhythm stays and moves with its day. `fields` are title, place, video_url, on_holiday,
    holidays_of, days_off; those not given stay.

    Meetings that took place, are live, were set by hand or cancelled stay as they are. One that
    moves asks everyone again. Raises CannotSchedule as plan_series does, and for a series or a
    meeting that is over.
    """
    if scope == THIS and isinstance(of, Meeting):
        return _change_one(of, starts, minutes, fields)
    circle = locked(of.circle_id)
    refuse_stage(circle)
    chosen = _chosen(of)
    cut = _cut(of, chosen, scope)
    link = cut.chain[cut.place]
    refuse_time(starts, minutes, link.zone)
    new = {name: to for name, to in fields.items() if to != getattr(chosen, name, None)}
    shared = {name: new.get(name, getattr(link, name)) for name in SHARED}
    shared |= {"minutes": minutes, "time_zone": link.time_zone, "created_by": by}
    if rules is None:
        by_days = _distance(cut, chosen, starts.date())
        rules, day = _same_rhythm(cut, by_days), cut.day + timedelta(days=by_days)
        starts = datetime.combine(day, starts.time())
    drafts = drafted(circle, rules, starts, **shared)
    first = drafts[0].starts_on
    refuse_closing(circle, first)
    for one in occurrences(drafts[0], since=first, until=first):
        refuse_past(one.starts_at, link.zone)
    return _recast(circle, cut, drafts, chosen)


def what_would_change(of: Series | Meeting, **asked: Any) -> Changed:
    """What change_series would do, counted by doing it and taking all of it back."""
    with transaction.atomic():
        changed = change_series(of, **asked)
        transaction.set_rollback(True)
    return changed


SHARED = ("title", "place", "video_url", "on_holiday", "holidays_of", "days_off")


def _change_one(
    meeting: Meeting, starts: datetime, minutes: int, fields: dict[str, Any]
) -> Changed:
    if meeting.series is None:
        raise CannotSchedule("This meeting belongs to no series.")
    told = {name: fields[name] for name in ("title", "place", "video_url") if name in fields}
    after = change_meeting(meeting, starts=starts, minutes=minutes, **told)
    return Changed(meeting.series, Outcome(moved=int(after.starts_at != meeting.starts_at)))


def _chosen(of: Series | Meeting) -> Meeting | None:
    """The meeting from which the change was asked, as it is now, if it was from one."""
    if isinstance(of, Series):
        return None
    meeting = Meeting.objects.get(pk=of.pk)
    if meeting.series_id is None:
        raise CannotSchedule("This meeting belongs to no series.")
    if meeting.state != Meeting.State.PLANNED or meeting.has_started:
        raise CannotSchedule("This meeting has begun or is over. Change the series from its next.")
    return meeting


def _cut(of: Series | Meeting, chosen: Meeting | None, scope: str) -> Cut:
    chain = chain_of(of if isinstance(of, Series) else of.series)  # type: ignore[arg-type]  # _chosen refuses None
    if has_ended(chain):
        raise CannotSchedule("This series has ended. Take its end back before you change it.")
    if chosen and scope == FOLLOWING:
        place = [link.pk for link in chain].index(chosen.series_id or 0)
        day = chosen.nominal_on or chosen.held_on
        return Cut(chain, place, day, day if chosen.set_by_hand else chosen.held_on)
    for place, link in enumerate(chain):
        until = max(timezone.now().date(), link.starts_on) + timedelta(days=400)
        coming = to_come(link, since=link.starts_on, until=until)
        if coming:
            return Cut(chain, place, coming[0].nominal_on, coming[0].held_on)
    raise CannotSchedule("This series has no meeting to come. Plan a new one.")


def _distance(cut: Cut, chosen: Meeting | None, day: date) -> int:
    """By how many days the rhythm moves when the meeting, or the coming one, is put on that day."""
    if chosen is None:
        return (day - cut.held_on).days
    was = chosen.nominal_on if chosen.set_by_hand else chosen.held_on
    return (day - (was or chosen.held_on)).days


def _same_rhythm(cut: Cut, by_days: int) -> list[str]:
    """The rules from the cut on, moved by days; the first without the meetings before the cut."""
    rules = []
    for link in cut.changing:
        if link.ended_at:
            continue
        rule = parsed(link.rule)
        since = max(link.starts_on, cut.day)
        if rule.count is not None:
            gone = days_of(rule, link.starts_on, link.zone, until=since - timedelta(days=1))
            rule = rule.times(rule.count - len(list(gone)))
        rules.append(str(moved(rule, since, since + timedelta(days=by_days))))
    return rules


def _recast(circle: Circle, cut: Cut, drafts: list[Series], chosen: Meeting | None) -> Changed:
    """Let the drafts take over from the cut, and give the meetings their new days."""
    rows = _rows(cut)
    until = horizon_of(circle, drafts[0].starts_on)
    until = max([until, *(row.nominal_on for row in rows if row.nominal_on)])
    old = {
        one.nominal_on for link in cut.changing for one in to_come(link, since=cut.day, until=until)
    }
    former = {link.pk: (link.title, link.place, link.video_url) for link in cut.chain}
    if cut.head:
        cut.head.rule = str(
            parsed(cut.head.rule).ending(cut.day - timedelta(days=1), cut.head.zone)
        )
        cut.head.planned_until = date.max
        cut.head.sequence += 1
        cut.head.save(update_fields=["rule", "planned_until", "sequence"])
    links, spare = _stored(cut, drafts, rows)
    slots = [
        Slot(link, one) for link in links for one in to_come(link, since=date.min, until=until)
    ]
    outcome = repoint(rows, old, slots, former=former, chosen=chosen)
    for link in links:
        note_planned(link, until)
    for link in [*([cut.head] if cut.head else []), *links, *spare]:
        tell_series(link)
    if outcome.moved or outcome.cancelled or outcome.removed:
        tell_rhythm_changed(circle)
    return Changed(links[0], outcome, links)


def _rows(cut: Cut) -> list[Meeting]:
    """The meetings of the changing links from the cut on, whatever became of them."""
    first, *later = cut.changing
    rows = Meeting.objects.filter(series=first, nominal_on__gte=cut.day)
    rows |= Meeting.objects.filter(series__in=later)
    return list(rows.select_for_update().order_by("nominal_on"))


def _stored(
    cut: Cut, drafts: list[Series], rows: list[Meeting]
) -> tuple[list[Series], list[Series]]:
    """The drafts as rows: links that change anyway are used again, so that calendars know them.

    Returns them, and the links that are left over and plan nothing any more.
    """
    began = {row.series_id for row in rows if row.has_started}
    rest = cut.changing[1:] if cut.head else cut.changing
    usable = [link for link in rest if link.pk not in began and not link.ended_at]
    links: list[Series] = []
    tail = cut.chain[-1]
    for draft in drafts:
        if usable:
            link = usable.pop(0)
            for name in ("rule", "starts_on", "at", "minutes", *SHARED):
                setattr(link, name, getattr(draft, name))
            link.sequence += 1
        else:
            link, link.follows = draft, tail
            tail = draft
        link.save()
        links.append(link)
    for link in usable:
        link.ended_at = timezone.now()
        link.sequence += 1
        link.save(update_fields=["ended_at", "sequence"])
    return links, usable
