"""What a form proposes for a circle's next meeting, from its format and its last one."""

from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from circles.models import Circle
from sessions_app.models import Meeting


def next_day(last: date, *, per_month: float, today: date) -> date:
    """The next day on the circle's rhythm, on the same weekday as the last meeting, after today."""
    step = timedelta(weeks=max(1, round(4 / per_month)))
    steps = max(1, -((last - today) // step) if last <= today else 1)
    day = last + steps * step
    return day if day > today else day + step


def proposal(circle: Circle) -> dict[str, Any]:
    """The first values of the form. Of a circle that never met, only the format's minutes."""
    version = circle.format_version
    last = Meeting.objects.standing().filter(circle=circle).order_by("-starts_at").first()
    if last is None:
        return {"minutes": version.meeting_minutes}
    per_month = version.definition.get("cadence", {}).get("per_month") or 1
    today = timezone.localdate(timezone=circle.zone)
    return {
        "day": next_day(last.held_on, per_month=per_month, today=today),
        "time": last.starts_at.astimezone(circle.zone).time(),
        "minutes": last.minutes,
        "place": last.place,
        "video_url": last.video_url,
    }
