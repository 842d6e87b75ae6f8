from typing import Any

from django import forms

from circles.models import Format, Programme
from circles.programmes.questions import AskingForm

ANY = ("", "Any of them")


class EnrolForm(AskingForm):
    """What a person who enrols would like; the programme's questions come after it."""

    format = forms.ModelChoiceField(
        Format.objects.none(),
        label="The kind of circle you would like",
        required=False,
        widget=forms.RadioSelect,
        error_messages={
            "invalid_choice": "This programme no longer offers that. Choose another, or any."
        },
    )

    def __init__(self, *args: Any, programme: Programme, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        offered = list(programme.formats.all())
        fields["format"].queryset = Format.objects.filter(programmes=programme)
        # As they are fetched already.
        fields["format"].choices = [ANY, *((each.pk, each.name) for each in offered)]
        if len(offered) < 2:  # there is nothing to choose
            del fields["format"]
