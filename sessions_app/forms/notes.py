from collections.abc import Sequence
from typing import Any

from django import forms

from members.forms import Lines, PeerloomForm
from members.models import Member
from sessions_app.forms.fields import CIRCLE_SEES


class DiscussionNoteForm(PeerloomForm):
    text = Lines(
        label="What was said?",
        rows=4,
        max_length=4000,
        help_text="What the circle wants to find again; not who said it.",
    )
    seen_by = CIRCLE_SEES


class CaseNoteForm(PeerloomForm):
    """A note for somebody who presents. The choice of people keeps the order it is given in."""

    presenter = forms.TypedChoiceField(label="For whom?", coerce=int)
    text = Lines(
        label="What should they take along?",
        rows=4,
        max_length=4000,
        help_text="A question, an idea, a name to ask.",
    )
    seen_by = (
        "Only the presenter you choose reads this, and may destroy it. Once you send it, not even "
        "you read it again."
    )

    def __init__(self, *args: Any, people: Sequence[Member], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = {person.pk: person for person in people}
        field: Any = self.fields["presenter"]
        # Nobody is proposed unless somebody presents: a slip would tell the wrong person.
        field.choices = [("", "Choose a person"), *((each.pk, each.name) for each in people)]

    def chosen(self) -> Member:
        return self.people[self.cleaned_data["presenter"]]
