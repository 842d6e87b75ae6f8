"""How many must come for a meeting to be worth holding."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from sessions_app.models import MeetingDefaults

SOON = timedelta(hours=72)


def enough(circle_id: int, people: int) -> int:
    """How many of so many people: what the circle set, else more than half. One query.

    Of a meeting it is `needed`, from `with_quorum`, by the same rule.
    """
    said = MeetingDefaults.objects.of(circle_id).quorum
    return min(said, people) if said else people // 2 + 1


def is_short(meeting: Any) -> bool:
    """Whether fewer have said yes than are needed, of a meeting from `with_answers`."""
    return bool(meeting.takes_answers and meeting.coming < meeting.needed)


def is_short_and_soon(meeting: Any) -> bool:
    """So close to the meeting that another time should be offered, and it has not begun."""
    now = timezone.now()
    return is_short(meeting) and now < meeting.starts_at <= now + SOON
