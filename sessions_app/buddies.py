"""Who looks after whom between two meetings. Pure functions.

With an even number of people everybody is paired once with everybody before a pair comes back; with
an odd one, one of the pairs is three. Number n of the circle's meetings always gives the same.
"""

from collections.abc import Collection, Hashable, Sequence
from typing import TypeVar

Person = TypeVar("Person", bound=Hashable)


def groups_of(people: Sequence[Person], number: int) -> list[list[Person]]:
    """Pairs, and perhaps one three, after the circle's meeting of that number; none of one."""
    if len(people) < 2:
        return []
    ring: list[Person | None] = [*people]
    if len(ring) % 2:
        ring.append(None)
    # The first stays, the others move on by one seat a meeting: each meets each once a round.
    first, others = ring[0], ring[1:]
    turn = number % len(others)
    ring = [first, *others[turn:], *others[:turn]]
    half = len(ring) // 2
    facing = zip(ring[:half], reversed(ring[half:]), strict=True)
    found = [[each for each in pair if each is not None] for pair in facing]
    pairs = [pair for pair in found if len(pair) == 2]
    for pair in found:
        if len(pair) == 1:
            pairs[number % len(pairs)].extend(pair)
    return pairs


def settled(groups: Sequence[Sequence[Person]], here: Collection[Person]) -> list[list[Person]]:
    """The same groups, of those who are here now: who lost their buddy, or came since, find one."""
    left = [[each for each in group if each in here] for group in groups]
    known = {each for group in groups for each in group}
    found = [group for group in left if len(group) > 1]
    alone = [group[0] for group in left if len(group) == 1]
    alone += [each for each in here if each not in known]
    while len(alone) > 1:
        found.append([alone.pop(0), alone.pop(0)])
    if alone and found:
        min(found, key=len).append(alone[0])
    return found


def buddies_in(groups: Sequence[Sequence[Person]], person: Person) -> list[Person]:
    """The others of the person's group; nobody for someone who is in none."""
    for group in groups:
        if person in group:
            return [each for each in group if each != person]
    return []
