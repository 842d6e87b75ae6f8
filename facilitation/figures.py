"""The figures behind a facilitator's hub. The number of queries does not grow with the circles."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, F, Max, Q, Window
from django.db.models.functions import Coalesce, RowNumber
from django.utils import timezone
from django.utils.formats import date_format

from circles.models import Circle, Facilitation, Membership
from facilitation.signals import Figures, Held, Signal, signals_of
from members.models import Member
from sessions_app.misses import missed_in_circles
from sessions_app.models import Attendance, Commitment, Goal, Meeting
from sessions_app.models.goal import stale

MEETING_STAGES = (Circle.Stage.FORMING, Circle.Stage.ACTIVE, Circle.Stage.RENEWAL)
LAST = 3


@dataclass(frozen=True)
class Row:
    """One circle in the hub."""

    circle: Circle
    members: int
    next_meeting: Meeting | None
    last_touch: date | None
    figures: Figures
    signals: list[Signal]

    @property
    def weight(self) -> int:
        return sum(signal.weight for signal in self.signals)

    @property
    def shares(self) -> list[float | None]:
        """Attendance of the last meetings, the oldest first."""
        return [held.share for held in reversed(self.figures.last)]


def hub_rows(person: Member) -> list[Row]:
    """The circles the person facilitates, those that need them most first."""
    now = timezone.now()
    held = Facilitation.objects.current().filter(person=person)
    circles = Circle.objects.open().filter(pk__in=held.values("circle"))
    circles = circles.select_related("format_version__format")
    found = _Found(person, [circle.pk for circle in circles])
    rows = [_row(circle, found, now) for circle in circles]
    return sorted(rows, key=lambda row: (-row.weight, row.circle.name.casefold()))


class _Found:
    """What the database knows about these circles: one query a kind of thing."""

    def __init__(self, person: Member, circles: list[int]) -> None:
        meetings = Meeting.objects.visible_to(person).filter(circle__in=circles)
        upcoming = meetings.upcoming().order_by("circle_id", "starts_at").distinct("circle_id")
        self.next = {meeting.circle_id: meeting for meeting in upcoming}
        self.past = _grouped(_last_of_each(meetings), by="circle_id")
        self.seats = _seats(circles)
        self.missed = missed_in_circles(circles, Meeting.objects.visible_to(person))
        self.marks = _marks(meeting.pk for past in self.past.values() for meeting in past)
        commitments = Commitment.objects.visible_to(person).filter(circle__in=circles).open()
        self.commitments = _by_circle(
            commitments,
            commitments=Count("pk"),
            carried=Count("pk", filter=Q(times_carried__gte=1)),
            carried_twice=Count("pk", filter=Q(times_carried=2)),
            carried_three_times=Count("pk", filter=Q(times_carried__gte=3)),
        )
        goals = Goal.objects.visible_to(person).filter(circle__in=circles).active()
        self.goals = _by_circle(
            goals,
            goals=Count("pk"),
            stale_goals=Count("pk", filter=stale(timezone.localdate())),
            moved_on=Max(Coalesce("last_moved_on", "started_on")),
        )


def _row(circle: Circle, found: _Found, now: datetime) -> Row:
    past = found.past[circle.pk]
    goals = found.goals.get(circle.pk, {}).copy()
    moved_on: date | None = goals.pop("moved_on", None)
    upcoming = found.next.get(circle.pk)
    figures = Figures(
        circle=circle.pk,
        meets=circle.stage in MEETING_STAGES,
        has_next_meeting=upcoming is not None,
        last=[_held(meeting, found.marks[meeting.pk]) for meeting in past],
        missed_two=[Member(name=each.name).short_name for each in found.missed[circle.pk]],
        days_without_movement=(timezone.localdate() - moved_on).days if moved_on else 0,
        **found.commitments.get(circle.pk, {}),
        **goals,
    )
    touches = [meeting.recap_sent_at or meeting.ends_at for meeting in past]
    touches += [upcoming.created_at] if upcoming else []
    return Row(
        circle=circle,
        members=found.seats.get(circle.pk, 0),
        next_meeting=upcoming,
        last_touch=timezone.localtime(max(touches)).date() if touches else None,
        figures=figures,
        signals=signals_of(figures, now=now),
    )


def _last_of_each(meetings: Any) -> Any:
    """The last meetings of every circle, the latest first."""
    nth = Window(RowNumber(), partition_by=F("circle"), order_by=F("starts_at").desc())
    return meetings.past().annotate(nth=nth).filter(nth__lte=LAST).order_by("-starts_at")


def _seats(circles: list[int]) -> dict[int, int]:
    """Of each circle how many sit in it. One query."""
    current = Membership.objects.current().filter(circle__in=circles).order_by()
    return dict(current.values_list("circle").annotate(seats=Count("pk")))


def _marks(meetings: Iterable[int]) -> dict[int, dict[int, bool]]:
    """Of each meeting, who was noted as there or not."""
    noted = Attendance.objects.filter(meeting__in=list(meetings), attended__isnull=False)
    marks: dict[int, dict[int, bool]] = defaultdict(dict)
    for meeting, person, attended in noted.values_list("meeting", "person", "attended"):
        marks[meeting][person] = bool(attended)
    return marks


def _held(meeting: Meeting, marks: dict[int, bool]) -> Held:
    return Held(
        pk=meeting.pk,
        day=date_format(meeting.held_on, "j F"),
        ended_at=meeting.ends_at,
        came=sum(marks.values()),
        expected=len(marks),
        has_recap=meeting.recap_is_shared,
    )


def _by_circle(rows: Any, **figures: Any) -> dict[int, dict[str, Any]]:
    counted = rows.order_by().values("circle").annotate(**figures)
    return {row.pop("circle"): row for row in counted}


def _grouped(meetings: Iterable[Meeting], *, by: str) -> dict[int, list[Meeting]]:
    groups: dict[int, list[Meeting]] = defaultdict(list)
    for meeting in meetings:
        groups[getattr(meeting, by)].append(meeting)
    return groups
