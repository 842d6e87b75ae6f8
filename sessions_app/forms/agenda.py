"""The rows of one meeting's agenda, edited without a script; and who has which role."""

import secrets
from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.http import QueryDict

from circles.forms.format_rows import Rows, SegmentForm, rearranged
from members.forms import PeerloomForm
from members.models import Member
from sessions_app.agenda.kinds import kind_of, kinds
from sessions_app.agenda.ledger import Peer
from sessions_app.agenda.segments import Segment, Step, segments_of, segments_of_version
from sessions_app.forms.fields import CIRCLE_SEES
from sessions_app.models import Meeting, RoleTurn


class SegmentRow(SegmentForm):
    """One segment of a meeting. A row that is taken out can be put back until it is saved."""

    key = forms.CharField(required=False, max_length=12, widget=forms.HiddenInput)
    gone = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        if self.cleaned_data.get("gone"):
            self.errors.clear()
            return self.cleaned_data
        return super().clean()

    @property
    def is_gone(self) -> bool:
        return self["gone"].value() in (True, "on", "True")


# One row more than an agenda has segments: the empty one at its end.
SegmentRows = forms.formset_factory(SegmentRow, formset=Rows, extra=1, max_num=31)


def agenda_rows(
    meeting: Meeting, segments: Sequence[Segment], data: QueryDict | None = None
) -> Any:
    """The segments as rows, at first as they are."""
    names = sorted(_steps(meeting))
    labels = {kind.key: kind.label for kind in kinds()}
    written = [*segments_of_version(meeting.circle.format_version), *segments]
    odd = {segment.does: segment.does for segment in written if segment.does}
    options = {"protocols": dict(zip(names, names, strict=True)), "kinds": odd | labels}
    first = None if data else [_row_of(segment) for segment in segments]
    return SegmentRows(data, initial=first, prefix="row", form_kwargs=options)


def _row_of(segment: Segment) -> dict[str, Any]:
    row = {name: getattr(segment, name) for name in SegmentForm.base_fields}
    return row | {"key": segment.key, "times": segment.times or None}


def arranged(typed: QueryDict) -> tuple[QueryDict, int | None]:
    """What was typed, as the pressed button wants it, with an empty row at its end."""
    data = typed.copy()
    op, _, place = data.get("op", "").partition("-")
    about = int(place) if op in ("remove", "keep") and place in map(str, range(31)) else None
    if about is not None:
        data["op"], data[f"row-{about}-gone"] = "", "on" if op == "remove" else ""
    data, moved = rearranged(data, tuple(SegmentRow.base_fields))
    last = int(str(data["row-TOTAL_FORMS"])) - 1
    if last < 0 or data.get(f"row-{last}-name") or data.get(f"row-{last}-minutes"):
        data["row-TOTAL_FORMS"], data[f"row-{last + 1}-mode"] = str(last + 2), "circle"
    return data, moved if about is None else about


def segments_from(rows: Any, meeting: Meeting) -> list[Segment]:
    """The segments that valid rows stand for; a new one gets a key of its own."""
    steps, known = _steps(meeting), {segment.key for segment in segments_of(meeting)}
    found: list[Segment] = []
    for row in rows:
        said = row.cleaned_data
        if not row.is_written or said.get("gone"):
            continue
        data = row.as_data()
        is_known = said["key"] in known - {segment.key for segment in found}
        found.append(
            Segment(
                key=said["key"] if is_known else secrets.token_hex(4),
                name=data["name"],
                minutes=data["minutes"],
                mode=data["mode"],
                times=data.get("times", 0),
                does=data.get("does") or kind_of(data["name"]),
                protocol=data.get("protocol", ""),
                steps=steps.get(data.get("protocol", ""), []),
            )
        )
    return found


def minutes_typed(rows: Any) -> int:
    """What the rows take together, as far as they say so."""
    typed = (row["minutes"].value() for row in rows if not row.is_gone)
    return sum(int(value) for value in typed if str(value).isascii() and str(value).isdigit())


def _steps(meeting: Meeting) -> dict[str, list[Step]]:
    """By a protocol's name, its steps: those of the format, and of the meeting's own agenda."""
    version = meeting.circle.format_version
    held = version.definition.get("protocols", {}).values()
    steps = {
        protocol["name"]: [
            Step(step["name"], step.get("minutes", 0), step.get("minutes_per_person", 0))
            for step in protocol["steps"]
        ]
        for protocol in held
    }
    segments = [*segments_of_version(version), *segments_of(meeting)]
    return steps | {segment.protocol: segment.steps for segment in segments if segment.protocol}


class RolesForm(PeerloomForm):
    """Who has which role, each chosen among those with a seat."""

    seen_by = CIRCLE_SEES

    def __init__(
        self, *args: Any, turns: Iterable[RoleTurn], peers: Sequence[Peer], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.turns = list(turns)
        several = {turn.role for turn in self.turns if turn.place > 1}
        choices = [(str(peer.person.pk), _said(peer)) for peer in peers]
        for turn in self.turns:
            label = turn.role.capitalize()
            label += f" {turn.place}" if turn.role in several else ""
            self.fields[f"{turn.role}-{turn.place}"] = forms.ChoiceField(
                label=label, choices=choices, initial=str(turn.person_id)
            )
        self.people = {str(peer.person.pk): peer.person for peer in peers}

    def chosen(self) -> list[tuple[RoleTurn, Member]]:
        """The turns that go to somebody else, and to whom."""
        said = [(turn, self.cleaned_data[f"{turn.role}-{turn.place}"]) for turn in self.turns]
        return [(turn, self.people[key]) for turn, key in said if key != str(turn.person_id)]


def _said(peer: Peer) -> str:
    if peer.is_away:
        return f"{peer.person.name} (on leave)"
    return peer.person.name if peer.is_expected else f"{peer.person.name} (can’t come)"


class SwapForm(PeerloomForm):
    """Whom somebody asks to take over their role."""

    asked = forms.ChoiceField(
        label="Whom do you ask?",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose somebody."},
    )
    seen_by = "They get a mail. Everyone in the circle and its facilitators see that you ask."

    def __init__(
        self, *args: Any, people: Sequence[Member], held: dict[int, str], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        self.people = {str(person.pk): person for person in people}
        fields["asked"].choices = [
            (key, f"{person.name} ({held[person.pk]}: you would swap)")
            if person.pk in held
            else (key, person.name)
            for key, person in self.people.items()
        ]

    def person(self) -> Member:
        return self.people[self.cleaned_data["asked"]]


class PrepareForm(PeerloomForm):
    """What a presenter brings."""

    words = forms.CharField(
        label="What do you bring?",
        max_length=300,
        required=False,
        help_text="One line: the question, the case, the decision you face. Empty takes it back.",
    )
    seen_by = CIRCLE_SEES
