"""How many must come for a meeting to be worth holding."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from sessions_app.models import Meeting

SOON = timedelta(hours=72)


def quorum_of(meeting: Meeting) -> int:
    """What the circle set, else more than half of the seats that are not on leave. One query."""
    found: Any = Meeting.objects.with_quorum().filter(pk=meeting.pk)
    needed: int = found.values_list("needed", flat=True).get()
    return needed


def is_short(meeting: Any) -> bool:
    """Whether fewer have said yes than are needed, of a meeting from `with_answers`."""
    return bool(meeting.takes_answers and meeting.coming < meeting.needed)


def is_short_and_soon(meeting: Any) -> bool:
    """So close to the meeting that another time should be offered, and it has not begun."""
    now = timezone.now()
    return is_short(meeting) and now < meeting.starts_at <= now + SOON
