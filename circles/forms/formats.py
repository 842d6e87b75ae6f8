"""The sections of a format's draft, each a form that reads a content and writes a new one."""

from dataclasses import replace
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError

from circles.formats.content import Content
from circles.formats.kinds import OF, PARENTS, RHYTHMS
from circles.models import FormatVersion
from members.forms import Lines, PeerloomForm

SEEN_BY = "Organisers see the draft. Once it is published, everyone does."


class NewFormatForm(PeerloomForm):
    """How a format of one's own begins."""

    seen_by = SEEN_BY

    name = forms.CharField(max_length=80)
    copy = forms.ModelChoiceField(
        FormatVersion.objects.none(),
        label="Begin with",
        required=False,
        empty_label="An empty format",
        help_text="A copy of the newest version. Nothing happens to the format that you copy.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        newest = FormatVersion.objects.newest().offered().select_related("format")
        fields: Any = self.fields
        fields["copy"].queryset = newest.order_by("format__name")
        fields["copy"].label_from_instance = lambda version: version.format.name

    def clean_name(self) -> str:
        return one_line(self.cleaned_data["name"])


class PublishForm(PeerloomForm):
    """What an organiser says about a new version, and the mark of the draft that they read."""

    seen_by = "Everyone sees this."

    what_changed = forms.CharField(
        label="What changed and why",
        max_length=300,
        required=False,
        help_text="It stands in the history, above the list of differences.",
        widget=forms.Textarea({"rows": 3}),
    )
    seen = forms.CharField(widget=forms.HiddenInput, max_length=64, required=False)


class SectionForm(PeerloomForm):
    """A form of one section: `read` gives its first values, `write` makes the new content.

    Of a form with errors, `write` takes what is right, so that the page can check while one types.
    """

    seen_by = SEEN_BY
    intro: ClassVar[str] = ""

    def __init__(self, *args: Any, content: Content, **kwargs: Any) -> None:
        super().__init__(*args, initial=self.read(content), **kwargs)

    @classmethod
    def read(cls, content: Content) -> dict[str, Any]:
        raise NotImplementedError

    def write(self, content: Content) -> Content:
        return self.put(content, self.read(content) | self.cleaned_data)

    def put(self, content: Content, values: dict[str, Any]) -> Content:
        raise NotImplementedError


class AboutForm(SectionForm):
    name = forms.CharField(max_length=80)
    purpose = forms.CharField(
        label="What it is for",
        max_length=300,
        help_text="One or two sentences that a person reads before they choose it.",
        widget=forms.Textarea({"rows": 3}),
    )
    drawn_from = forms.CharField(
        max_length=200, required=False, help_text="Whose practice it follows."
    )
    note = Lines(label="A remark on its page", max_length=1000, required=False, rows=3)

    @classmethod
    def read(cls, content: Content) -> dict[str, Any]:
        return {
            "name": content.name,
            "purpose": content.purpose,
            "drawn_from": content.drawn_from,
            "note": content.definition.get("note", ""),
        }

    def clean_name(self) -> str:
        return one_line(self.cleaned_data["name"])

    def clean_purpose(self) -> str:
        return one_line(self.cleaned_data["purpose"])

    def put(self, content: Content, values: dict[str, Any]) -> Content:
        said = {key: values[key] for key in ("name", "purpose", "drawn_from")}
        return replace(content, **said).define(note=values["note"] or None)


class SizeForm(SectionForm):
    size_min = forms.IntegerField(label="Smallest size", min_value=1, max_value=200)
    size_max = forms.IntegerField(label="Largest size", min_value=1, max_value=200)
    of = forms.ChoiceField(
        label="Its seats are for",
        choices=list(OF.items()),
        help_text="A hub has circles instead of people.",
    )
    subgroup_min = forms.IntegerField(
        label="Smallest subgroup",
        min_value=2,
        max_value=30,
        required=False,
        help_text="Where members split up in a meeting, each takes a turn in a subgroup.",
    )
    subgroup_max = forms.IntegerField(
        label="Largest subgroup", min_value=2, max_value=30, required=False
    )
    parent = forms.ChoiceField(
        label="A circle belongs to",
        choices=[("", "Nothing above it"), *PARENTS.items()],
        required=False,
    )
    groups_min = forms.IntegerField(
        label="Fewest circles there", min_value=1, max_value=100, required=False
    )
    groups_max = forms.IntegerField(
        label="Most circles there", min_value=1, max_value=100, required=False
    )

    @classmethod
    def read(cls, content: Content) -> dict[str, Any]:
        low, high = content.definition.get("size", {}).get("subgroups", (None, None))
        parent = content.definition.get("parent", {})
        fewest, most = parent.get("groups", (None, None))
        return {
            "size_min": content.size_min,
            "size_max": content.size_max,
            "of": content.of,
            "subgroup_min": low,
            "subgroup_max": high,
            "parent": parent.get("kind", ""),
            "groups_min": fewest,
            "groups_max": most,
        }

    def clean(self) -> dict[str, Any]:
        sizes = self.cleaned_data
        _check_range(self, "size_min", "size_max", "The largest size cannot be under the smallest.")
        _check_range(
            self, "subgroup_min", "subgroup_max", "Give both, the larger one here, or neither."
        )
        if sizes.get("parent") and not sizes.get("groups_min") and "groups_min" in sizes:
            self.add_error("groups_min", "Say how many circles belong together.")
        _check_range(
            self, "groups_min", "groups_max", "Give both, the larger one here, or neither."
        )
        return sizes

    def put(self, content: Content, values: dict[str, Any]) -> Content:
        low, high = values["size_min"], values["size_max"]
        size: dict[str, Any] = {"min": low, "max": high}
        if values["subgroup_min"] and values["subgroup_max"]:
            size["subgroups"] = [values["subgroup_min"], values["subgroup_max"]]
        if values["of"] != "people":
            size["of"] = values["of"]
        groups = [values["groups_min"], values["groups_max"]]
        parent = {"kind": values["parent"], "groups": groups} if values["parent"] else None
        return replace(content, size_min=low, size_max=high).define(size=size, parent=parent)


class CadenceForm(SectionForm):
    per_month = forms.TypedChoiceField(
        label="How often it meets", choices=list(RHYTHMS.items()), coerce=int
    )
    minutes = forms.IntegerField(label="Minutes of a meeting", min_value=10, max_value=480)
    meetings = forms.IntegerField(
        label="Number of meetings",
        min_value=1,
        max_value=200,
        required=False,
        help_text="Empty if it goes on for as long as the circle does.",
    )
    months = forms.IntegerField(label="Months", min_value=1, max_value=60, required=False)
    yearly = forms.BooleanField(label="Its circles renew every year", required=False)

    @classmethod
    def read(cls, content: Content) -> dict[str, Any]:
        cadence = content.definition.get("cadence", {})
        said = {key: cadence.get(key) for key in ("per_month", "meetings", "months")}
        yearly = cadence.get("renewal") == "yearly"
        return said | {"minutes": content.meeting_minutes, "yearly": yearly}

    def put(self, content: Content, values: dict[str, Any]) -> Content:
        cadence = {key: values[key] for key in ("meetings", "months", "per_month", "minutes")}
        cadence = {key: value for key, value in cadence.items() if value}
        if values["yearly"]:
            cadence["renewal"] = "yearly"
        return replace(content, meeting_minutes=values["minutes"]).define(cadence=cadence)


class ShortLines(Lines):
    """A list, one entry a line; each once."""

    def __init__(self, *, longest: int, most: int = 20, **options: Any) -> None:
        self.longest, self.most = longest, most
        super().__init__(required=False, rows=4, **options)

    def clean(self, value: Any) -> list[str]:
        lines = [one_line(line) for line in super().clean(value).splitlines()]
        entries = list(dict.fromkeys(line for line in lines if line))
        if too_long := next((entry for entry in entries if len(entry) > self.longest), None):
            words = f"“{too_long[:30]}…” is longer than {self.longest} letters."
            raise ValidationError(words)
        if len(entries) > self.most:
            raise ValidationError(f"That is more than {self.most}. Keep the ones that matter.")
        return entries

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value


class RolesForm(SectionForm):
    rotating_roles = ShortLines(
        label="Roles that go round", longest=40, help_text="One a line, such as timekeeper."
    )
    role_term_months = forms.IntegerField(
        label="Months in a role",
        min_value=1,
        max_value=60,
        required=False,
        help_text="Empty if the roles are given anew at each meeting.",
    )

    @classmethod
    def read(cls, content: Content) -> dict[str, Any]:
        roles = content.definition.get("rotating_roles", [])
        months = content.definition.get("role_term_months")
        return {"rotating_roles": roles, "role_term_months": months}

    def put(self, content: Content, values: dict[str, Any]) -> Content:
        months = values["role_term_months"] or None
        return content.define(rotating_roles=values["rotating_roles"], role_term_months=months)


class PromptsForm(SectionForm):
    before = ShortLines(
        label="Before a meeting", longest=200, help_text="What a member does, one a line."
    )
    after = ShortLines(label="After it", longest=200, help_text="One a line.")

    @classmethod
    def read(cls, content: Content) -> dict[str, Any]:
        return {part: content.definition.get(part, []) for part in ("before", "after")}

    def put(self, content: Content, values: dict[str, Any]) -> Content:
        return content.define(before=values["before"], after=values["after"])


def one_line(text: str) -> str:
    return " ".join(text.split())


def _check_range(form: forms.Form, low: str, high: str, words: str) -> None:
    """Both numbers or neither, in order; a field that is wrong by itself says so already."""
    if low in form.errors or high in form.errors:
        return
    first, last = form.cleaned_data.get(low), form.cleaned_data.get(high)
    if (first is None) != (last is None) or (first and last and last < first):
        form.add_error(high, words)
