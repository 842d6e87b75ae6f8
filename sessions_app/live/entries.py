"""What people write down while a meeting runs, and what they close it with.

A kind of capture (a decision, a promise) and a closing step (plus and delta) are both an entry: a
form, what is saved of it, and the lines that are there already. Each registers itself at start-up;
whoever brings lessons, asks or a pulse adds entries, and the live page does not change.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.http import QueryDict

from members.forms import PeerloomForm
from members.models import Member
from sessions_app.models import Meeting


class CannotCapture(Exception):
    """Why something is not written down, in words meant for the person who wrote it."""


@dataclass(frozen=True)
class Line:
    """Something that was captured, as one person may read it."""

    text: str
    who: str
    at: datetime


MakeForm = Callable[[Meeting, Member, QueryDict | None], PeerloomForm]
Save = Callable[[PeerloomForm, Meeting, Member], None]
Lines = Callable[[Meeting, Member], Iterable[Line]]
Asks = Callable[[Meeting, Member], bool]
PeopleOf = Callable[[Meeting], set[int]]


def always(_meeting: Meeting, _person: Member) -> bool:
    return True


@dataclass(frozen=True)
class Entry:
    """One kind of capture, or one closing step.

    `form` builds the form with the data, or without. `save` takes a valid one and raises
    CannotCapture. `lines` says what the person reads of a meeting that they do read, in constantly
    many quick queries, oldest first: every screen asks at every change.
    `is_offered` says whether this person may add one to this meeting. Of a closing step that each
    person does, `done_by` gives the keys of those who have; what is answered in confidence says
    only `is_done`, of the person who asks. `title` is what its lines stand under. `is_shared` says
    that everybody who reads the meeting reads the same lines; where they differ and most people
    have none, `read_by` gives the keys of those who have some, so that nobody else is asked for.
    """

    key: str
    label: str  # on its button: Decision
    icon: str
    place: int
    form: MakeForm
    save: Save
    lines: Lines
    is_offered: Asks = always
    is_shared: bool = False
    is_done: Asks | None = None
    done_by: PeopleOf | None = None
    read_by: PeopleOf | None = None
    title: str = ""  # above its lines: Decisions
    heading: str = ""  # above its form: What did the circle decide?
    thanks: str = "Written down."


class Register:
    """Entries by key, in their order."""

    def __init__(self) -> None:
        self._entries: dict[str, Entry] = {}

    def add(self, entry: Entry) -> None:
        """Declare an entry. Raises ValueError for a taken key."""
        if self._entries.get(entry.key, entry) != entry:
            raise ValueError(f"There is already an entry named {entry.key!r}.")
        self._entries[entry.key] = entry

    def all(self) -> list[Entry]:
        return sorted(self._entries.values(), key=lambda entry: entry.place)

    def get(self, key: str) -> Entry | None:
        return self._entries.get(key)


CAPTURES = Register()
CLOSING = Register()
