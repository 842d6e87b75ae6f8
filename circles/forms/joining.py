from django import forms

from members.forms import Lines, PeerloomForm
from members.models import Member


class InviteForm(PeerloomForm):
    """The person whose button was pressed, and what they are told."""

    seen_by = "The person you invite reads this, here and in the mail."

    person = forms.ModelChoiceField(Member.objects.all(), widget=forms.HiddenInput)
    message = Lines(
        label="A few words to them",
        help_text="Why you thought of them, or what the circle is about.",
        rows=3,
        max_length=500,
        required=False,
    )


class DecisionForm(PeerloomForm):
    """Yes or no to an application, and a word to who asked."""

    seen_by = "Only the person who asked reads this."

    words = Lines(
        label="A word to them",
        help_text="What helps them most: what comes next, or where else they might fit.",
        rows=3,
        max_length=500,
        required=False,
    )


class OnLeaveForm(PeerloomForm):
    """Until when someone stays away."""

    seen_by = "Your circle sees until when you are away, and nobody is told why."

    back_by = forms.DateField(
        label="Back by",
        help_text="At most three months from now. You can come back earlier at any time.",
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": "Choose the day on which you mean to be back."},
    )
