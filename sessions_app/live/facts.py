"""What is the same on every screen of a live meeting at one moment, fetched once a process.

Eight screens ask within a second and a half of each change. What they share is kept under the stamp
that the poll found: another change has another stamp, so nothing here is ever out of date for long.
Only ask for a meeting that the person reads: the stamp is what says so.
"""

import functools
import json
import threading
from dataclasses import dataclass, field
from typing import Any

from circles.models import Facilitation, Membership
from members.models import Member
from sessions_app.agenda.fairness import leads
from sessions_app.live.entries import Entry, Line, PeopleOf
from sessions_app.models import Meeting, RoleTurn
from sessions_app.people import Gathering, keep_gathering

FETCHING = [threading.Lock() for _ in range(64)]
WITH_SCREEN = ("circle__format_version", "live", "own_agenda")


@dataclass(frozen=True)
class Facts:
    """The meeting with its people, roles and airtime; lines and who is done as they are asked."""

    meeting: Meeting
    gathering: Gathering
    seats: dict[int, str]  # by person, their role in the circle
    facilitators: set[int]
    roles: list[RoleTurn]
    spoken: dict[int, int]
    shared_lines: dict[str, list[Line]] = field(default_factory=dict)
    shared_done: dict[str, set[int]] = field(default_factory=dict)
    shared_readers: dict[str, set[int]] = field(default_factory=dict)
    lock: Any = field(default_factory=threading.Lock)  # so that one screen asks for all

    def belongs(self, person: Member) -> bool:
        """What the permission sessions_app.answer_meeting says, without asking for each person."""
        return person.pk in self.seats or person.pk in self.facilitators

    def drives(self, person: Member) -> bool:
        """What the permission sessions_app.drive_meeting says, likewise."""
        is_host = self.seats.get(person.pk) == Membership.Role.HOST
        leading = any(leads(turn.role) for turn in self.roles if turn.person_id == person.pk)
        return person.pk in self.facilitators or is_host or leading

    def lines(self, entry: Entry, person: Member) -> list[Line]:
        if not entry.is_shared:
            if entry.read_by is not None and person.pk not in self._readers(entry, entry.read_by):
                return []
            return list(entry.lines(self.meeting, person))
        with self.lock:
            if entry.key not in self.shared_lines:
                self.shared_lines[entry.key] = list(entry.lines(self.meeting, person))
        return self.shared_lines[entry.key]

    def done(self, entry: Entry) -> set[int] | None:
        if entry.done_by is None:
            return None
        with self.lock:
            if entry.key not in self.shared_done:
                self.shared_done[entry.key] = entry.done_by(self.meeting)
        return self.shared_done[entry.key]

    def _readers(self, entry: Entry, read_by: PeopleOf) -> set[int]:
        with self.lock:
            if entry.key not in self.shared_readers:
                self.shared_readers[entry.key] = read_by(self.meeting)
        return self.shared_readers[entry.key]


def facts_of(meeting_id: int, stamp: str) -> Facts:
    """The facts at the moment of this stamp, or a little later: never older ones.

    Before a meeting runs there is no version that would rise, so nothing is kept.
    """
    is_live = json.loads(stamp)["version"] is not None
    if not is_live:
        return _fetched(meeting_id)
    # Of several screens that ask at once the first fetches; another meeting seldom waits for it.
    with FETCHING[meeting_id % len(FETCHING)]:
        return _kept(meeting_id, stamp)


@functools.lru_cache(maxsize=256)
def _kept(meeting_id: int, stamp: str) -> Facts:  # noqa: ARG001 (it names the moment)
    return _fetched(meeting_id)


def _fetched(meeting_id: int) -> Facts:
    meeting = Meeting.objects.select_related(*WITH_SCREEN).get(pk=meeting_id)
    held = Facilitation.objects.current().filter(circle=meeting.circle_id)
    seats = Membership.objects.current().filter(circle=meeting.circle_id)
    return Facts(
        meeting=meeting,
        seats=dict(seats.values_list("person", "role")),
        facilitators=set(held.values_list("person", flat=True)),
        gathering=keep_gathering(meeting),
        roles=list(meeting.roles.select_related("person")),
        spoken=dict(meeting.airtimes.values_list("person", "seconds")),
    )
