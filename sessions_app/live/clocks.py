"""How long the current segment, turn and step last: moments in UTC, so that no clock change counts.

The browser counts from them; it knows the server's time by what each answer says.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sessions_app.agenda.segments import Segment, Step
from sessions_app.models import LiveMeeting


@dataclass(frozen=True)
class Clock:
    """When something began and how long it is planned to take."""

    began_at: datetime
    seconds: int

    @property
    def ends_ms(self) -> int:
        """When it is over, as scripts count: milliseconds since 1970."""
        return round((self.began_at + timedelta(seconds=self.seconds)).timestamp() * 1000)

    def left(self, now: datetime) -> int:
        """The seconds that are left; under zero once it takes longer."""
        return round(self.seconds - (now - self.began_at).total_seconds())


def segment_clock(live: LiveMeeting, segment: Segment) -> Clock:
    return Clock(live.segment_began_at, segment.minutes * 60 + live.extra_seconds)


def turn_clock(live: LiveMeeting, segment: Segment, turns: int) -> Clock | None:
    """Each turn's equal share of the segment; nothing where there are no turns."""
    if turns < 2 or not segment.minutes:
        return None
    return Clock(live.turn_began_at, segment.minutes * 60 // turns)


def step_clock(live: LiveMeeting, step: Step | None, people: int) -> Clock | None:
    """A step of the protocol, if it has a time of its own."""
    if step is None:
        return None
    minutes = step.minutes or step.minutes_per_person * max(1, people)
    return Clock(live.step_began_at, minutes * 60) if minutes else None


def shown(seconds: int) -> str:
    """`06:42`; what takes too long counts up: `+01:05`."""
    minutes, rest = divmod(abs(seconds), 60)
    return f"{'+' if seconds < 0 else ''}{minutes:02}:{rest:02}"
