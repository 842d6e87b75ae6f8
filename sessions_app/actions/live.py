"""The live meeting."""

from django.db.models import F

from sessions_app.models import LiveMeeting


def bump(meeting_id: int) -> None:
    """Let every screen of a live meeting redraw. Does nothing for a meeting that is not live."""
    running = LiveMeeting.objects.filter(meeting=meeting_id, ended_at=None)
    running.update(version=F("version") + 1)
