from datetime import date
from typing import Any, Self

from django import forms
from django.utils import timezone

from circles.models import Circle
from members.forms import Lines, PeerloomForm
from members.models import Member
from sessions_app.forms.fields import CIRCLE_SEES, ONLY_YOU, DayInput
from sessions_app.models import CheckIn, Goal


class GoalForm(PeerloomForm):
    """A goal of one's own, kept to oneself or shared with one circle."""

    title = forms.CharField(
        label="What do you want to reach?",
        max_length=160,
        help_text="One sentence, so that you will know when it is done.",
    )
    why = Lines(label="Why does it matter to you?", rows=4, max_length=2000, required=False)
    target_on = forms.DateField(label="By when?", required=False, widget=DayInput())
    circle = forms.ModelChoiceField(
        Circle.objects.none(),
        label="Share with a circle",
        required=False,
        empty_label="No, I keep it to myself",
        help_text="Its members and facilitators then see the goal and the check-ins you make from "
        "then on. You can take it back at any time.",
    )
    seen_by = "Only you; or, if you share it, the members and facilitators of that circle too."

    def __init__(self, *args: Any, owner: Member, goal: Goal | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.goal = goal
        self.today = timezone.localdate(timezone=owner.zone)
        circles = Circle.objects.joined_by(owner)
        if goal is not None and goal.circle_id:
            circles = circles | Circle.objects.filter(pk=goal.circle_id)
        self.fields["circle"].queryset = circles.order_by("name")  # type: ignore[attr-defined]

    @classmethod
    def initial_of(cls, goal: Goal) -> dict[str, Any]:
        return {name: getattr(goal, name) for name in ("title", "why", "target_on", "circle")}

    def clean_target_on(self) -> date | None:
        day: date | None = self.cleaned_data["target_on"]
        is_new = self.goal is None or day != self.goal.target_on
        if day and is_new and day < self.today:
            raise forms.ValidationError("That day has passed. Choose a later one.")
        return day


class CheckInForm(PeerloomForm):
    percent = forms.IntegerField(
        label="How far along?",
        min_value=0,
        max_value=100,
        help_text="A percentage from 0 to 100; a guess is fine.",
    )
    confidence = forms.TypedChoiceField(
        label="How confident are you that you will get there?",
        choices=CheckIn.Confidence.choices,
        coerce=int,
        widget=forms.RadioSelect,
    )
    note = Lines(label="What moved, or what is in the way?", rows=2, max_length=500, required=False)

    def __init__(self, *args: Any, goal: Goal, **kwargs: Any) -> None:
        # It depends on the goal, so it is this form's own.
        self.seen_by = CIRCLE_SEES if goal.circle_id else ONLY_YOU  # type: ignore[misc]
        super().__init__(*args, **kwargs)

    @classmethod
    def about(cls, goal: Any) -> Self:
        """The form for a goal from `with_progress`, beginning where the last check-in ended."""
        percent = goal.progress[0] if goal.progress else None
        return cls(goal=goal, initial={"percent": percent}, auto_id=f"goal-{goal.pk}-%s")
