"""Who speaks after whom in a round. Pure functions over people's keys."""

from collections.abc import Collection, Mapping, Sequence


def seniors_of(levels: Mapping[int, int | None]) -> set[int]:
    """The people with the highest level; nobody where all are level."""
    known = [level for level in levels.values() if level is not None]
    highest = {person for person, level in levels.items() if known and level == max(known)}
    return set() if len(highest) == len(levels) else highest


def fair_order(
    people: Sequence[int],
    *,
    shift: int,
    opened: Collection[int] = (),
    last: Collection[int] = (),
) -> list[int]:
    """The people, begun `shift` places further on; those of `last` after everybody else.

    Somebody who has opened no round of this meeting begins, as long as there is one.
    """
    early = _turned([person for person in people if person not in last], shift)
    late = _turned([person for person in people if person in last], shift)
    fresh = next((place for place, person in enumerate(early) if person not in opened), 0)
    return _turned(early, fresh) + late


def joined(order: Sequence[int], person: int, *, turn: int, last: Collection[int]) -> list[int]:
    """The order with a late comer at its end; before those of `last` whose turn is still ahead."""
    if person in order:
        return list(order)
    done, ahead = list(order[: turn + 1]), [*order[turn + 1 :], person]
    return done + sorted(ahead, key=lambda each: each in last)


def gone(order: Sequence[int], person: int, *, turn: int) -> list[int]:
    """The order without somebody whose turn is still ahead."""
    return [*order[: turn + 1], *(each for each in order[turn + 1 :] if each != person)]


def put_now(order: Sequence[int], person: int, *, turn: int) -> tuple[list[int], int]:
    """The order in which it is this person's turn now, and which turn that is."""
    done = [each for each in order[:turn] if each != person]
    rest = [each for each in order[turn:] if each != person]
    return [*done, person, *rest], len(done)


def put_last(order: Sequence[int], person: int, *, turn: int) -> list[int]:
    """The order in which this person, whose turn is now or ahead, comes last."""
    if person not in order[turn:]:
        return list(order)
    return [*order[:turn], *(each for each in order[turn:] if each != person), person]


def _turned(people: list[int], by: int) -> list[int]:
    start = by % len(people) if people else 0
    return people[start:] + people[:start]
