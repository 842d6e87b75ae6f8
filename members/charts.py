"""Geometry of figures. Pure functions from numbers to plain data that SVG templates draw."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise


@dataclass(frozen=True)
class Scale:
    """Maps a value between `low` and `high` to a place between `start` and `end`."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        span = self.high - self.low or 1
        kept = min(max(value, self.low), self.high)
        return round(self.start + (kept - self.low) / span * (self.end - self.start), 1)


def ticks(high: float, *, most: int = 5) -> list[float]:
    """Round steps from 0 to at least `high`, at most `most` of them above 0."""
    if high <= 0:
        return [0, 1]
    rough = high / most
    power = 10.0 ** math.floor(math.log10(rough))
    # The tolerance keeps 0.6 / 3 = 0.19999… from asking for a coarser step than 0.2.
    step = next(m * power for m in (1, 2, 2.5, 5, 10) if m * power >= rough * (1 - 1e-9))
    count = math.ceil(high / step - 1e-9)
    return [round(step * number, 10) for number in range(count + 1)]


def line_path(points: Sequence[tuple[float, float]]) -> str:
    """Straight from point to point."""
    return "M" + " ".join(f"{x:g},{y:g}" for x, y in points) if points else ""


def step_path(points: Sequence[tuple[float, float]]) -> str:
    """Flat to each next x, then up: what is known holds until the next value."""
    return line_path(_stairs(points))


def band_path(lower: Sequence[tuple[float, float]], upper: Sequence[tuple[float, float]]) -> str:
    """The area between two step lines."""
    if not upper:
        return ""
    return line_path([*_stairs(upper), *reversed(_stairs(lower))]) + "Z"


