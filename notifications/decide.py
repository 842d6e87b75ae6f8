"""What a person's wishes make of one message: now, later, in a digest, or not at all.

Pure: it reads no clock, no database, no setting.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from notifications.catalogue import Kind
from notifications.models import Cadence, Urgency

ALL_DAYS = frozenset(range(7))
# A digest nearer than this may be on its way already.
LEAD = dt.timedelta(minutes=1)
MIDNIGHT = dt.time(0)


class Way(Enum):
    NOW = "now"
    LATER = "later"
    DIGEST = "digest"
    OFF = "off"


@dataclass(frozen=True)
class Decision:
    """How one message goes through one channel, and when."""

    way: Way
    at: dt.datetime


@dataclass(frozen=True)
class Wishes:
    """One person's wishes, as values; the defaults are those of a person who never said any."""

    zone: dt.tzinfo
    digest_at: dt.time = dt.time(8)
    digest_weekday: int = 0
    quiet_from: dt.time | None = None
    quiet_until: dt.time | None = None
    days: frozenset[int] = ALL_DAYS
    budget: int | None = None
    paused_until: dt.date | None = None
    no_mail: bool = False
    cadences: Mapping[tuple[str, str], str] = field(default_factory=dict)

    def cadence(self, kind: Kind, channel: str) -> str:
        return self.cadences.get((kind.name, channel), kind.usual_cadence(channel))

    def is_quiet(self, clock: dt.time) -> bool:
        """Whether that time of day lies in the quiet hours, which may cross midnight."""
        begins, ends = self.quiet_from, self.quiet_until
        if begins is None or ends is None or begins == ends:
            return False
        if begins < ends:
            return begins <= clock < ends
        return clock >= begins or clock < ends


def decide(
    kind: Kind,
    wishes: Wishes,
    *,
    channel: str,
    now: dt.datetime,
    is_silent: bool = False,
    has_digest: bool = True,
    mailed_today: int = 0,
    due_at: dt.datetime | None = None,
) -> Decision:
    """How a message of this kind, due at that moment, reaches the person through the channel.

    A silent channel disturbs nobody: it is on or off. What may not be switched off comes at once,
    whatever the wishes are. What is prompt comes on any day, but not in quiet hours, and does not
    wait for a digest because the day's budget is spent. What a digest would bring too late to be
    of use comes by itself, when mail may come. What would wait for a digest does not come at all
    through a channel that has none: mail and the inbox have it.
    """
    if kind.required:
        return Decision(Way.NOW, now)
    cadence = wishes.cadence(kind, channel)
    if cadence == Cadence.OFF or (wishes.no_mail and channel == "mail"):
        return Decision(Way.OFF, now)
    if is_silent:
        return Decision(Way.NOW, now)
    until = due_at + kind.lasts if due_at and kind.lasts else None
    # Without a digest there is only on or off, and it is on.
    how = cadence if has_digest else Cadence.IMMEDIATE
    decision = _by_the_clock(kind, how, wishes, now, mailed_today, until)
    if decision.way is Way.DIGEST and not has_digest:
        return Decision(Way.OFF, now)
    return decision


def _by_the_clock(
    kind: Kind,
    cadence: str,
    wishes: Wishes,
    now: dt.datetime,
    mailed_today: int,
    useful_until: dt.datetime | None,
) -> Decision:
    """When something that disturbs comes, to somebody who wants it."""
    is_prompt = kind.urgency == Urgency.PROMPT
    is_spent = bool(wishes.budget) and mailed_today >= (wishes.budget or 0) and not is_prompt
    until = wishes.paused_until
    if until and now.astimezone(wishes.zone).date() < until:
        return Decision(Way.DIGEST, next_digest(wishes, now=now, since=until))
    if is_spent or cadence in (Cadence.DAILY, Cadence.WEEKLY):
        weekly = cadence == Cadence.WEEKLY
        digest = next_digest(wishes, now=now, weekly=weekly)
        if useful_until is None or digest <= useful_until:
            return Decision(Way.DIGEST, digest)
    at = next_allowed(wishes, now, days=ALL_DAYS if is_prompt else wishes.days)
    return Decision(Way.LATER if at > now else Way.NOW, at)


def next_digest(
    wishes: Wishes, *, now: dt.datetime, weekly: bool = False, since: dt.date | None = None
) -> dt.datetime:
    """The person's next digest, and not before the day `since`.

    One that falls on a day without mail comes at its hour on the next day with mail.
    """
    day = max(now.astimezone(wishes.zone).date(), since or dt.date.min)
    days = {_on_a_day_with_mail(wishes)} if weekly else wishes.days
    while True:
        at = first_after(day, wishes.digest_at, wishes.zone, after=now + LEAD)
        if at and day.weekday() in days:
            return next_allowed(wishes, at, days=wishes.days)
        day += dt.timedelta(days=1)


def _on_a_day_with_mail(wishes: Wishes) -> int:
    """The weekday of the weekly digest, or the first with mail that follows it."""
    week = (wishes.digest_weekday + n for n in range(7))
    return next(day % 7 for day in week if day % 7 in wishes.days)


def next_allowed(wishes: Wishes, moment: dt.datetime, *, days: frozenset[int]) -> dt.datetime:
    """The first moment from this one on that is on one of the days and not in quiet hours."""
    while True:
        local = moment.astimezone(wishes.zone)
        if local.weekday() not in days:
            moment = _next(local, MIDNIGHT, wishes.zone, after=moment)
        elif wishes.quiet_until and wishes.is_quiet(local.time()):
            moment = _next(local, wishes.quiet_until, wishes.zone, after=moment)
        else:
            return moment


def first_after(
    day: dt.date, clock: dt.time, zone: dt.tzinfo, *, after: dt.datetime
) -> dt.datetime | None:
    """When a clock in the zone shows that time on that day, later than `after`; None if never.

    Where the clocks go back it shows it twice. Where they go forward past it, the moment is as
    long after midnight as it would have been.
    """
    for fold in (0, 1):
        moment = dt.datetime.combine(day, clock, zone).replace(fold=fold).astimezone(dt.UTC)
        if moment > after:
            return moment
    return None


def _next(
    local: dt.datetime, clock: dt.time, zone: dt.tzinfo, *, after: dt.datetime
) -> dt.datetime:
    day = local.date()
    while True:
        if moment := first_after(day, clock, zone, after=after):
            return moment
        day += dt.timedelta(days=1)
