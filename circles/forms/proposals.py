from typing import Any

from django import forms
from django.db.models import QuerySet

from circles.forms.circles import CircleForm, NewCircleForm
from circles.models import Circle, Programme
from members.forms import Lines, PeerloomForm

Starters = Programme.Starters
AS_MEMBER, AS_FACILITATOR = "member", "facilitator"


class ProposalForm(NewCircleForm):
    """What a person writes who proposes a circle, or starts one as its facilitator."""

    seen_by = "Everyone sees this, and that you proposed or started it."

    part = forms.ChoiceField(
        label="Your own part",
        choices=[
            (AS_FACILITATOR, "I facilitate it: it looks for members at once"),
            (AS_MEMBER, "I want a seat: it starts when enough people support it"),
        ],
        initial=AS_FACILITATOR,
        widget=forms.RadioSelect,
    )

    class Meta(CircleForm.Meta):
        fields = [name for name in CircleForm.Meta.fields if name != "visibility"]

    field_order = ["part", "name", "programme", "of_format", *Meta.fields[2:]]

    def __init__(
        self, *args: Any, proposes: bool = True, starts: bool = False, **kwargs: Any
    ) -> None:
        self.starters = {Starters.EVERYONE: proposes, Starters.FACILITATORS: starts}
        super().__init__(*args, **kwargs)
        if not (proposes and starts):
            del self.fields["part"]

    def programmes(self) -> QuerySet[Programme]:
        allowed = [starters for starters, may in self.starters.items() if may]
        if self.starters[Starters.FACILITATORS]:
            allowed.append(Starters.EVERYONE)
        current = Programme.objects.current().filter(starters__in=allowed)
        return current | Programme.objects.filter(pk=self.instance.programme_id)

    @property
    def facilitates(self) -> bool:
        """Whether the person starts it as its facilitator."""
        if "part" in self.fields:
            return bool(self.cleaned_data["part"] == AS_FACILITATOR)
        return self.starters[Starters.FACILITATORS]

    @property
    def decided(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "part"}


class ChangeProposalForm(ProposalForm):
    """The same, for a proposal that exists."""

    def __init__(self, *args: Any, instance: Circle, **kwargs: Any) -> None:
        super().__init__(*args, instance=instance, **kwargs)
        self.initial.setdefault("of_format", instance.format_version.format_id)


class DeclineForm(PeerloomForm):
    """What an organiser answers to a proposal."""

    seen_by = "Whoever proposed it and everyone who supports it get this by mail."

    words = Lines(
        label="Why it does not start",
        help_text="Say what would have to be different, or what exists already.",
        max_length=500,
        rows=4,
        error_messages={"required": "Say why: people who want a circle deserve an answer."},
    )
