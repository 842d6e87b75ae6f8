"""Who was not there several times in a row, fairly counted.

A miss is a meeting at which someone was noted as not there, or to which they sent word and nobody
noted them. Meetings that were cancelled, that lay before somebody joined or within their leave, and
those whose attendance nobody noted do not count, neither way. Where others were noted and somebody
was not, nobody knows: the row ends there.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import F, Window
from django.db.models.functions import RowNumber

from circles.models import Circle, Leave, Membership
from sessions_app.models import Attendance, Meeting

LOOK_BACK = 6
IN_A_ROW = 2


@dataclass(frozen=True)
class Past:
    """A meeting that is over: who came or not, and who sent word that they can't."""

    pk: int
    held_on: date
    marks: dict[int, bool]
    sent_word: frozenset[int]

    def missed_by(self, person: int) -> bool | None:
        """None where nobody knows."""
        if person in self.marks:
            return not self.marks[person]
        return True if person in self.sent_word else None


@dataclass(frozen=True)
class Seat:
    """Somebody's seat, and from when until when they were on leave; a leave may be open."""

    person: int
    name: str
    joined_on: date
    leaves: tuple[tuple[date, date | None], ...] = ()

    def counted_on(self, day: date) -> bool:
        if day < self.joined_on:
            return False
        return not any(
            began <= day and (ended is None or day < ended) for began, ended in self.leaves
        )

    @property
    def is_away(self) -> bool:
        return any(ended is None for _, ended in self.leaves)


@dataclass(frozen=True)
class Missed:
    """Somebody who missed at least two meetings in a row: which ones, the oldest first."""

    person: int
    name: str
    meetings: list[int]


def row_of(seat: Seat, past: Sequence[Past]) -> list[int]:
    """The meetings that somebody missed in a row until now, the oldest first.

    `past` is in the order of time, the latest first.
    """
    missed: list[int] = []
    for meeting in past:
        if not seat.counted_on(meeting.held_on):
            continue
        answer = meeting.missed_by(seat.person)
        if answer is None and not meeting.marks:
            continue
        if not answer:
            break
        missed.insert(0, meeting.pk)
    return missed


def missed_in_a_row(circle: Circle) -> list[Missed]:
    """Members of one circle who missed two meetings or more in a row, by name."""
    return missed_in_circles([circle.pk], Meeting.objects.all())[circle.pk]


def missed_in_circles(circles: Iterable[int], among: Any) -> dict[int, list[Missed]]:
    """The same of many circles, among the meetings that the reader reads. Four queries."""
    circles = list(circles)
    past = _past(among.filter(circle__in=circles))
    found: dict[int, list[Missed]] = defaultdict(list)
    for circle, seats in _seats(circles).items():
        for seat in seats:
            missed = [] if seat.is_away else row_of(seat, past[circle])
            if len(missed) >= IN_A_ROW:
                found[circle].append(Missed(seat.person, seat.name, missed))
    return found


def _past(meetings: Any) -> dict[int, list[Past]]:
    """Of each circle its last meetings, the latest first."""
    nth = Window(RowNumber(), partition_by=F("circle"), order_by=F("starts_at").desc())
    held = meetings.past().exclude(state=Meeting.State.MISSED)
    last = held.annotate(nth=nth).filter(nth__lte=LOOK_BACK).order_by("-starts_at")
    rows = list(last.values_list("pk", "circle", "held_on"))
    marks: dict[int, dict[int, bool]] = defaultdict(dict)
    sent_word: dict[int, set[int]] = defaultdict(set)
    said = Attendance.objects.filter(meeting__in=[pk for pk, _, _ in rows])
    for meeting, person, attended, rsvp in said.values_list(
        "meeting", "person", "attended", "rsvp"
    ):
        if attended is not None:
            marks[meeting][person] = attended
        elif rsvp == Attendance.Rsvp.NOT_GOING:
            sent_word[meeting].add(person)
    found: dict[int, list[Past]] = defaultdict(list)
    for pk, circle, held_on in rows:
        found[circle].append(Past(pk, held_on, marks[pk], frozenset(sent_word[pk])))
    return found


def _seats(circles: list[int]) -> dict[int, list[Seat]]:
    """Of each circle those who sit in it today, by name."""
    leaves: dict[int, list[tuple[date, date | None]]] = defaultdict(list)
    taken = Leave.objects.filter(membership__circle__in=circles, membership__left_on=None)
    for membership, began, ended in taken.values_list("membership", "began_on", "ended_on"):
        leaves[membership].append((began, ended))
    current = Membership.objects.current().filter(circle__in=circles)
    rows = current.order_by("person__name", "pk").values_list(
        "pk", "circle", "person", "person__name", "joined_on"
    )
    found: dict[int, list[Seat]] = defaultdict(list)
    for pk, circle, person, name, joined_on in rows:
        found[circle].append(Seat(person, name, joined_on, tuple(leaves[pk])))
    return found
