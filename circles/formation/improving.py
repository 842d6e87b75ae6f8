"""Makes circles better: trades between two, exchanges between many, and help for the worst."""

import random
from collections.abc import Iterator

from circles.formation.choosing import TooLarge
from circles.formation.exchange import exchange
from circles.formation.index import Sum
from circles.formation.pace import Pace
from circles.formation.rebuilding import rebuild
from circles.formation.seating import NOWHERE, Seating
from circles.formation.wish import Wish

SMALLEST_GAIN = 1e-6
# First rounds in which trades may also lose a little, ever less; then rounds that only gain.
LOOSE_ROUNDS, STRICT_ROUNDS, PATIENCE = 18, 6, 3
# Points that a trade may lose in the first round, when circles are new and when they are resumed.
HEAT, HEAT_WHEN_RESUMED = 3.0, 0.5
# With how many others a circle trades in one round, and with how many it exchanges.
PARTNERS, TOGETHER = 12, 8
HELPED, EXCHANGES, REBUILDS = 20, 6, 2
URGENT, PRESSING = 4.0, 40.0


class Improver:
    """Never unseats anybody, and never lowers the worst circle."""

    def __init__(self, seating: Seating, dice: random.Random, pace: Pace) -> None:
        self.seating, self.dice, self.pace = seating, dice, pace
        self.pieces = seating.pieces
        self.fans: dict[int, list[int]] = {}
        for piece, themes in enumerate(self.pieces.wants):
            for theme in themes:
                self.fans.setdefault(theme, []).append(piece)
        self.steps = 0

    def loosely(self, heat: float) -> Iterator[int]:
        """Rounds of trades that may lose a little, ever less, to come out better in the end."""
        for done in range(LOOSE_ROUNDS):
            if not self._can_go_on():
                return
            self.sweep(self.wish(), loss=heat * (1 - done / LOOSE_ROUNDS))
            self._help_the_worst(failures=0)
            yield done + 1

    def strictly(self) -> Iterator[int]:
        """Rounds that only gain, until some in a row have gained nothing."""
        seating, still = self.seating, 0
        for done in range(STRICT_ROUNDS):
            if still == PATIENCE or not self._can_go_on():
                return
            before = seating.merit()
            self.sweep(self.wish())
            self._help_the_worst(failures=2)
            self._reshuffle()
            still = 0 if seating.merit() != before else still + 1
            yield done + 1

    def _can_go_on(self) -> bool:
        return bool(self.seating.numbers) and self.pace.go_on()

    def _help_the_worst(self, *, failures: int) -> None:
        """Raise the worst circle, then the one that is the worst by then, and so on.

        CP-SAT is asked only where trades do not help, and only where failures are allowed.
        """
        seating, failed = self.seating, 0
        for _ in range(HELPED):
            worst = min(seating.numbers, key=lambda circle: seating.points[circle])
            if not self.pace.go_on():
                return
            if not self.help(worst, thoroughly=failures > 0):
                if failed >= failures:
                    return
                failed += 1
                self.rebuild_around(worst)

    def _reshuffle(self) -> None:
        """Let CP-SAT exchange between many circles, and form some anew."""
        seating, dice = self.seating, self.dice
        often = 1 + len(seating.numbers) // 6
        for circle in dice.choices(seating.numbers, k=min(EXCHANGES, often)):
            if not self.pace.go_on():
                return
            self.exchange_around(circle, self.wish())
        for _ in range(min(REBUILDS, often)):
            if not self.pace.go_on():
                return
            # Drawn one by one, because a rebuilt circle has another number than before.
            self.rebuild_around(dice.choice(seating.numbers))

    def rebuild_around(self, circle: int) -> bool:
        """Form this circle and one or two others anew, with some people who wait."""
        self.steps += 1
        circles = [circle, *self._partners(circle, 2)]
        waiting = self._waiting(4)
        wish, seed = self.wish(), self.dice.getrandbits(31)
        for some, extra in ((circles, waiting), (circles[:2], waiting[:2]), (circles[:2], [])):
            try:
                return rebuild(self.seating, some, wish, pace=self.pace, seed=seed, waiting=extra)
            except TooLarge:
                continue
        return False

    def _waiting(self, count: int) -> list[int]:
        waiting = self.seating.unplaced
        return self.dice.sample(waiting, min(count, len(waiting)))

    def wish(self, *, urgency: float = URGENT) -> Wish:
        floor = self.seating.worst()
        return Wish(floor, floor + max(1.0, (self.seating.mean() - floor) * 0.3), urgency)

    def sweep(self, wish: Wish, *, loss: float = 0.0) -> None:
        """Let every circle trade with some others, once with each where trades may lose."""
        order = self.seating.numbers
        self.dice.shuffle(order)
        for circle in order:
            self.pace.done += 1
            for other in self._partners(circle, PARTNERS):
                if not self.pace.go_on():
                    return
                self.steps += 1
                while self.trade(circle, other, wish, loss=loss) and not loss:
                    self.steps += 1

    def _partners(self, circle: int, count: int) -> list[int]:
        """Other circles: half of them with people who want what somebody here wants."""
        seating, dice = self.seating, self.dice
        numbers = seating.numbers
        found: dict[int, None] = {}
        for turn in range(3 * count):
            if len(found) == count:
                break
            other = dice.choice(numbers) if turn % 2 else self._related(circle)
            if other not in (circle, NOWHERE):
                found[other] = None
        return list(found)

    def _related(self, circle: int) -> int:
        piece = self.dice.choice(self.seating.circles[circle])
        themes = self.pieces.wants[piece]
        if not themes:
            return NOWHERE
        return self.seating.where[self.dice.choice(self.fans[self.dice.choice(themes)])]

    def trade(self, one: int, other: int, wish: Wish, *, loss: float = 0.0) -> bool:
        """The best swap or move of a piece between two circles, if it gains or loses little."""
        seating = self.seating
        before = wish.worth(seating.points[one]) + wish.worth(seating.points[other])
        best, most = None, before - loss + SMALLEST_GAIN
        for gain, changed in self._trades(one, other, wish):
            if gain > most:
                best, most = changed, gain
        if best is None:
            return False
        seating.rearrange({one: best[0], other: best[1]})
        return True

    def _trades(
        self, one: int, other: int, wish: Wish
    ) -> Iterator[tuple[float, tuple[list[int], list[int]]]]:
        seating = self.seating
        here = [(piece, *seating.rest(one, piece)) for piece in seating.circles[one]]
        there = [(piece, *seating.rest(other, piece)) for piece in seating.circles[other]]
        size_here, size_there = seating.sizes[one], seating.sizes[other]
        size, floor = self.pieces.size, wish.floor
        for piece, rest, total in here:
            for partner, its_rest, its_total in there:
                grows = size[partner] - size[piece]
                if grows and not (
                    seating.size_min <= size_here + grows <= seating.size_max
                    and seating.size_min <= size_there - grows <= seating.size_max
                ):
                    continue
                first = self._with(total, rest, partner)
                if first < floor:
                    continue
                second = self._with(its_total, its_rest, piece)
                if second >= floor:
                    worth = wish.worth(first) + wish.worth(second)
                    yield worth, ([*rest, partner], [*its_rest, piece])
        yield from self._moves(here, one, other, wish)
        for worth, (theirs, ours) in self._moves(there, other, one, wish):
            yield worth, (ours, theirs)

    def _moves(
        self, here: list[tuple[int, list[int], Sum]], one: int, other: int, wish: Wish
    ) -> Iterator[tuple[float, tuple[list[int], list[int]]]]:
        seating, pieces = self.seating, self.pieces
        members = seating.circles[other]
        joined = pieces.sum_of(members)
        for piece, rest, total in here:
            size = pieces.size[piece]
            if (
                seating.sizes[one] - size < seating.size_min
                or seating.sizes[other] + size > seating.size_max
            ):
                continue
            first, second = pieces.index.points(total), self._with(joined, members, piece)
            if first >= wish.floor and second >= wish.floor:
                yield wish.worth(first) + wish.worth(second), (rest, [*members, piece])

    def _with(self, total: Sum, members: list[int], piece: int) -> float:
        pieces = self.pieces
        return pieces.points_with(total, piece) if pieces.fits(total, members, piece) else -1.0

    def exchange_around(self, circle: int, wish: Wish) -> bool:
        """An exchange between this circle and several others."""
        self.steps += 1
        circles = [circle, *self._partners(circle, TOGETHER - 1)]
        return self._exchange(circles, wish)

    def _exchange(self, circles: list[int], wish: Wish) -> bool:
        return exchange(self.seating, circles, wish, pace=self.pace, seed=self.dice.getrandbits(31))

    def help(self, circle: int, *, thoroughly: bool = True) -> bool:
        """Raise this circle, by whomever in all circles it takes, without lowering the worst."""
        self.steps += 1
        seating = self.seating
        points, floor = seating.points[circle], seating.worst()
        # Whoever helps must stay above the circle that is helped.
        wish = Wish(floor, max(points, floor) + 1.0, PRESSING)
        helpers = self._helpers(circle)
        for other in helpers[: 3 * TOGETHER]:
            if not self.pace.go_on():
                return False
            if self.trade(circle, other, wish) and seating.points[circle] > points:
                return True
        if not thoroughly:
            return False
        self._exchange([circle, *helpers[: TOGETHER - 1]], wish)
        if seating.points[circle] > points:
            return True
        near = [circle, *self.dice.sample(helpers, min(len(helpers), TOGETHER - 1))]
        self._exchange(near, wish)
        return seating.points[circle] > points

    def _helpers(self, circle: int) -> list[int]:
        """Other circles by how much one of their members, in place of one here, would raise it."""
        seating = self.seating
        most: dict[int, float] = {}
        rests = [seating.rest(circle, piece) for piece in seating.circles[circle]]
        for piece, other in enumerate(seating.where):
            if other in (circle, NOWHERE):
                continue
            if piece % 64 == 0 and not self.pace.go_on():
                break
            for members, total in rests:
                reached = self._with(total, members, piece)
                if reached > max(most.get(other, -1.0), seating.points[circle]):
                    most[other] = reached
        return sorted(most, key=lambda other: (-most[other], other))
