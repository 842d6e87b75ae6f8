"""What each role does while a segment runs, in one line."""

from sessions_app.agenda.segments import Segment


def duty_of(_role: str, _segment: Segment) -> str:
    """What somebody with this role does now; nothing where the role has no part in it."""
    return ""
