from typing import Self

from django import forms
from django.http import QueryDict

from members.forms import Lines, PeerloomForm
from sessions_app.forms.fields import CIRCLE_SEES
from sessions_app.models import Meeting


class DecisionForm(PeerloomForm):
    text = Lines(label="What did the circle decide?", rows=2, max_length=1000)
    for_newcomers = forms.BooleanField(label="Tell newcomers too", required=False)
    seen_by = {
        "text": CIRCLE_SEES,
        "for_newcomers": "With a tick, whoever joins the circle later reads this decision as well, "
        "but not when or where it was made.",
    }


class RecapForm(PeerloomForm):
    """The recap, and the version its writer began with."""

    text = Lines(
        label="Recap",
        rows=14,
        max_length=20_000,
        error_messages={"required": "Write a line or two first."},
        help_text="A few lines are enough: what moved, what was learnt, what comes next. "
        "Decisions and promises are added below it by themselves.",
    )
    based_on = forms.CharField(required=False, widget=forms.HiddenInput)
    seen_by = {
        "text": "Until you share it, only the circle’s facilitators. Then everyone in the circle, "
        "also those who could not come, here and by mail."
    }

    is_drafted = False

    @classmethod
    def about(cls, meeting: Meeting, data: QueryDict | None = None, *, draft: str = "") -> Self:
        """What is written so far; or the draft, which nobody has read yet, instead."""
        text = draft or meeting.recap
        form = cls(data, initial={"text": text, "based_on": meeting.recap_version})
        form.is_drafted = bool(draft)
        return form
