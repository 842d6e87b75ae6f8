from collections.abc import Iterable
from datetime import datetime
from typing import Any, Self
from zoneinfo import ZoneInfo

from django import forms
from django.utils import timezone

from members.forms import Lines, PeerloomForm
from members.models import Member
from sessions_app.actions.meetings import LONGEST, SHORTEST
from sessions_app.forms.fields import CIRCLE_SEES, ClockInput, DayInput, WebAddressField
from sessions_app.models import Attendance, Meeting


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


class MailAnswerForm(PeerloomForm):
    """What someone who can't come tells the circle, asked where a mail's link leads."""

    update = Lines(
        label="What should the circle know?",
        rows=3,
        max_length=500,
        required=False,
        help_text="It is read out at check-in: how it goes with what you promised, or what you "
        "would have brought.",
    )
    seen_by = {"update": CIRCLE_SEES}


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
