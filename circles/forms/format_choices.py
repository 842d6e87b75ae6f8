"""The sections of a draft in which one chooses from what Peerloom knows; and the list of all."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from circles.formats.content import Content
from circles.formats.kinds import GATES, MODULES, OUTCOMES, GateKind
from circles.forms.formats import (
    SEEN_BY,
    AboutForm,
    CadenceForm,
    PromptsForm,
    RolesForm,
    SectionForm,
    SizeForm,
    one_line,
)


class ModulesForm(SectionForm):
    intro = "What a circle of this format uses. Some of it is still to come to Peerloom."

    modules = forms.MultipleChoiceField(
        choices=list(MODULES.items()), required=False, widget=forms.CheckboxSelectMultiple
    )

    @classmethod
    def read(cls, content: Content) -> dict[str, Any]:
        return {"modules": content.definition.get("modules", [])}

    def put(self, content: Content, values: dict[str, Any]) -> Content:
        before = content.definition.get("modules", [])
        return content.define(modules=_in_order(values["modules"], before))


class OutcomesForm(SectionForm):
    outcomes = forms.MultipleChoiceField(
        label="What it is to achieve",
        choices=list(OUTCOMES.items()),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    follow_up_months = forms.CharField(
        label="Months of follow-up",
        required=False,
        max_length=100,
        help_text="After how many months people are asked how it went on, such as 3, 6, 12.",
    )

    @classmethod
    def read(cls, content: Content) -> dict[str, Any]:
        months = content.definition.get("follow_up_months", [])
        outcomes = content.definition.get("outcomes", [])
        return {"outcomes": outcomes, "follow_up_months": ", ".join(map(str, months))}

    def clean_follow_up_months(self) -> str:
        months = sorted(set(numbers(self.cleaned_data["follow_up_months"])))
        if months and not 1 <= months[0] <= months[-1] <= 120:
            raise ValidationError("Follow-ups are between 1 and 120 months after.")
        return ", ".join(map(str, months))

    def put(self, content: Content, values: dict[str, Any]) -> Content:
        outcomes = _in_order(values["outcomes"], content.definition.get("outcomes", []))
        months = numbers(values["follow_up_months"]) or None
        return content.define(outcomes=outcomes, follow_up_months=months)


class GatesForm(SectionForm):
    """Each known kind at most once: whether it is asked, its value, and the words shown."""

    intro = (
        "Goals, trainings and the test must be done before a circle becomes active; "
        "the others are promises that its people read. Where you leave the words empty, they are "
        "found for you."
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for kind, gate in GATES.items():
            self.fields[kind] = forms.BooleanField(label=gate.label, required=False)
            if gate.asks:
                self.fields[f"{kind}_value"] = forms.CharField(
                    label=gate.asks, required=False, max_length=40
                )
            self.fields[f"{kind}_words"] = forms.CharField(
                label="How people read it",
                required=False,
                max_length=200,
            )
        for name, field in self.fields.items():
            field.seen_by = SEEN_BY  # type: ignore[attr-defined]
            field.initial = self.initial.get(name)

    @property
    def blocks(self) -> list[dict[str, Any]]:
        """The fields of each kind, as the page groups them."""
        blocks = []
        for kind, gate in GATES.items():
            value = self[f"{kind}_value"] if gate.asks else None
            blocks.append({"on": self[kind], "value": value, "words": self[f"{kind}_words"]})
        return blocks

    @classmethod
    def read(cls, content: Content) -> dict[str, Any]:
        chosen = {gate["kind"]: gate for gate in content.definition.get("gates", [])}
        values: dict[str, Any] = {}
        for kind, gate in GATES.items():
            now = chosen.get(kind, {"value": gate.value, "words": ""})
            values[kind] = kind in chosen
            values[f"{kind}_value"] = _shown(now["value"])
            values[f"{kind}_words"] = now["words"]
        return values

    def clean(self) -> dict[str, Any]:
        said = self.cleaned_data
        for kind, gate in GATES.items():
            if not said.get(kind):
                continue
            try:
                _value_of(gate, said.get(f"{kind}_value", ""))
            except ValidationError as wrong:
                self.add_error(f"{kind}_value", wrong)
        return said

    def put(self, content: Content, values: dict[str, Any]) -> Content:
        before = [gate["kind"] for gate in content.definition.get("gates", [])]
        gates = []
        for kind in _in_order([kind for kind in GATES if values[kind]], before):
            value = _value_of(GATES[kind], values[f"{kind}_value"])
            words = one_line(values[f"{kind}_words"]) or GATES[kind].say(value)
            gates.append({"kind": kind, "value": value, "words": words})
        return content.define(gates=gates)


FORMS: dict[str, type[SectionForm]] = {
    "about": AboutForm,
    "size": SizeForm,
    "cadence": CadenceForm,
    "roles": RolesForm,
    "prompts": PromptsForm,
    "gates": GatesForm,
    "outcomes": OutcomesForm,
    "modules": ModulesForm,
}


def numbers(typed: str) -> list[int]:
    """`3, 6 and 12` as whole numbers. Raises ValidationError for anything else."""
    parts = [part for part in re.split(r"[\s,;]+|\band\b", typed) if part]
    if not all(part.isascii() and part.isdigit() and len(part) < 5 for part in parts):
        raise ValidationError("Write whole numbers with commas between them, such as 3, 6, 12.")
    return [int(part) for part in parts]


def _value_of(gate: GateKind, typed: str) -> Any:
    """A gate's value as it stands in a definition. Raises ValidationError."""
    if gate.shape == "fixed":
        return gate.value
    found = numbers(typed)
    if gate.shape == "weeks" and not found:
        return "configurable"
    if gate.shape == "stages":
        if not found or 0 in found:
            raise ValidationError("Say how many people start at each stage, such as 2, 2, 1.")
        return found
    if len(found) != 1 or found[0] > 100 or (found[0] == 0 and gate is GATES["trainings"]):
        raise ValidationError("Write one whole number up to 100.")
    return found[0]


def _shown(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return str(value) if isinstance(value, int) and value is not True else ""


def _in_order(chosen: list[str], before: list[str]) -> list[str]:
    """What was there keeps its place, and what is new comes last."""
    kept = [entry for entry in before if entry in chosen]
    return kept + [entry for entry in chosen if entry not in kept]
