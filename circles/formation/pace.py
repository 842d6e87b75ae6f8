"""Keeps time for a solver: says how far it is, and whether to go on."""

import time
from collections.abc import Callable

from circles.formation.outcome import Progress

# Said about twice a second, asked about four times: often enough for a page, cheap enough for a
# caller who looks into a database.
SAY_EVERY, ASK_EVERY = 0.5, 0.25
Standing = tuple[float, float, tuple[tuple[int, ...], ...]]


class Pace:
    """Time only cuts off; it never decides what is tried next."""

    def __init__(
        self,
        seconds: float,
        on_progress: Callable[[Progress], None],
        should_stop: Callable[[], bool],
    ) -> None:
        self.ends = time.monotonic() + seconds
        self.on_progress, self.should_stop = on_progress, should_stop
        self.said = self.asked = -1.0
        self.is_over = False
        self.step, self.done, self.total = "Reading the rules", 0, 1
        self.standing: Callable[[], Standing] = lambda: (0.0, 0.0, ())

    @property
    def left(self) -> float:
        return max(0.0, self.ends - time.monotonic())

    def begin(self, step: str) -> None:
        self.step = step
        self.say()

    def go_on(self) -> bool:
        """Say and ask when it is time to; False once somebody asked to stop or time is up."""
        if self.is_over:
            return False
        now = time.monotonic()
        if now >= self.ends:
            self.is_over = True
        elif now >= self.asked + ASK_EVERY:
            self.asked = now
            self.is_over = self.should_stop()
        if now >= self.said + SAY_EVERY:
            self.say()
        return not self.is_over

    def say(self) -> None:
        self.said = time.monotonic()
        worst, mean, circles = self.standing()
        done = min(self.done, self.total)
        self.on_progress(Progress(self.step, done, self.total, worst, mean, circles))
