from collections.abc import Callable, Iterable
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.forms.renderers import TemplatesSetting
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import normalize_newlines

from members import time_zones
from members.models import Member, Role, Unit


class PeerloomRenderer(TemplatesSetting):
    """Every form and field of the product goes through these two templates."""

    form_template_name = "components/form.html"
    field_template_name = "components/field.html"


class SeenByMixin:
    """Says at each field who will read what is typed there.

    `seen_by` is one sentence for all fields, or a mapping from field names to sentences.
    """

    seen_by: ClassVar[str | dict[str, str]] = ""
    fields: dict[str, forms.Field]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            told = self.seen_by if isinstance(self.seen_by, str) else self.seen_by.get(name, "")
            field.seen_by = told  # type: ignore[attr-defined]


class PeerloomForm(SeenByMixin, forms.Form):
    """The base of our forms."""


class PeerloomModelForm(SeenByMixin, forms.ModelForm):  # type: ignore[type-arg]
    """The base of our model forms."""


class SuggestingInput(forms.TextInput):
    """A text input that suggests as one types, without a script: the browser's own list."""

    template_name = "members/widgets/suggesting_input.html"

    def __init__(self, suggestions: Callable[[], Iterable[str]], attrs: Any = None) -> None:
        super().__init__(attrs)
        self.suggestions = suggestions

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        list_id = f"{context['widget']['attrs'].get('id', name)}_suggestions"
        context["widget"]["attrs"]["list"] = list_id
        return context | {"list_id": list_id, "suggestions": self.suggestions()}


class QuickSelect(forms.Select):
    """A choice of many, drawn at once: a template for each of a hundred options takes too long."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        drawn = self.get_context(name, value, attrs)["widget"]
        options = format_html_join(
            "",
            '<option value="{}"{}>{}</option>',
            (
                (option["value"], SafeString(" selected" * option["selected"]), option["label"])
                for _, group, _ in drawn["optgroups"]
                for option in group
            ),
        )
        return format_html(
            '<select name="{}"{}>{}</select>', drawn["name"], flatatt(drawn["attrs"]), options
        )


class TimeZoneField(forms.CharField):
    """An IANA time zone, typed with suggestions: `Europe/Berlin`, or only `Berlin`."""

    default_error_messages = {
        "invalid": "We know no such time zone. Choose one from the list, such as Europe/Berlin."
    }

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("help_text", "Type a city and choose it from the list.")
        kwargs.setdefault("widget", SuggestingInput(time_zones.offered, {"autocomplete": "off"}))
        super().__init__(max_length=64, **kwargs)

    def to_python(self, value: Any) -> str:
        typed = str(super().to_python(value))
        if typed in self.empty_values:
            return typed
        zone = time_zones.found(typed)
        if zone is None:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return zone


class Lines(forms.CharField):
    """Text of several lines. Browsers send two characters for a line's end; one is kept."""

    def __init__(self, *, rows: int = 5, **options: Any) -> None:
        super().__init__(widget=forms.Textarea({"rows": rows}), **options)

    def to_python(self, value: Any) -> str:
        return super().to_python(normalize_newlines(value) if value else value) or ""


class NameField(forms.CharField):
    """A person's name, on one line and with something in it to see."""

    default_error_messages = {"invalid": "Write a name with at least one letter in it."}

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.TextInput({"autocomplete": "name"}))
        super().__init__(max_length=160, **kwargs)

    def to_python(self, value: Any) -> str:
        name = " ".join(str(super().to_python(value)).split())
        if name and not any(character.isalnum() for character in name):
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return name


class PeopleFilterForm(PeerloomForm):
    """Which people an organiser looks for."""

    q = forms.CharField(
        label="Name, e-mail or employee number",
        max_length=200,
        required=False,
        widget=forms.TextInput({"type": "search", "data-search": ""}),
    )
    unit = forms.ModelChoiceField(
        label="Unit", queryset=Unit.objects.upper(), required=False, empty_label="All units"
    )
    role = forms.ChoiceField(label="Role", choices=[("", "Any"), *Role.choices], required=False)
    show = forms.ChoiceField(
        label="Show",
        choices=[("", "People who are here"), ("left", "People who left"), ("all", "Everyone")],
        required=False,
    )


class ProfileForm(PeerloomModelForm):
    """What people may change about themselves; the rest comes from the organisation."""

    seen_by = {
        "name": "Everyone who sees you in a circle sees your name.",
        "time_zone": "Only you see this. Your pages and your mail show every time in it.",
    }

    name = NameField(label="Your name")
    time_zone = TimeZoneField(label="Your time zone")

    class Meta:
        model = Member
        fields = ["name", "time_zone"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.employee_number is not None:
            # The next import would write the organisation's name over any other.
            del self.fields["name"]
