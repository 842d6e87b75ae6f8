from django import forms

from members.forms import PeerloomForm
from members.models import Member


class PersonSearchForm(PeerloomForm):
    """Who an organiser looks for."""

    words = forms.CharField(
        label="Name, e-mail address or employee number",
        min_length=2,
        max_length=160,
        error_messages={"required": "Write a part of the name."},
        widget=forms.TextInput({"type": "search", "data-search": True, "autocomplete": "off"}),
    )


class AppointForm(PeerloomForm):
    """The person whose button was pressed."""

    person = forms.ModelChoiceField(Member.objects.all())
