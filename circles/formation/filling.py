"""Gives seats to those who have none yet: chains of exchanges, and new circles that borrow."""

import random
from collections.abc import Iterator

from circles.formation.building import Builder, insert
from circles.formation.choosing import TooLarge
from circles.formation.exchange import exchange
from circles.formation.pace import Pace
from circles.formation.pieces import Pieces
from circles.formation.rebuilding import rebuild
from circles.formation.seating import NOWHERE, Seating
from circles.formation.wish import Wish

CHAIN, TRIES, AT_ONCE = 10, 3, 6
# How often at most, however many wait.
MOST_SEEDS, MOST_CHAINS, MOST_REBUILDS = 300, 24, 24
ANY_SCORE = Wish(floor=0.0, soft=0.0, urgency=0.0)


class Filler:
    """Never unseats anybody for good: each try seats more people than before, or is undone."""

    def __init__(self, seating: Seating, dice: random.Random, pace: Pace) -> None:
        self.seating, self.dice, self.pace = seating, dice, pace
        self.pieces: Pieces = seating.pieces
        self.steps = 0

    def fill(self) -> None:
        for _ in range(TRIES):
            before = self.seating.placed
            insert(self.seating, self.seating.unplaced, self.pace)
            self._start_circles()
            self._chain()
            self._rebuild()
            if self.seating.placed == before or not self.pace.go_on():
                break

    def _start_circles(self) -> None:
        """Circles around those who wait, of others who wait and of whom full circles can spare."""
        seating = self.seating
        for seed in seating.unplaced[:MOST_SEEDS]:
            if not self.pace.go_on():
                return
            if seating.where[seed] != NOWHERE:
                continue
            self.steps += 1
            if members := self._gathered(seed):
                self._take(members)

    def _gathered(self, seed: int) -> list[int]:
        """Enough people for a circle with this one, or nobody."""
        pieces, seating = self.pieces, self.seating
        members, total, size = [seed], pieces.sum_of((seed,)), pieces.size[seed]
        spare = dict(enumerate(seating.sizes))
        for piece in self._available(seed):
            if size >= seating.size_min:
                break
            circle, grown = seating.where[piece], size + pieces.size[piece]
            if circle != NOWHERE and spare[circle] - pieces.size[piece] < seating.size_min:
                continue
            if grown <= seating.size_max and pieces.fits(total, members, piece):
                members.append(piece)
                total = pieces.index.plus(total, pieces.persons[piece])
                size = grown
                if circle != NOWHERE:
                    spare[circle] -= pieces.size[piece]
        return members if size >= seating.size_min else []

    def _available(self, seed: int) -> Iterator[int]:
        """Who could sit with the seed: those who wait first, then those with most hours shared."""
        pieces, where = self.pieces, self.seating.where
        total = pieces.sum_of((seed,))
        able = [
            piece
            for piece in range(len(pieces))
            if piece != seed and pieces.fits(total, (seed,), piece)
        ]
        shared = {
            piece: pieces.index.quarters(pieces.hours[piece] & pieces.hours[seed]) for piece in able
        }
        return iter(
            sorted(able, key=lambda piece: (where[piece] != NOWHERE, -shared[piece], piece))
        )

    def _take(self, members: list[int]) -> None:
        """Open a circle of these, each taken from where they sit."""
        seating = self.seating
        leaving = {seating.where[piece] for piece in members} - {NOWHERE}
        gone = frozenset(members)
        for circle in sorted(leaving):
            seating.seat(circle, [one for one in seating.circles[circle] if one not in gone])
        seating.open(members)

    def _chain(self) -> None:
        """Let CP-SAT seat some who wait, moving others from circle to circle to make room."""
        waiting = self.seating.unplaced
        self.dice.shuffle(waiting)
        for start in range(0, min(len(waiting), MOST_CHAINS * AT_ONCE), AT_ONCE):
            some = [one for one in waiting[start : start + AT_ONCE] if self._is_waiting(one)]
            circles = self._circles_for(some, CHAIN) if some else []
            if not circles or not self.pace.go_on():
                continue
            self.steps += 1
            exchange(
                self.seating,
                circles,
                ANY_SCORE,
                pace=self.pace,
                seed=self.dice.getrandbits(31),
                waiting=some,
            )

    def _rebuild(self) -> None:
        """Form a few circles anew, together with somebody who waits."""
        waiting = self.seating.unplaced
        self.dice.shuffle(waiting)
        for piece in waiting[:MOST_REBUILDS]:
            if not self.pace.go_on():
                return
            if self._is_waiting(piece):
                self.steps += 1
                self._rebuild_for(piece)

    def _rebuild_for(self, piece: int) -> None:
        others = [one for one in self.seating.unplaced if one != piece]
        circles = self._circles_for([piece], 3)
        some = [piece, *self.dice.sample(others, min(3, len(others)))]
        seed = self.dice.getrandbits(31)
        for count in range(len(circles), 0, -1):
            try:
                rebuild(
                    self.seating,
                    circles[:count],
                    ANY_SCORE,
                    pace=self.pace,
                    seed=seed,
                    waiting=some,
                )
            except TooLarge:
                continue
            return

    def _is_waiting(self, piece: int) -> bool:
        return self.seating.where[piece] == NOWHERE

    def _circles_for(self, some: list[int], count: int) -> list[int]:
        """Circles in which one of these would fit in place of somebody, and some with room."""
        seating, pieces, dice = self.seating, self.pieces, self.dice
        numbers = seating.numbers
        dice.shuffle(numbers)
        roomy = [one for one in numbers if seating.sizes[one] < seating.size_max]
        suited = []
        for circle in numbers:
            rests = [seating.rest(circle, out) for out in seating.circles[circle]]
            if any(pieces.fits(total, rest, one) for rest, total in rests for one in some):
                suited.append(circle)
            if len(suited) == (count + 1) // 2 or not self.pace.go_on():
                break
        return list(dict.fromkeys([*suited, *roomy[: count - len(suited)]]))


def form(seating: Seating, dice: random.Random, pace: Pace) -> int:
    """Seat everybody who can be; the steps it took."""
    pace.begin("Forming first circles")
    pace.done, pace.total = 0, len(seating.where)
    if seating.unplaced:
        Builder(seating, dice, pace).build()
    pace.begin("Finding seats for everybody")
    filler = Filler(seating, dice, pace)
    filler.fill()
    return len(seating.where) + filler.steps
