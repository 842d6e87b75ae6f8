from typing import Any
from urllib.parse import urlsplit

import django_filters as filters
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.urls import Resolver404, resolve

from circles.discovery.filters import ProgrammeCircleFilter
from circles.models import Announcement, Circle, Format, Programme, Theme
from circles.models.announcement import LONGEST_TEXT
from members.forms import Lines, PeerloomForm, QuickSelect

READERS = "Those you write to read this, and nobody else."
READERS_AND_ORGANISERS = "Those you write to read this, and so do organisers."
NO_PAGE = (
    "Give the address of a page of Peerloom, such as /circles/. Other addresses go into the text."
)


class PagePath(forms.CharField):
    """A page of ours, typed as its path or copied whole from the browser; kept as the path."""

    def to_python(self, value: Any) -> str:
        typed = str(super().to_python(value))
        if typed in self.empty_values:
            return ""
        typed = typed.removeprefix(settings.SITE_URL)
        parts = urlsplit(typed)
        if parts.scheme or parts.netloc or not typed.startswith("/") or "\\" in typed:
            raise ValidationError(NO_PAGE, code="invalid")
        try:
            resolve(parts.path)
        except Resolver404:
            raise ValidationError(NO_PAGE, code="invalid") from None
        return typed


class AnnouncementForm(PeerloomForm):
    """What is said, and to whom beside the members. A draft may be as unfinished as it likes."""

    subject = forms.CharField(label="Subject", max_length=120)
    text = Lines(
        label="What you want to say",
        rows=10,
        max_length=LONGEST_TEXT,
        help_text="A blank line begins a paragraph. Web addresses become links.",
    )
    button_label = forms.CharField(
        label="Words of a button", max_length=40, required=False, help_text="Such as “See the day”."
    )
    button_path = PagePath(
        label="Page that the button opens",
        max_length=300,
        required=False,
        help_text="Copy its address from your browser.",
    )
    with_facilitators = forms.BooleanField(label="Also to those who facilitate", required=False)
    with_enrolled = forms.BooleanField(
        label="Also to who is enrolled and has no seat in the programme yet", required=False
    )

    def __init__(self, data: Any, *, draft: Announcement, is_saved: bool = False) -> None:
        initial = {name: getattr(draft, name) for name in self.base_fields}
        self.seen_by = READERS_AND_ORGANISERS if draft.as_organiser else READERS  # type: ignore[misc]
        super().__init__(data, initial=initial)
        if not draft.as_organiser:
            self.fields["with_facilitators"].label = "Also to the others who facilitate"
        if not draft.programme_id:
            del self.fields["with_enrolled"]
        if is_saved:
            for field in self.fields.values():
                field.required = False

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        if said.get("button_path") and not said.get("button_label"):
            self.add_error("button_label", "Give the button its words, or take its page away.")
        # A path that was refused has its own error.
        if said.get("button_label") and said.get("button_path") == "":
            self.add_error("button_path", "Say which page the button opens, or take it away.")
        return said


class SendingForm(PeerloomForm):
    """When it goes out."""

    NOW, LATER = "now", "later"

    when = forms.ChoiceField(
        label="When it goes out",
        choices=[(NOW, "Now: you can take it back for five minutes"), (LATER, "At a moment")],
        widget=forms.RadioSelect,
        initial=NOW,
    )
    at = forms.DateTimeField(
        label="Moment",
        required=False,
        widget=forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )

    def __init__(self, data: Any = None, *, zone: str) -> None:
        super().__init__(data)
        self.fields["at"].help_text = f"On your clock ({zone}). You can take it back until then."

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        if said.get("when") == self.NOW:
            said["at"] = None
        elif "at" in said and not said["at"]:
            self.add_error("at", "Say on which day and at what time.")
        return said


class RecipientFilter(ProgrammeCircleFilter):
    """Which circles to write to."""

    programme = filters.ModelChoiceFilter(
        queryset=Programme.objects.current(), empty_label="Any programme", widget=QuickSelect
    )
    format = filters.ModelChoiceFilter(
        field_name="format_version__format",
        label="Format",
        queryset=Format.objects.all(),
        to_field_name="key",
        empty_label="Any format",
        widget=QuickSelect,
    )
    theme = filters.ModelChoiceFilter(
        field_name="themes",
        label="Theme",
        queryset=Theme.objects.all(),
        empty_label="Any theme",
        widget=QuickSelect,
    )
    stage = filters.ChoiceFilter(
        choices=[each for each in Circle.Stage.choices if each[0] != Circle.Stage.CLOSED],
        label="Stage",
        empty_label="Any stage",
    )