def _stairs(points: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    stairs = list(points[:1])
    for (_, y_before), (x, y) in pairwise(points):
        stairs += [(x, y_before), (x, y)]
    return stairs


@dataclass(frozen=True)
class Spark:
    """A small trend: its path, its last point, and which way it went."""

    path: str
    x: float
    y: float
    direction: str


def spark(values: Sequence[float], *, top: float = 100) -> Spark | None:
    """Draw values between 0 and `top`, oldest first; None for no value at all."""
    if not values:
        return None
    across = Scale(0, max(len(values) - 1, 1), 4, 80)
    up = Scale(0, top, 23, 3)
    start = 80 if len(values) == 1 else None
    points = [(start or across(n), up(value)) for n, value in enumerate(values)]
    change = (values[-1] - values[0]) / top
    direction = "up" if change >= 0.05 else "down" if change <= -0.05 else "flat"
    return Spark(line_path(points), *points[-1], direction)


@dataclass(frozen=True)
class Bar:
    """One meeting's attendance as a bar; `share` is None while nobody has noted it."""

    x: int
    y: float
    height: float
    tone: str


def attendance_bars(shares: Sequence[float | None]) -> list[Bar]:
    """Bars of 26 units' height, oldest first; under 70 % is thin."""
    bars = []
    for place, share in enumerate(shares):
        height = 26.0 if share is None else round(max(2.0, 26 * min(share, 1)), 1)
        tone = "none" if share is None else "well" if share >= 0.7 else "thin"
        bars.append(Bar(1 + place * 14, round(26 - height, 1), height, tone))
    return bars


@dataclass(frozen=True)
class Point:
    """A share at a month, with its interval."""

    month: float
    share: float
    low: float
    high: float


@dataclass(frozen=True)
class Curve:
    """A group's shares over time. `tone` is ember or teal; a dash tells it apart without colour."""

    label: str
    points: Sequence[Point]
    tone: str = "ember"
    dashed: bool = False


@dataclass(frozen=True)
class DrawnCurve:
    """A curve as paths. Its label stands after its end, or above it where there is no room."""

    label: str
    label_x: float
    label_y: float
    anchor: str
    tone: str
    dashed: bool
    line: str
    band: str
    at_mark: Point | None
    mark_y: float


@dataclass(frozen=True)
class Tick:
    """A place on an axis and its words."""

    at: float
    label: str


@dataclass(frozen=True)
class Chart:
    """A cumulative share over months, ready to draw."""

    width: int
    height: int
    left: float
    right: float
    top: float
    bottom: float
    x_ticks: list[Tick]
    y_ticks: list[Tick]
    mark_x: float
    mark_label: str
    curves: list[DrawnCurve] = field(default_factory=list)


def incidence_chart(
    curves: Sequence[Curve], *, months: int, mark: int, narrow: bool = False
) -> Chart:
    """Curves of a cumulative share with bands, a line at `mark` months, labels at their ends.

    The narrow drawing is for phones: the same data in fewer pixels, so that text stays readable.
    """
    width, height = (360, 300) if narrow else (960, 360)
    left, right, top = (44, 348, 34) if narrow else (56, 800, 30)
    bottom = height - 30
    highest = max((p.high for curve in curves for p in curve.points), default=0.0)
    y_values = ticks(min(1.0, max(highest, 0.05)), most=4 if narrow else 5)
    x = Scale(0, months, left, right)
    y = Scale(0, y_values[-1], bottom, top)
    step = next(s for s in (1, 2, 3, 4, 6, 12, 24) if months / s <= (5 if narrow else 8))
    drawn = [_drawn(curve, x, y, mark, narrow) for curve in curves if curve.points]
    return Chart(
        width=width,
        height=height,
        left=left,
        right=right,
        top=top,
        bottom=bottom,
        x_ticks=[Tick(x(month), str(month)) for month in range(0, months + 1, step)],
        y_ticks=[Tick(y(value), f"{value * 100:g}\u00a0%") for value in y_values],
        mark_x=x(mark),
        mark_label=f"{mark} months",
        curves=_apart(drawn),
    )


def _drawn(curve: Curve, x: Scale, y: Scale, mark: int, narrow: bool) -> DrawnCurve:
    end = curve.points[-1]
    known = [point for point in curve.points if point.month <= mark]
    at_mark = known[-1] if known and end.month >= mark else None
    return DrawnCurve(
        label=curve.label,
        label_x=x(end.month) + (0 if narrow else 12),
        label_y=y(end.high) - 7 if narrow else y(end.share) + 5,
        anchor="end" if narrow else "start",
        tone=curve.tone,
        dashed=curve.dashed,
        line=step_path([(x(p.month), y(p.share)) for p in curve.points]),
        band=band_path(
            [(x(p.month), y(p.low)) for p in curve.points],
            [(x(p.month), y(p.high)) for p in curve.points],
        ),
        at_mark=at_mark,
        mark_y=y(at_mark.share) if at_mark else 0,
    )


def _apart(curves: list[DrawnCurve], *, gap: float = 20) -> list[DrawnCurve]:
    """Move labels that would lie upon each other apart, lowest line first."""
    placed: list[DrawnCurve] = []
    for curve in sorted(curves, key=lambda c: -c.label_y):
        at = curve.label_y
        if placed and placed[-1].label_y - at < gap:
            at = placed[-1].label_y - gap
        placed.append(DrawnCurve(**{**vars(curve), "label_y": round(at, 1)}))
    return placed[::-1]


@dataclass(frozen=True)
class Interval:
    """A share as a dot on a line of 100 units, its interval as a whisker."""

    dot: float
    low: float
    high: float

    @property
    def width(self) -> float:
        return round(self.high - self.low, 1)


def interval(share: float, low: float, high: float, *, top: float = 1) -> Interval:
    place = Scale(0, top, 0, 100)
    return Interval(place(share), place(low), place(high))


def heat_step(value: float, *, low: float, high: float, steps: int = 5) -> int:
    """Which of the depths 1 to `steps` a value has between `low` and `high`."""
    if high <= low:
        return 1
    share = (min(max(value, low), high) - low) / (high - low)
    return min(steps, int(share * steps) + 1)
