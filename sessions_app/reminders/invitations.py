"""What calendars are told by mail: invitations, changes of time, cancellations (iTIP, RFC 5546)."""

from sessions_app.models import Meeting, Series


def tell_series(series: Series) -> None:
    """Owe everyone with a seat what their calendar must know of the series as it is now."""


def tell_meeting(meeting: Meeting) -> None:
    """Owe everyone with a seat what their calendar must know of this one meeting as it is now."""
