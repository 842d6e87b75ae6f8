"""Whether planned meetings can stand: not while their circle pauses, nor once it is closed."""

from datetime import date, timedelta

from django.db import transaction
from django.db.models import Case, Exists, F, OuterRef, Q, Value, When
from django.utils import timezone

from circles.actions.locks import locked
from circles.models import Circle, Pause
from notifications import planner
from sessions_app.actions.series import back_to_plan
from sessions_app.models import Meeting, Series
from sessions_app.reminders.invitations import tell_meeting, tell_series
from sessions_app.reminders.posts import tell_rhythm_changed

State, For = Meeting.State, Meeting.CancelledFor
RESTING = (Circle.Stage.PAUSED, Circle.Stage.CLOSED)
BY_THE_CIRCLE = (For.PAUSE, For.CLOSING)


def circles_to_settle() -> list[int]:
    """Circles with a meeting to come that no longer stands, or that stands again."""
    coming = Meeting.objects.filter(starts_at__gt=timezone.now())
    resting = Exists(
        Circle.objects.filter(pk=OuterRef("circle")).filter(
            Q(stage__in=RESTING) | Q(closes_on__isnull=False)
        )
    )
    planned = coming.filter(resting, state=State.PLANNED)
    away = coming.filter(cancelled_for__in=BY_THE_CIRCLE).exclude(circle__stage__in=RESTING)
    found = planned.order_by().values("circle").union(away.order_by().values("circle"))
    return sorted(row["circle"] for row in found)


@transaction.atomic
def settle_meetings(circle_id: int) -> tuple[int, int]:
    """Call off what falls into a pause or behind the closing day, and bring back what no longer
    does, with its answers; returns how many of each. Twice changes nothing.

    Of a pause without an end all meetings to come are called off; when the circle goes on, those
    that are still to come take place. A meeting that somebody cancelled by hand stays cancelled.
    """
    circle = locked(circle_id)
    coming = Meeting.objects.filter(circle=circle, starts_at__gt=timezone.now())
    stands, why = _standing(circle)
    off = list(coming.filter(state=State.PLANNED).exclude(stands))
    back = list(coming.filter(stands, cancelled_for__in=BY_THE_CIRCLE).order_by("starts_at"))
    Meeting.objects.filter(pk__in=[one.pk for one in off]).update(
        state=State.CANCELLED, cancelled_for=why, sequence=F("sequence") + 1
    )
    changed = [*off, *back_to_plan(back)]
    planner.keep("meeting", [meeting.pk for meeting in changed])
    _tell(changed)
    if changed:
        tell_rhythm_changed(circle)
    return len(off), len(back)


def _tell(meetings: list[Meeting]) -> None:
    """Tell calendars once of each series, and of each meeting of its own."""
    changed = Meeting.objects.filter(pk__in=[meeting.pk for meeting in meetings])
    for meeting in changed.filter(series=None):
        tell_meeting(meeting)
    series = Series.objects.filter(pk__in=changed.exclude(series=None).values("series"))
    series.update(sequence=F("sequence") + 1)
    for one in series:
        tell_series(one)


def _standing(circle: Circle) -> tuple[Q, Case | Value]:
    """Which meetings stand, by the day they are held on, and why the others do not."""
    pause = Pause.objects.current().filter(circle=circle).first()
    rests_until: date | None = None
    if circle.is_closed:
        rests_until = date.max
    elif circle.stage == Circle.Stage.PAUSED:
        rests_until = (pause and pause.back_by) or date.max
        # A pause that takes longer than it was meant to.
        rests_until = max(rests_until, circle.today + timedelta(days=7))
    closes_on = circle.closes_on or date.max
    stands = Q(held_on__gte=rests_until) if rests_until else Q()
    stands &= Q(held_on__lt=closes_on)
    if circle.is_closed:
        return stands, Value(For.CLOSING)
    closing = When(held_on__gte=closes_on, then=Value(For.CLOSING))
    return stands, Case(closing, default=Value(For.PAUSE))
