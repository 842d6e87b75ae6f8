"""Where a live meeting stands, and where it can go from there. Pure.

A position is a segment, a turn within it and a step within the turn. However it is moved, it names
something that the agenda has.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sessions_app.agenda.segments import Segment
from sessions_app.models import LiveMeeting


@dataclass(frozen=True)
class Position:
    """A segment, a turn and a step; or the closing steps, which come after all of them."""

    segment: str
    turn: int = 0
    step: int = 0
    is_closing: bool = False

    def __str__(self) -> str:
        """What a screen sends along with a press, to say what it showed."""
        return "closing" if self.is_closing else f"{self.segment}.{self.turn}.{self.step}"

    @classmethod
    def of(cls, live: LiveMeeting) -> "Position":
        return cls(live.segment, live.turn, live.step, live.is_closing)


@dataclass(frozen=True)
class Stop:
    """A segment as a position sees it: how many turns, and how many steps each of them has."""

    key: str
    turns: int
    steps: int


def turns_of(segment: Segment, order: Sequence[int]) -> int:
    """As many as people in the order; at least as many presenters as the agenda has."""
    if segment.mode == "circle":
        return 1
    presenters = segment.times if segment.mode == "presenter" else 0
    return max(1, presenters, len(order))


class Route:
    """The stops of one meeting, in order. There is at least one."""

    def __init__(self, segments: Sequence[Segment], orders: dict[str, list[int]]) -> None:
        self.stops = [
            Stop(
                segment.key,
                turns_of(segment, orders.get(segment.key, ())),
                max(1, len(segment.steps)),
            )
            for segment in segments
        ]
        self._places = {stop.key: place for place, stop in enumerate(self.stops)}

    def settled(self, at: Position) -> Position:
        """The position itself if the agenda still has it, else the nearest that it has."""
        stop = self.stops[self._places.get(at.segment, 0)]
        if stop.key != at.segment:
            return Position(stop.key, is_closing=at.is_closing)
        turn, step = min(at.turn, stop.turns - 1), min(at.step, stop.steps - 1)
        return Position(stop.key, turn, step, at.is_closing)

    def place(self, at: Position) -> int:
        return self._places[at.segment]

    def after(self, at: Position) -> Position:
        """The next step, else the next turn, else the next segment, else the closing steps."""
        if at.is_closing or at.step + 1 >= self._stop(at).steps:
            return self.after_turn(at)
        return Position(at.segment, at.turn, at.step + 1)

    def after_turn(self, at: Position) -> Position:
        if at.is_closing or at.turn + 1 >= self._stop(at).turns:
            return self.after_segment(at)
        return Position(at.segment, at.turn + 1)

    def after_segment(self, at: Position) -> Position:
        place = self.place(at) + 1
        if at.is_closing or place == len(self.stops):
            return Position(at.segment, at.turn, at.step, is_closing=True)
        return Position(self.stops[place].key)

    def before(self, at: Position) -> Position:
        """What `after` would lead from; the very beginning stays."""
        if at.is_closing:
            return Position(at.segment, at.turn, at.step)
        if at.step:
            return Position(at.segment, at.turn, at.step - 1)
        if at.turn:
            return Position(at.segment, at.turn - 1, self._stop(at).steps - 1)
        if not self.place(at):
            return at
        stop = self.stops[self.place(at) - 1]
        return Position(stop.key, stop.turns - 1, stop.steps - 1)

    def _stop(self, at: Position) -> Stop:
        return self.stops[self.place(at)]
