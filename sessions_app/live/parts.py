"""What the live meeting adds to the meeting's own page."""

from typing import Any

from django.utils import timezone

from members.models import Member
from sessions_app.actions.live import FORGOTTEN_AFTER, REOPENS_FOR, reopens
from sessions_app.models import LiveMeeting, Meeting


def live_parts(meeting: Meeting, person: Member) -> dict[str, Any]:
    """Whether this person may open the meeting again, which somebody has just ended."""
    # Long after its time nobody asks any more, so that past meetings cost no query.
    may_be_recent = meeting.ends_at > timezone.now() - FORGOTTEN_AFTER - REOPENS_FOR
    if meeting.state != Meeting.State.CLOSED or not may_be_recent:
        return {}
    live = LiveMeeting.objects.visible_to(person).filter(meeting=meeting).first()
    may_drive = person.has_perm("sessions_app.drive_meeting", meeting)
    return {"may_reopen": live is not None and may_drive and reopens(meeting, live)}
