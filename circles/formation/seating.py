"""Circles while they are being formed: who sits where, and how good each circle is."""

from collections.abc import Iterable, Sequence

from circles.formation.index import Sum
from circles.formation.pieces import Pieces

NOWHERE = -1


class Seating:
    """Circles of pieces, each of which always keeps the hard rules. An empty one does not count."""

    def __init__(self, pieces: Pieces) -> None:
        self.pieces = pieces
        rules = pieces.index.rules
        self.size_min, self.size_max = rules.size_min, rules.size_max
        self.circles: list[list[int]] = []
        self.points: list[float] = []
        self.sizes: list[int] = []
        self.where = [NOWHERE] * len(pieces)

    def open(self, members: Iterable[int]) -> int:
        """A new circle of these pieces; its number."""
        number = len(self.circles)
        self.circles.append([])
        self.points.append(0.0)
        self.sizes.append(0)
        self.seat(number, members)
        return number

    def seat(self, circle: int, members: Iterable[int]) -> None:
        """Make exactly these pieces the circle. Whoever sat elsewhere is taken from there first."""
        kept = sorted(members)
        for piece in self.circles[circle]:
            if self.where[piece] == circle:
                self.where[piece] = NOWHERE
        self.circles[circle] = kept
        for piece in kept:
            self.where[piece] = circle
        self.sizes[circle] = self.pieces.size_of(kept)
        self.points[circle] = self.pieces.index.points(self.pieces.sum_of(kept)) if kept else 0.0

    def rearrange(self, changed: dict[int, list[int]]) -> None:
        """Seat several circles anew at once, between which pieces were exchanged."""
        for circle in changed:
            self.seat(circle, ())
        for circle, members in changed.items():
            self.seat(circle, members)

    def rest(self, circle: int, without: int) -> tuple[list[int], Sum]:
        """The circle without one of its pieces, and the Sum of that."""
        members = [piece for piece in self.circles[circle] if piece != without]
        return members, self.pieces.sum_of(members)

    @property
    def unplaced(self) -> list[int]:
        return [piece for piece, circle in enumerate(self.where) if circle == NOWHERE]

    @property
    def numbers(self) -> list[int]:
        return [number for number, members in enumerate(self.circles) if members]

    @property
    def placed(self) -> int:
        return sum(self.sizes)

    def worst(self) -> float:
        return min((self.points[number] for number in self.numbers), default=0.0)

    def mean(self) -> float:
        numbers = self.numbers
        return sum(self.points[number] for number in numbers) / len(numbers) if numbers else 0.0

    def merit(self) -> tuple[int, float, float]:
        """What is maximised, in this order. Rounded, so that no error of addition decides."""
        return self.placed, round(self.worst(), 6), round(self.mean(), 6)

    def copy(self) -> list[list[int]]:
        return [list(members) for members in self.circles if members]

    def restore(self, circles: Sequence[Sequence[int]]) -> None:
        self.circles, self.points, self.sizes = [], [], []
        self.where = [NOWHERE] * len(self.pieces)
        for members in circles:
            self.open(members)
