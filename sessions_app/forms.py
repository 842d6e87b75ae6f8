from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, Self
from zoneinfo import ZoneInfo

from django import forms
from django.core.validators import URLValidator
from django.http import QueryDict
from django.utils import timezone

from circles.models import Circle
from members.forms import Lines, PeerloomForm
from members.models import Member
from sessions_app.actions.meetings import LONGEST, SHORTEST
from sessions_app.models import Attendance, CheckIn, Goal, Meeting

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


class MeetingForm(PeerloomForm):
    """When and where a circle meets, on the clock of the circle's zone."""

    seen_by = CIRCLE_SEES

    day = forms.DateField(label="Day", widget=DayInput())
    time = forms.TimeField(label="Starts at", widget=ClockInput())
    minutes = forms.IntegerField(label="Minutes", min_value=SHORTEST, max_value=LONGEST)
    title = forms.CharField(
        label="Title",
        max_length=160,
        required=False,
        help_text="Only if this meeting is about something in particular.",
    )
    place = forms.CharField(
        label="Place", max_length=200, required=False, help_text="A room, or “online”."
    )
    video_url = WebAddressField(
        label="Link to join",
        max_length=500,
        required=False,
        assume_scheme="https",
        help_text="The address of the video call.",
    )

    def __init__(self, *args: Any, zone: ZoneInfo, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        now = timezone.now().astimezone(zone)
        told = f"On the clock of the circle’s zone, {zone.key}. It is {now:%H:%M} there."
        self.fields["time"].help_text = told

    @classmethod
    def initial_of(cls, meeting: Meeting) -> dict[str, Any]:
        starts = meeting.local_starts
        return {
            "day": starts.date(),
            "time": starts.time(),
            "minutes": meeting.minutes,
            "title": meeting.title,
            "place": meeting.place,
            "video_url": meeting.video_url,
        }

    def asked(self) -> dict[str, Any]:
        """What schedule_meeting and change_meeting take."""
        given = self.cleaned_data.copy()
        time = given.pop("time").replace(second=0, microsecond=0)
        return given | {"starts": datetime.combine(given.pop("day"), time)}


class AnswerForm(PeerloomForm):
    """One's RSVP. Without an update, what the circle heard before stays."""

    coming = forms.TypedChoiceField(
        choices=[("yes", "I’m coming"), ("no", "Can’t come")], coerce=lambda given: given == "yes"
    )
    update = Lines(
        label="What should the circle know?",
        rows=3,
        max_length=500,
        required=False,
        help_text="How it goes with what you promised, or what you would have brought.",
    )
    seen_by = {"update": CIRCLE_SEES}

    @classmethod
    def about(cls, meeting: Any) -> Self:
        """The form for a meeting from `with_answers`."""
        return cls(initial={"update": meeting.my_update}, auto_id=f"answer-{meeting.pk}-%s")

    def spoken(self) -> str | None:
        """The update, or None when the form was sent by a button without the field."""
        return self.cleaned_data["update"] if "update" in self.data else None


class PeopleField(forms.TypedMultipleChoiceField):
    """Ticked people. It is asked of everybody, and nobody is an answer too."""

    widget = forms.CheckboxSelectMultiple

    def validate(self, value: Any) -> None:
        if value:
            super().validate(value)


class AttendanceForm(PeerloomForm):
    """Who was there, among those who had a seat that day."""

    here = PeopleField(label="Tick everyone who came", coerce=int)
    seen_by = CIRCLE_SEES

    def __init__(
        self, *args: Any, people: list[Member], said: Iterable[Attendance], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.people = people
        self.initial["here"] = self._likely(list(said))
        choices = [(person.pk, person.name) for person in people]
        self.fields["here"].choices = choices  # type: ignore[attr-defined]

    @staticmethod
    def _likely(said: list[Attendance]) -> list[int]:
        """Who was noted before; while nobody was, those who said they would come."""
        if any(attendance.attended is not None for attendance in said):
            return [attendance.person_id for attendance in said if attendance.attended]
        return [
            attendance.person_id for attendance in said if attendance.rsvp == Attendance.Rsvp.GOING
        ]

    def marks(self) -> dict[int, bool]:
        here = set(self.cleaned_data["here"])
        return {person.pk: person.pk in here for person in self.people}


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

    @classmethod
    def about(cls, meeting: Meeting, data: QueryDict | None = None) -> Self:
        return cls(data, initial={"text": meeting.recap, "based_on": meeting.recap_version})


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


class PromiseForm(PeerloomForm):
    text = forms.CharField(
        label="What do you promise?",
        max_length=300,
        help_text="One step that is yours to take.",
    )
    due_on = forms.DateField(label="By when?", required=False, widget=DayInput())
    circle = forms.ModelChoiceField(Circle.objects.none(), label="Which circle?")
    seen_by = CIRCLE_SEES

    def __init__(self, *args: Any, owner: Member, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = timezone.localdate(timezone=owner.zone)
        circles = Circle.objects.joined_by(owner).order_by("name")
        count = circles.count()
        self.has_circles = count > 0
        field: Any = self.fields["circle"]
        field.queryset = circles
        field.empty_label = None if count == 1 else "Choose a circle"

    def clean_due_on(self) -> date | None:
        day: date | None = self.cleaned_data["due_on"]
        if day and day < self.today:
            raise forms.ValidationError("That day has passed. Choose a later one.")
        return day


class CarryForm(PeerloomForm):
    due_on = forms.DateField(
        label="Move it to", widget=DayInput(), help_text="The circle sees that it was carried."
    )
    seen_by = CIRCLE_SEES


class DropForm(PeerloomForm):
    reason = forms.CharField(
        label="Why are you dropping it?",
        max_length=300,
        help_text="A few words: things change, and saying so is fine.",
    )
    seen_by = CIRCLE_SEES
