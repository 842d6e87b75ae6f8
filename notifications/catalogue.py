"""The catalogue of kinds: what each is called, how urgent it is, who is owed it, what one chooses.

A kind is declared in its own app, in AppConfig.ready(). docs/reminders.md has an example.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from members.models import Member
from notifications.kinds import Compose, Letter, NoLongerWanted
from notifications.models import Cadence, Reminder, Urgency

# Beside a letter, or the reason why there is none, the exception that writing it ended in.
Written = Letter | NoLongerWanted
ComposeMany = Callable[[Sequence[Reminder]], Iterable[tuple[Reminder, Written]]]


class Wanted(NamedTuple):
    """One message that the facts ask for: about which row, to whom, and when."""

    subject_id: int
    recipient_id: int
    due_at: datetime


@dataclass(frozen=True)
class Kind:
    """One kind of message.

    `compose` writes one letter; `compose_many` writes those of many people who share a time zone.
    `wanted`, given keys of `about`, says what is owed as the facts are now: planner.keep asks it.
    Of what may not be switched off, `required` says why. What should have been sent longer than
    `too_late` ago is not planned any more. What `lasts` so long after it was due comes at once
    rather than in a digest that would be later than that. `offered_to` says who is asked how they
    want it: who can get it at all.
    """

    name: str
    label: str
    group: str = "Other"
    urgency: Urgency = Urgency.USUAL
    compose: Compose | None = None
    compose_many: ComposeMany | None = None
    about: str = ""
    wanted: Callable[[Sequence[int]], Iterable[Wanted]] | None = None
    required: str = ""
    channels: tuple[str, ...] = ("mail", "inbox", "push")
    cadence: Cadence = Cadence.IMMEDIATE
    too_late: timedelta | None = None
    lasts: timedelta | None = None
    offered_to: Callable[[Member], bool] | None = None

    @property
    def is_optional(self) -> bool:
        return not self.required

    def usual_cadence(self, channel: str) -> Cadence:
        """How it comes through a channel to whoever said nothing: by push, what is prompt."""
        if channel != "push" or self.cadence == Cadence.OFF:
            return self.cadence
        return Cadence.IMMEDIATE if self.urgency == Urgency.PROMPT else Cadence.OFF


_declared: dict[str, Kind] = {}
_subjects: dict[str, Callable[[], Iterable[int]]] = {}
Keys = Callable[[Sequence[int]], Iterable[int]]
_dependents: dict[str, dict[str, Keys]] = {}


def declare(kind: Kind) -> None:
    """Add a kind. Raises ValueError for a name in use, and for one that nobody can write."""
    if not (kind.compose or kind.compose_many):
        raise ValueError(f"The kind {kind.name!r} has nothing that writes it.")
    if kind.wanted and not kind.about:
        raise ValueError(f"The kind {kind.name!r} does not say what it is about.")
    if _declared.get(kind.name, kind) != kind:
        raise ValueError(f"There is already a kind of reminder named {kind.name!r}.")
    _declared[kind.name] = kind


def compose(reminder: Reminder) -> Letter:
    """The letter for a reminder. Raises NoLongerWanted, also for a kind that no app declares."""
    kind = _declared.get(reminder.kind)
    if kind is None:
        raise NoLongerWanted(f"No app declares the kind {reminder.kind!r}.")
    if kind.compose:
        return kind.compose(reminder)
    for _, written in kind.compose_many([reminder]) if kind.compose_many else ():
        if isinstance(written, NoLongerWanted):
            raise written
        return written
    raise NoLongerWanted("The facts do not ask for it any more.")


def declare_subjects(about: str, keys: Callable[[], Iterable[int]]) -> None:
    """Say which rows of this sort something may be owed about: a repair goes through them all."""
    _subjects[about] = keys


def all_subjects(about: str) -> Iterable[int]:
    return _subjects[about]() if about in _subjects else ()


def all_abouts() -> list[str]:
    """The sorts of rows that planner.keep looks after."""
    return sorted({kind.about for kind in _declared.values() if kind.wanted})


def declare_dependents(of: str, about: str, keys: Keys) -> None:
    """Say that what is owed about rows of one sort follows from rows of another, lower down.

    `keys`, given keys of `of`, names the rows of `about`: planner.keep of the first keeps those,
    too. So what happens to a circle reaches the reminders of its meetings, which it knows not.
    """
    _dependents.setdefault(of, {})[about] = keys


def dependents_of(of: str) -> list[tuple[str, Keys]]:
    return list(_dependents.get(of, {}).items())


def kind_named(name: str) -> Kind:
    """The kind; for a name that no app declares any more, one with the usual answers."""
    return _declared.get(name) or Kind(name, name.replace("_", " ").capitalize())


def all_kinds() -> list[Kind]:
    """In the order in which they were declared."""
    return list(_declared.values())


def is_declared(name: str) -> bool:
    return name in _declared


def kinds_about(about: str) -> list[Kind]:
    """The kinds that planner.keep looks after for this sort of row."""
    return [kind for kind in _declared.values() if kind.about == about and kind.wanted]
