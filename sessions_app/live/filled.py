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


def route_of(*, closing: bool) -> str:
    return "meetings:live_close" if closing else "meetings:live_capture"


def filled_forms(meeting: Meeting, person: Member, *, closing: bool) -> list[Filled]:
    """One for each entry that this person may add."""
    return [
        Filled(entry, entry.form(meeting, person, None), route_of(closing=closing))
        for entry in (CLOSING if closing else CAPTURES).all()
        if entry.is_offered(meeting, person)
    ]
