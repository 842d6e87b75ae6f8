"""What the screens of a live meeting must hear of: they draw anew whenever its version rises.

Whoever changes something that a screen shows says so here. Nothing happens where none is live.
"""

from sessions_app.models import LiveMeeting


def redraw(meeting_id: int) -> None:
    """Let the screens of this meeting draw anew."""
    LiveMeeting.objects.filter(meeting=meeting_id).draw_anew()


def redraw_circle(circle_id: int) -> None:
    """Let the screens of the circle's meeting draw anew, whichever is live."""
    LiveMeeting.objects.filter(meeting__circle=circle_id).draw_anew()
