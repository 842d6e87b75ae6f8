"""Stays in one circle: whether two of one person overlap, and whether there are seats for all."""

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby


@dataclass(frozen=True, slots=True)
class Stay:
    """One person in a circle from a day until a later one, or until now. Row 0 is recorded already.

    The last day is not part of it: the seat is free again on the day somebody leaves.
    """

    person: int
    start: dt.date
    end: dt.date | None
    row: int = 0
    takes_seat: bool = True

    @property
    def last(self) -> dt.date:
        return self.end or dt.date.max


def overlaps(stays: Iterable[Stay]) -> Iterator[tuple[Stay, Stay]]:
    """Pairs of stays of one person that share a day, at least one of them from the file.

    The first of a pair is from the file and, if both are, the later row.
    """
    ordered = sorted(stays, key=lambda stay: (stay.person, stay.start, stay.row))
    for _, of_person in groupby(ordered, key=lambda stay: stay.person):
        longest: Stay | None = None
        for stay in of_person:
            if longest and stay.start < min(longest.last, stay.last) and (stay.row or longest.row):
                yield (stay, longest) if stay.row > longest.row else (longest, stay)
            if longest is None or stay.last > longest.last:
                longest = stay


def without_seat(stays: Iterable[Stay], capacity: int) -> Iterator[tuple[Stay, dt.date]]:
    """The stays from the file for which no seat is left, and the day on which that shows.

    Whoever joined first keeps the seat; what is recorded already goes before the file.
    """
    seated: list[Stay] = []
    for stay in sorted(stays, key=lambda stay: (stay.start, stay.row)):
        if not stay.takes_seat or stay.last == stay.start:
            continue
        seated = [other for other in seated if other.last > stay.start]
        seated.append(stay)
        from_file = [other for other in seated if other.row]
        if len(seated) > capacity and from_file:
            crowded_out = max(from_file, key=lambda other: (other.start, other.row))
            seated.remove(crowded_out)
            yield crowded_out, stay.start
