"""What is placed as one: a person, or the people who must be in one circle."""

from collections.abc import Iterable, Sequence

from circles.formation.hard import may_sit_together
from circles.formation.index import Index, Sum


class Pieces:
    """The pieces by number, as bits. Those that no circle can hold are `stuck`, and why."""

    def __init__(self, index: Index, *, locked: Iterable[int] = ()) -> None:
        """`locked` are the persons, by number, whose circles are not touched."""
        self.index = index
        self.needed = index.rules.overlap_quarters
        self.stuck: dict[int, str] = {}
        self.persons: list[tuple[int, ...]] = []
        held = set(locked)
        for block in _blocks(index):
            if any(person in held for person in block):
                self._leave_out([person for person in block if person not in held], "locked")
            elif reason := _contradiction(index, block):
                self._leave_out(block, reason)
            else:
                self.persons.append(block)
        self._sum_up()

    def _leave_out(self, block: Sequence[int], reason: str) -> None:
        for person in block:
            self.stuck[person] = reason

    def _sum_up(self) -> None:
        index = self.index
        sums = [index.sum_of(block) for block in self.persons]
        self.size = [len(block) for block in self.persons]
        self.hours = [total[8] for total in sums]
        self.languages = [total[9] for total in sums]
        self.rivals = [total[10] for total in sums]
        self.of = {person: number for number, block in enumerate(self.persons) for person in block}
        self.foes = [
            frozenset(
                self.of[foe] for person in block for foe in index.foes[person] if foe in self.of
            )
            for block in self.persons
        ]
        self.wants = [
            sorted({theme for person in block for theme in index.people[person].wants})
            for block in self.persons
        ]

    def __len__(self) -> int:
        return len(self.persons)

    def sum_of(self, pieces: Iterable[int]) -> Sum:
        total, plus, persons = self.index.nobody, self.index.plus, self.persons
        for piece in pieces:
            total = plus(total, persons[piece])
        return total

    def size_of(self, pieces: Iterable[int]) -> int:
        return sum(self.size[piece] for piece in pieces)

    def fits(self, total: Sum, members: Iterable[int], piece: int) -> bool:
        """Whether the piece may join these members, whose Sum is given; sizes aside."""
        if total[10] & self.rivals[piece] or not total[9] & self.languages[piece]:
            return False
        foes = self.foes[piece]
        if foes and not foes.isdisjoint(members):
            return False
        return not self.needed or self.index.quarters(total[8] & self.hours[piece]) >= self.needed

    def points_with(self, total: Sum, piece: int) -> float:
        index = self.index
        return index.points(index.plus(total, self.persons[piece]))

    def keys(self, pieces: Iterable[int]) -> tuple[int, ...]:
        index = self.index
        return tuple(
            sorted(index.keys[person] for piece in pieces for person in self.persons[piece])
        )


def _blocks(index: Index) -> list[tuple[int, ...]]:
    """Everybody, in groups that pairs to be together hold fast; ordered by smallest number."""
    leader = list(range(len(index.people)))

    def find(person: int) -> int:
        while leader[person] != person:
            leader[person] = person = leader[leader[person]]
        return person

    for pair in index.rules.together:
        one, other = (index.number.get(key) for key in pair)
        if one is not None and other is not None:
            first, second = sorted((find(one), find(other)))
            leader[second] = first
    blocks: dict[int, list[int]] = {}
    for person in range(len(index.people)):
        blocks.setdefault(find(person), []).append(person)
    return [tuple(block) for block in blocks.values()]


def _contradiction(index: Index, block: tuple[int, ...]) -> str:
    """Why these people, who must be together, cannot be; empty when they can."""
    if len(block) > index.rules.size_max:
        return "size"
    return "" if may_sit_together(index, block) else "pair"
