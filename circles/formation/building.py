"""The first circles: one after the other, around the people hardest to place."""

import random
from collections.abc import Iterable, Iterator

from circles.formation.index import Sum
from circles.formation.pace import Pace
from circles.formation.pieces import Pieces
from circles.formation.seating import NOWHERE, Seating

COMPARED, LIKE_MINDED, ANYBODY, TRIED = 120, 12, 12, 400
# How many points a candidate is worth more for being hard to place.
URGENCY = 6.0


class Builder:
    """Fills a seating with circles, leaving out whom it cannot place."""

    def __init__(self, seating: Seating, dice: random.Random, pace: Pace) -> None:
        self.seating, self.dice, self.pace = seating, dice, pace
        self.pieces = seating.pieces
        self.rules = self.pieces.index.rules
        self.ease = _ease(self.pieces, dice, pace)
        self.fans: dict[int, list[int]] = {}
        for piece in range(len(self.pieces)):
            for theme in self.pieces.wants[piece]:
                self.fans.setdefault(theme, []).append(piece)

    def build(self) -> None:
        """Form circles from everybody who sits nowhere, until nobody more can start one."""
        seating = self.seating
        waiting = sorted(seating.unplaced, key=lambda piece: (self.ease[piece], piece))
        self.free = list(waiting)
        persons = self.pieces.size_of(waiting)
        for seed in waiting:
            if seating.where[seed] != NOWHERE:
                continue
            if not self.pace.go_on():
                return
            members = self._grow([seed], self._target(persons))
            size = self.pieces.size_of(members)
            if size >= self.rules.size_min:
                seating.open(members)
            persons -= size if size >= self.rules.size_min else self.pieces.size[seed]
            self.pace.done = seating.placed

    def _target(self, persons: int) -> int:
        """A size with which those who are left divide evenly."""
        rules = self.rules
        fewest, most = -(-persons // rules.size_max), persons // rules.size_min
        count = max(fewest, min(round(persons / rules.size_best), most), 1)
        return max(rules.size_min, min(rules.size_max, -(-persons // count)))

    def _grow(self, members: list[int], target: int) -> list[int]:
        pieces = self.pieces
        total, size = pieces.sum_of(members), pieces.size_of(members)
        while size < target:
            best = self._best(total, members, self.rules.size_max - size)
            if best == NOWHERE:
                break
            members.append(best)
            total = pieces.index.plus(total, pieces.persons[best])
            size += pieces.size[best]
        return members

    def _best(self, total: Sum, members: list[int], room: int) -> int:
        """Whom of some free candidates the circle gains most by."""
        pieces, best, most = self.pieces, NOWHERE, -1.0
        for piece in self._candidates(members):
            if pieces.size[piece] <= room and pieces.fits(total, members, piece):
                worth = pieces.points_with(total, piece) + URGENCY * (1 - self.ease[piece])
                if worth > most:
                    best, most = piece, worth
        return best

    def _candidates(self, members: list[int]) -> Iterator[int]:
        """Some who want the same, some at random; when none of them fits, many at random."""
        found: dict[int, None] = {}
        themes = sorted({theme for piece in members for theme in self.pieces.wants[piece]})
        for theme in themes:
            found |= dict.fromkeys(self._draw(self.fans[theme], LIKE_MINDED))
        found |= dict.fromkeys(self._draw(self.free, ANYBODY))
        total, fitting = self.pieces.sum_of(members), 0
        for piece in found:
            if piece not in members:
                fitting += self.pieces.fits(total, members, piece)
                yield piece
        if not fitting:
            yield from (one for one in self._draw(self.free, TRIED) if one not in members)

    def _draw(self, among: list[int], count: int) -> list[int]:
        """Up to so many who are free, drawn by lot; drops from the list those who no longer are."""
        where = self.seating.where
        drawn: list[int] = []
        last = len(among) - 1
        while last >= 0 and len(drawn) < count:
            place = self.dice.randint(0, last)
            piece = among[place]
            if where[piece] == NOWHERE:
                drawn.append(piece)
                among[place], among[last] = among[last], piece
                last -= 1
            else:
                among[place] = among[last]
                among[last] = among[-1]
                among.pop()
                last -= 1
        return drawn


def _ease(pieces: Pieces, dice: random.Random, pace: Pace) -> list[float]:
    """For each piece, with which share of some others it might sit."""
    everybody = range(len(pieces))
    sample = sorted(dice.sample(everybody, min(COMPARED, len(pieces))))
    sums = [(pieces.sum_of((one,)), (one,)) for one in sample]
    ease = []
    for piece in everybody:
        ease.append(
            sum(pieces.fits(total, one, piece) for total, one in sums) / max(1, len(sample))
        )
        if not pace.go_on():
            return ease + [1.0] * (len(pieces) - len(ease))
    return ease


def insert(seating: Seating, waiting: Iterable[int], pace: Pace) -> None:
    """Give a seat to whoever fits into a circle that has room, where it harms least."""
    pieces = seating.pieces
    for piece in waiting:
        if not pace.go_on():
            return
        best, most = NOWHERE, float("-inf")
        for circle in seating.numbers:
            members = seating.circles[circle]
            if seating.sizes[circle] + pieces.size[piece] > seating.size_max:
                continue
            total = pieces.sum_of(members)
            if pieces.fits(total, members, piece):
                gain = pieces.points_with(total, piece) - seating.points[circle]
                if gain > most:
                    best, most = circle, gain
        if best != NOWHERE:
            seating.seat(best, [*seating.circles[best], piece])
