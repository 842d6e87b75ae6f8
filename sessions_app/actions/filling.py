"""From the rule of a series to its meetings: which of its times are free, and their rows."""

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta

from django.utils import timezone

from circles.models import Circle
from sessions_app.models import Meeting, Series
from sessions_app.recurrence.occurrences import Occurrence, is_exhausted, occurrences

HORIZON = timedelta(days=180)
# How far a series may fall behind the horizon before it is planned further.
SLACK = timedelta(days=14)

Times = tuple[datetime, datetime]


def horizon_of(circle: Circle, starts_on: date) -> date:
    """Up to which day meetings exist: half a year from today, or from a later start.

    A circle that closes has none on that day or later.
    """
    horizon = max(circle.today, starts_on) + HORIZON
    return min(horizon, circle.closes_on - timedelta(days=1)) if circle.closes_on else horizon


def to_come(series: Series, *, since: date, until: date) -> list[Occurrence]:
    """Those of its occurrences that have not begun."""
    now = timezone.now()
    found = occurrences(series, since=max(since, series.starts_on), until=until)
    return [one for one in found if one.starts_at > now]


def fill(series: Series, *, since: date, until: date) -> list[Meeting]:
    """Create the meetings of those days, without the ones that overlap others of the circle.

    The caller holds the circle, knows that none of them exists, and plans what they owe.
    """
    found = to_come(series, since=since, until=until)
    taken = busy(series.circle_id, [times_of(one) for one in found])
    rows: list[Meeting] = []
    for one in found:
        if is_free(times_of(one), taken):
            taken.append(times_of(one))
            rows.append(meeting_of(series, one))
    made = Meeting.objects.bulk_create(rows)
    note_planned(series, until)
    return made


def note_planned(series: Series, until: date) -> None:
    """Remember how far it is planned: for ever, once its rule gives no more days."""
    series.planned_until = date.max if is_exhausted(series, after=until) else until
    series.save(update_fields=["planned_until"])


def meeting_of(series: Series, one: Occurrence) -> Meeting:
    return Meeting(
        circle_id=series.circle_id,
        series=series,
        nominal_on=one.nominal_on,
        title=series.title,
        starts_at=one.starts_at,
        ends_at=one.ends_at,
        time_zone=series.time_zone,
        held_on=one.held_on,
        place=series.place,
        video_url=series.video_url,
        created_by_id=series.created_by_id,
    )


def times_of(one: Occurrence | Meeting) -> Times:
    return one.starts_at, one.ends_at


def busy(circle_id: int, times: Sequence[Times], *, without: Collection[int] = ()) -> list[Times]:
    """When the circle meets already, around these times."""
    if not times:
        return []
    standing = Meeting.objects.standing().filter(
        circle=circle_id,
        starts_at__lt=max(ends for _, ends in times),
        ends_at__gt=min(starts for starts, _ in times),
    )
    return list(standing.exclude(pk__in=without).values_list("starts_at", "ends_at"))


def is_free(times: Times, taken: Sequence[Times]) -> bool:
    return not any(starts < times[1] and ends > times[0] for starts, ends in taken)


def left_out(
    chain: Sequence[Series], *, until: date, without: Collection[int] = ()
) -> list[Occurrence]:
    """Times of a chain, stored or not, without a meeting because the circle meets then already."""
    stored = [link.pk for link in chain if link.pk]
    rows = Meeting.objects.filter(series__in=stored).exclude(pk__in=without) if stored else None
    have = set(rows.values_list("series", "nominal_on")) if rows is not None else set()
    found = [
        (link, one)
        for link in chain
        for one in to_come(link, since=link.starts_on, until=until)
        if (link.pk, one.nominal_on) not in have
    ]
    times = [times_of(one) for _, one in found]
    taken = busy(chain[0].circle_id, times, without=without)
    return [one for _, one in found if not is_free(times_of(one), taken)]
