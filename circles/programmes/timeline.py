"""The days of programmes as pages show them."""

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from circles.models import Circle, Milestone, Programme
from circles.programmes.milestones import Day, days_of, near
from members.models import Member

LATELY_REMOVED = dt.timedelta(hours=1)


def timeline_of(programme: Programme) -> dict[str, Any]:
    """What templates/circles/programme_timeline.html needs, in one query.

    What was removed within the hour waits to be brought back.
    """
    rows = list(programme.milestones.all())
    since = timezone.now() - LATELY_REMOVED
    return {
        "days": days_of(programme, [row for row in rows if row.removed_at is None]),
        "removed": [row for row in rows if row.removed_at and row.removed_at >= since],
        "today": programme.today,
    }


@dataclass(frozen=True)
class Soon:
    """A day that is near, of one of a person's programmes."""

    programme: str
    day: Day


def near_days_of(programmes: list[Programme]) -> list[Soon]:
    """What comes within two weeks in these programmes, in one query; of enrolment nothing."""
    typed: dict[int, list[Milestone]] = defaultdict(list)
    if programmes:
        for row in Milestone.objects.current().filter(programme__in=programmes):
            typed[row.programme_id].append(row)
    found = [
        Soon(each.name, day)
        for each in programmes
        for day in near(days_of(each, typed[each.pk]), each.today)
        if day.milestone or day.tell_days
    ]
    return sorted(found, key=lambda soon: soon.day.on)


def near_days_for(person: Member) -> list[Soon]:
    """The same for the programmes in whose circles the person has a seat: two queries."""
    circles = Circle.objects.joined_by(person).open()
    mine = Programme.objects.current().filter(pk__in=circles.order_by().values("programme"))
    return near_days_of(list(mine))
