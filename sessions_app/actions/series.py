"""Planning a series of meetings by one rule or a chain of them."""

from datetime import date, datetime

from circles.models import Circle
from members.models import Member
from sessions_app.models import Series


def plan_series(  # noqa: PLR0913  a series has that many sides
    circle: Circle,
    *,
    by: Member,
    rules: list[str],
    starts: datetime,
    minutes: int,
    title: str = "",
    place: str = "",
    video_url: str = "",
    on_holiday: str = Series.OnHoliday.MEET,
    holidays_of: str = "",
    days_off: tuple[date, ...] = (),
) -> Series:
    """Plan a series from its first local start."""
    return Series.objects.create(
        circle=circle,
        rule=rules[0],
        starts_on=starts.date(),
        at=starts.time(),
        minutes=minutes,
        time_zone=circle.zone.key,
        title=title,
        place=place,
        video_url=video_url,
        on_holiday=on_holiday,
        holidays_of=holidays_of,
        days_off=list(days_off),
        planned_until=starts.date(),
        created_by=by,
    )
