from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone

from circles.models import Circle
from members.forms import Lines, PeerloomForm
from members.week_grid import WeekGrid, WeekHoursField
from sessions_app.actions.meetings import LONGEST, SHORTEST
from sessions_app.finding.busy import LARGEST, too_large
from sessions_app.forms.fields import CIRCLE_SEES, DayInput
from sessions_app.models import Candidate, Series, TimeSearch, TimeVote
from sessions_app.recurrence.words import describe

FURTHEST = timedelta(days=365)
LONGEST_QUESTION = timedelta(days=60)
NOT_YOUR_WEEK = (
    "Nobody but you sees your hours. The circle sees which of the proposed times suit you, and how "
    "early or late they are for you."
)
ONLY_BUSY = (
    "Only you. Of a calendar we keep when you are busy, nothing else: no titles, places or people."
)


def end_of(day: date, circle: Circle) -> datetime:
    """The midnight that ends the day in the circle's zone."""
    return datetime.combine(day + timedelta(days=1), time(), circle.zone)


class TimeSearchForm(PeerloomForm):
    """What a circle looks for, and until when it asks its people."""

    seen_by = CIRCLE_SEES

    rhythm = forms.ChoiceField(
        label="How often", choices=TimeSearch.Rhythm.choices, widget=forms.RadioSelect
    )
    minutes = forms.IntegerField(label="Minutes", min_value=SHORTEST, max_value=LONGEST)
    from_on = forms.DateField(
        label="From when", widget=DayInput(), help_text="The first day that is possible."
    )
    answer_by = forms.DateField(
        label="People answer until the end of",
        widget=DayInput(),
        help_text="Then times are proposed from what is known. You can do it earlier by hand.",
    )

    moves_series = forms.BooleanField(label="Move the present series there", required=False)

    def __init__(
        self,
        *args: Any,
        circle: Circle,
        is_once: bool = False,
        present: Series | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.circle = circle
        if is_once:
            del self.fields["rhythm"]
        if is_once or present is None:
            del self.fields["moves_series"]
            return
        self.fields["moves_series"].help_text = (
            f"{describe(present)}. Its meetings move to the time that is found, and all are "
            "asked again. Without a tick the found time comes on top."
        )

    @staticmethod
    def first_values(circle: Circle, *, minutes: int, days: int) -> dict[str, Any]:
        per_month = circle.format_version.definition.get("cadence", {}).get("per_month") or 2
        rhythm = TimeSearch.Rhythm.FORTNIGHTLY
        if per_month >= 4:
            rhythm = TimeSearch.Rhythm.WEEKLY
        elif per_month < 2:
            rhythm = TimeSearch.Rhythm.MONTHLY
        return {
            "rhythm": rhythm,
            "minutes": minutes,
            "moves_series": True,
            "from_on": circle.today + timedelta(days=days * 2),
            "answer_by": circle.today + timedelta(days=days),
        }

    def clean_from_on(self) -> date:
        day: date = self.cleaned_data["from_on"]
        if not self.circle.today <= day <= self.circle.today + FURTHEST:
            raise ValidationError("Choose a day from today on, within a year.")
        return day

    def clean_answer_by(self) -> date:
        day: date = self.cleaned_data["answer_by"]
        if not self.circle.today <= day <= self.circle.today + LONGEST_QUESTION:
            raise ValidationError("Choose a day from today on, within sixty days.")
        return day

    def asked(self) -> dict[str, Any]:
        """What start_search takes."""
        given = self.cleaned_data.copy()
        given["answer_by"] = end_of(given["answer_by"], self.circle)
        return {"rhythm": TimeSearch.Rhythm.ONCE} | given


class AvailabilityForm(PeerloomForm):
    """When somebody can: painted, and less what their calendar shows as busy."""

    seen_by = {
        "hours": NOT_YOUR_WEEK,
        "if_need_be": NOT_YOUR_WEEK,
        "calendar_url": f"{ONLY_BUSY} The address is deleted with your answer.",
        "calendar_file": ONLY_BUSY,
        "calendar_text": ONLY_BUSY,
    }

    hours = WeekHoursField(
        label="Hours that suit me",
        required=False,
        help_text="None here and none below means that any hour suits you.",
    )
    if_need_be = WeekHoursField(
        label="Hours that would do, if need be",
        required=False,
        widget=WeekGrid(none_words="No hour chosen"),
        help_text="They are taken only when nothing better is found.",
    )
    calendar_url = forms.CharField(
        label="The address of my calendar",
        required=False,
        max_length=500,
        widget=forms.TextInput({"inputmode": "url", "autocomplete": "off", "spellcheck": "false"}),
        help_text="Its secret address in iCal format; it begins with https:// or webcal://.",
    )
    calendar_file = forms.FileField(
        label="Or a calendar file",
        required=False,
        allow_empty_file=True,
        max_length=255,
        widget=forms.FileInput({"accept": ".ics,text/calendar"}),
        help_text=f"It ends in .ics and has at most {LARGEST // 1024 // 1024} MB.",
    )
    calendar_text = Lines(
        label="Or paste its text",
        required=False,
        max_length=LARGEST,
        strip=False,
        rows=3,
        help_text="It begins with BEGIN:VCALENDAR.",
    )

    def clean_calendar_file(self) -> "UploadedFile[Any] | None":
        file: UploadedFile[Any] | None = self.cleaned_data["calendar_file"]
        if file and (file.size or 0) > LARGEST:
            raise ValidationError(too_large(file.size or 0))
        return file

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        ways = [name for name in self.calendar_fields if given.get(name)]
        if len(ways) > 1:
            self.add_error(ways[1], "Give your calendar in one way only: leave the others empty.")
        return given

    @property
    def calendar_fields(self) -> tuple[str, ...]:
        return ("calendar_url", "calendar_file", "calendar_text")

    @property
    def given_by(self) -> str:
        """The field in which a calendar was given, or nothing."""
        given = (name for name in self.calendar_fields if self.cleaned_data.get(name))
        return next(given, "")

    def calendar(self) -> dict[str, Any]:
        """What read_calendar takes."""
        way = self.given_by
        if way == "calendar_url":
            return {"url": self.cleaned_data[way].strip()}
        if way == "calendar_file":
            return {"content": self.cleaned_data[way].read()}
        return {"content": self.cleaned_data["calendar_text"].encode()}


class VoteForm(PeerloomForm):
    """What somebody says of each candidate."""

    seen_by = CIRCLE_SEES

    def __init__(
        self, *args: Any, candidates: Sequence[Candidate], titles: Sequence[str], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        for candidate, title in zip(candidates, titles, strict=True):
            self.fields[f"c{candidate.pk}"] = forms.ChoiceField(
                label=f"{title}: does it work for you?",
                choices=TimeVote.Choice.choices,
                required=False,
                widget=forms.RadioSelect,
            )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if not self.errors and not any(given.values()):
            raise ValidationError("Say of at least one time whether it works for you.")
        return given

    def choices(self) -> dict[int, str]:
        """By candidate's key, for the action."""
        return {int(name[1:]): said for name, said in self.cleaned_data.items() if said}


class ExtendForm(PeerloomForm):
    """Until when people may answer, or vote."""

    seen_by = CIRCLE_SEES

    until = forms.DateField(label="Until the end of", widget=DayInput())

    def __init__(self, *args: Any, circle: Circle, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.circle = circle

    def clean_until(self) -> date:
        day: date = self.cleaned_data["until"]
        until = end_of(day, self.circle)
        if not timezone.now() < until <= timezone.now() + LONGEST_QUESTION:
            raise ValidationError("Choose a day from today on, within sixty days.")
        return day

    def moment(self) -> datetime:
        return end_of(self.cleaned_data["until"], self.circle)
