"""What roles need from a person: an answer to somebody who would like to swap."""

from collections.abc import Iterable

from django.utils import timezone
from django.utils.formats import date_format

from circles.needs import Need
from members.models import Member
from sessions_app.models import Meeting, RoleSwap

MOST = 5


def needs_of_roles(person: Member) -> Iterable[Need]:
    """Questions to take over a role, of meetings to come. One query."""
    swaps = (
        RoleSwap.objects.visible_to(person)
        .open()
        .filter(
            asked=person,
            turn__meeting__state=Meeting.State.PLANNED,
            turn__meeting__starts_at__gt=timezone.now(),
        )
    )
    for swap in swaps.select_related("turn__meeting", "asked_by")[:MOST]:
        meeting = swap.turn.meeting
        day = date_format(timezone.localtime(meeting.starts_at), "j F")
        yield Need(
            words=f"{swap.asked_by.short_name} asks you to be {swap.turn.role} on {day}",
            url=f"{meeting.get_absolute_url()}#roles",
            label="Answer",
            icon="repeat-2",
            due=meeting.starts_at,
        )
