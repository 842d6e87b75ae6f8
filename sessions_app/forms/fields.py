from typing import Any

from django import forms
from django.core.validators import URLValidator

CIRCLE_SEES = "Everyone in the circle and its facilitators see this."
ONLY_YOU = "Only you see this."


class DayInput(forms.DateInput):
    """The browser's own calendar; its value is always written year-month-day."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


class ClockInput(forms.TimeInput):
    input_type = "time"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%H:%M")


class WebAddressField(forms.URLField):
    """A link that a browser opens as a page."""

    default_validators = [URLValidator(schemes=["https", "http"])]
