"""The forms of the captures and closing steps that a person is offered."""

from dataclasses import dataclass

from members.forms import PeerloomForm
from members.models import Member
from sessions_app.live.entries import CAPTURES, CLOSING, Entry
from sessions_app.models import Meeting


@dataclass(frozen=True)
class Filled:
    """An entry with its form, empty or as it failed."""

    entry: Entry
    form: PeerloomForm
    route: str
    is_done: bool = False  # a closing step that this person has done


def route_of(*, closing: bool) -> str:
    return "meetings:live_close" if closing else "meetings:live_capture"


def has_done(entry: Entry, meeting: Meeting, person: Member) -> bool:
    """Whether this person has done a closing step."""
    if entry.is_done is not None:
        return entry.is_done(meeting, person)
    return entry.done_by is not None and person.pk in entry.done_by(meeting)


def filled_forms(meeting: Meeting, person: Member, *, closing: bool) -> list[Filled]:
    """One for each entry that this person may add."""
    return [
        Filled(
            entry,
            entry.form(meeting, person, None),
            route_of(closing=closing),
            closing and has_done(entry, meeting, person),
        )
        for entry in (CLOSING if closing else CAPTURES).all()
        if entry.is_offered(meeting, person)
    ]
