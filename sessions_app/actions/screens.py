"""What the screens of a live meeting must hear of when it changes elsewhere."""

from sessions_app.actions import live
from sessions_app.models import LiveMeeting


def redraw(circle_id: int) -> None:
    """Let the screens of the circle's live meeting redraw; nothing where none is live."""
    running = LiveMeeting.objects.filter(meeting__circle=circle_id, ended_at=None)
    for meeting_id in running.values_list("pk", flat=True):
        live.bump(meeting_id)
