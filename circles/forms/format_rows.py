"""Lists of rows that are edited without a script: the agenda's segments, a protocol's steps.

Each button sends the whole list. The rows are put in their new order before they are read, so that
nothing typed is lost where a row has an error.
"""

from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.text import slugify

from circles.actions.refusals import CannotChange
from circles.formats.content import Content
from circles.formats.kinds import MODES
from circles.formats.segment_kinds import segment_kinds
from circles.formats.shipped import read_protocols
from members.forms import PeerloomForm

SEEN_BY = "Organisers see the draft. Once it is published, everyone does."
MOST_ROWS = 30


class RowForm(PeerloomForm):
    """One row; a row in which nothing is written is left out."""

    def as_data(self) -> dict[str, Any]:
        """The row as it stands in a definition; of one with errors, what is right of it."""
        raise NotImplementedError

    @property
    def is_written(self) -> bool:
        return bool(self.has_changed())


class SegmentForm(RowForm):
    """One segment of an agenda."""

    name = forms.CharField(max_length=80, error_messages={"required": "Give it a name."})
    minutes = forms.IntegerField(
        min_value=1, max_value=480, error_messages={"required": "Say how many minutes."}
    )
    mode = forms.ChoiceField(label="Who speaks", choices=list(MODES.items()), initial="circle")
    times = forms.IntegerField(label="Presenters", min_value=1, max_value=30, required=False)
    protocol = forms.ChoiceField(label="Protocol", required=False)
    does = forms.ChoiceField(label="What happens in it", required=False)

    def __init__(
        self,
        *args: Any,
        protocols: Mapping[str, str],
        kinds: Mapping[str, str] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["protocol"].choices = [("", "None"), *protocols.items()]
        offered = segment_kinds() if kinds is None else kinds
        fields["does"].choices = [("", "What its name says"), *offered.items()]

    def clean(self) -> dict[str, Any]:
        said = self.cleaned_data
        if said.get("mode") == "presenter" and not said.get("times") and "times" not in self.errors:
            self.add_error("times", "Say how many present.")
        return said

    def as_data(self) -> dict[str, Any]:
        said = self.cleaned_data
        mode = said.get("mode", "circle")
        data = {
            "name": " ".join(said.get("name", "").split()),
            "minutes": said.get("minutes"),
            "mode": mode,
        }
        if mode == "presenter":
            data["times"] = said.get("times")
        for choice in ("protocol", "does"):
            if said.get(choice):
                data[choice] = said[choice]
        return data


class StepForm(RowForm):
    """One step of a protocol."""

    name = forms.CharField(max_length=120, error_messages={"required": "Say what is done."})
    minutes = forms.IntegerField(
        min_value=1, max_value=240, error_messages={"required": "Say how many minutes."}
    )
    each = forms.BooleanField(label="For each person", required=False)

    def as_data(self) -> dict[str, Any]:
        said = self.cleaned_data
        unit = "minutes_per_person" if said.get("each") else "minutes"
        return {"name": " ".join(said.get("name", "").split()), unit: said.get("minutes") or 0}


class Rows(forms.BaseFormSet):  # type: ignore[type-arg]
    """A list of rows with one empty row at its end."""

    @property
    def written(self) -> list[dict[str, Any]]:
        """The rows that hold something, in order."""
        return [form.as_data() for form in self.forms if form.is_written]

    @property
    def has_errors(self) -> bool:
        return self.is_bound and not self.is_valid()


SegmentRows = forms.formset_factory(
    SegmentForm, formset=Rows, extra=1, max_num=MOST_ROWS, validate_max=True
)
StepRows = forms.formset_factory(
    StepForm, formset=Rows, extra=1, max_num=MOST_ROWS, validate_max=True
)


def segment_rows(content: Content, data: QueryDict | None = None) -> Any:
    """The agenda's rows, at first as the content has them."""
    own = content.definition.get("protocols", {})
    names = {key: protocol["name"] for key, protocol in (read_protocols() | own).items()}
    first = content.definition["agenda"]
    chosen = {segment["does"]: segment["does"] for segment in first if segment.get("does")}
    options = {
        "protocols": dict(sorted(names.items(), key=lambda pair: pair[1])),
        "kinds": chosen | segment_kinds(),
    }
    return SegmentRows(data, initial=None if data else first, prefix="row", form_kwargs=options)


def put_agenda(content: Content, agenda: list[dict[str, Any]]) -> Content:
    """The content with this agenda, and the protocols it needs: used ones and one's own."""
    shipped, held = read_protocols(), content.definition.get("protocols", {})
    used = {segment["protocol"] for segment in agenda if "protocol" in segment}
    protocols = {
        key: protocol
        for key, protocol in (shipped | held).items()
        if key in used or (key in held and key not in shipped)
    }
    return content.define(agenda=agenda, protocols=protocols)


def step_rows(steps: list[dict[str, Any]], data: QueryDict | None = None) -> Any:
    """A protocol's rows, at first as it has them."""
    first = [
        {
            "name": step["name"],
            "minutes": step.get("minutes", step.get("minutes_per_person")),
            "each": "minutes_per_person" in step,
        }
        for step in steps
    ]
    return StepRows(data, initial=None if data else first, prefix="row")


def rearranged(data: QueryDict, fields: tuple[str, ...]) -> tuple[QueryDict, int | None]:
    """What was typed, in the order that the pressed button asks for; and the row it is about.

    `op` is `up-2`, `down-2` or `remove-2`; anything else leaves the order as it is.
    """
    number = data.get("row-TOTAL_FORMS", "0")
    total = min(int(number), MOST_ROWS + 1) if number.isascii() and number.isdigit() else 0
    rows = [{field: data.getlist(f"row-{i}-{field}") for field in fields} for i in range(total)]
    moved = None
    op, _, place = data.get("op", "").partition("-")
    at = int(place) if place.isascii() and place.isdigit() and int(place) < total else None
    if at is not None and op == "remove":
        rows.pop(at)
    elif at is not None and op in {"up", "down"}:
        moved = max(0, min(total - 1, at + (1 if op == "down" else -1)))
        rows.insert(moved, rows.pop(at))
    new = data.copy()
    for key in [key for key in new if key.startswith("row-")]:
        del new[key]
    new["row-TOTAL_FORMS"], new["row-INITIAL_FORMS"] = str(len(rows)), "0"
    for i, row in enumerate(rows):
        for field, values in row.items():
            new.setlist(f"row-{i}-{field}", values)
    return new, moved


class ProtocolForm(PeerloomForm):
    """What a protocol of one's own is called."""

    seen_by = SEEN_BY

    name = forms.CharField(max_length=80)

    def clean_name(self) -> str:
        name = " ".join(self.cleaned_data["name"].split())
        if not slugify(name):
            raise ValidationError("Write a name with at least one letter in it.")
        return name


def put_protocol(content: Content, key: str, name: str, steps: list[dict[str, Any]]) -> Content:
    """The content with this protocol of one's own: changed, or new where it has no key yet."""
    held = content.definition.get("protocols", {})
    if not key:
        stem = slugify(name).replace("-", "_")[:50] or "protocol"
        taken = {*held, *read_protocols(), "new"}
        keys = [stem, *(f"{stem}_{number}" for number in range(2, len(taken) + 3))]
        key = next(key for key in keys if key not in taken)
    return content.define(protocols={**held, key: {"name": name, "steps": steps}})


def without_protocol(key: str) -> Callable[[Content], Content]:
    """Takes a protocol out of a content. Raises CannotChange where the agenda still uses it."""

    def write(content: Content) -> Content:
        for segment in content.definition["agenda"]:
            if segment.get("protocol") == key:
                raise CannotChange(
                    f"“{segment['name']}” uses this protocol. Choose another for it in the agenda."
                )
        held = content.definition.get("protocols", {})
        return content.define(protocols={k: value for k, value in held.items() if k != key})

    return write
