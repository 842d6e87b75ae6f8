"""When somebody is asked how it goes, and for how long they can answer. Pure functions."""

import datetime as dt
from typing import NamedTuple

from dateutil.relativedelta import relativedelta
from django.utils import timezone

from circles.models.follow_up import MOMENTS
from members.models import Member

MORNING = dt.time(9)
ASKED_AGAIN = dt.timedelta(days=10)
# The last question has no next one that would close it.
OPEN_AFTER_THE_LAST = 6


class Moment(NamedTuple):
    """One follow-up: asked on a day, and open until the day before the next one."""

    months: int
    on: dt.date
    until: dt.date

    @property
    def last_day(self) -> dt.date:
        return self.until - dt.timedelta(days=1)


def moments(joined_on: dt.date) -> list[Moment]:
    """The six of a seat. A month without that day gives its last one."""
    ends = (*MOMENTS[1:], MOMENTS[-1] + OPEN_AFTER_THE_LAST)
    days = [
        (months, after(joined_on, months), after(joined_on, end))
        for months, end in zip(MOMENTS, ends, strict=True)
    ]
    return [Moment(*each) for each in days]


def after(joined_on: dt.date, months: int) -> dt.date:
    return joined_on + relativedelta(months=months)


def open_moment(joined_on: dt.date, today: dt.date) -> Moment | None:
    """The one that can be answered today, if any; the one before it no longer can."""
    return next((each for each in moments(joined_on) if each.on <= today < each.until), None)


def next_moment(joined_on: dt.date, today: dt.date) -> Moment | None:
    return next((each for each in moments(joined_on) if each.on > today), None)


def asked_at(moment: Moment, person: Member) -> tuple[dt.datetime, dt.datetime]:
    """The morning of that day in the person's time zone, and the one on which they are reminded."""
    return _morning(moment.on, person), _morning(moment.on + ASKED_AGAIN, person)


def today_of(person: Member) -> dt.date:
    return timezone.now().astimezone(person.zone).date()


def _morning(day: dt.date, person: Member) -> dt.datetime:
    return dt.datetime.combine(day, MORNING, person.zone).astimezone(dt.UTC)
