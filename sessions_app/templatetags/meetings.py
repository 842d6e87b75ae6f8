"""Words and orders of the meeting, goal and promise pages. `{% load meetings %}`"""

from collections.abc import Sequence
from datetime import date
from typing import Any, TypeVar

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from members.words import exact_moment
from sessions_app import quorum, words
from sessions_app.models import Commitment, Meeting

register = template.Library()
Item = TypeVar("Item")


@register.filter
def coming_words(meeting: Any) -> str:
    """How many come, of a meeting from `with_answers`."""
    return words.coming_sentence(meeting.coming, meeting.seats)


@register.filter
def quorum_words(meeting: Any) -> str:
    """What that number means, of a meeting from `with_answers`."""
    return words.quorum_sentence(meeting.coming, meeting.seats, meeting.needed)


@register.filter
def is_short_and_soon(meeting: Any) -> bool:
    return quorum.is_short_and_soon(meeting)


@register.filter
def oldest_first(values: Sequence[Item]) -> list[Item]:
    return list(reversed(values))


@register.filter
def carried_words(commitment: Commitment) -> str:
    return words.carried_words(commitment.times_carried)


@register.simple_tag
def meeting_time(meeting: Meeting) -> SafeString:
    """From when to when on the reader's clock, and how far away; the day stands beside it."""
    zone = timezone.get_current_timezone()
    starts, ends = meeting.starts_at.astimezone(zone), meeting.ends_at.astimezone(zone)
    return format_html(
        '<time datetime="{}" title="{}">{} to {}</time> your time, {}',
        starts.isoformat(),
        exact_moment(meeting.starts_at, zone=zone),
        f"{starts:%H:%M}",
        f"{ends:%H:%M}",
        words.in_days((starts.date() - timezone.localdate()).days),
    )


@register.filter
def is_elsewhere(meeting: Meeting) -> bool:
    """Whether the meeting's zone shows another time than the reader's."""
    here = meeting.starts_at.astimezone(timezone.get_current_timezone())
    return here.utcoffset() != meeting.starts_at.astimezone(meeting.zone).utcoffset()


@register.filter
def day_of(days: dict[int, date], key: int) -> date | None:
    return days.get(key)
