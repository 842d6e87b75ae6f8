import re
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from members.forms import Lines, PeerloomForm, PeerloomModelForm, QuickSelect
from sessions_app.actions.meetings import LONGEST, SHORTEST
from sessions_app.forms.fields import CIRCLE_SEES, ClockInput, DayInput, WebAddressField
from sessions_app.forms.meetings import MeetingForm
from sessions_app.models import MeetingDefaults, Series
from sessions_app.recurrence import holidays
from sessions_app.recurrence.rhythms import CHOICES, FIRST_MANY, Ending, rules_of
from sessions_app.recurrence.rules import MOST_TIMES

SAME = "same"
MOST_DAYS_OFF = 100
ENDS = [
    ("never", "It goes on until somebody ends it"),
    ("count", "After a number of meetings"),
    ("until", "On a day"),
]


class DaysOff(Lines):
    """Days and spans of days, one on a line: `2026-12-24`, `2026-12-24 to 2027-01-02`."""

    def clean(self, value: Any) -> Any:
        found: list[date] = []
        for line in filter(None, map(str.strip, str(super().clean(value)).split("\n"))):
            found += _span(line)
        if len(set(found)) > MOST_DAYS_OFF:
            raise ValidationError(f"That is more than {MOST_DAYS_OFF} days.")
        return sorted(set(found))


class SeriesForm(PeerloomForm):
    """When, how often and until when a circle meets, on the clock of one zone."""

    seen_by = CIRCLE_SEES

    day = forms.DateField(label="First meeting", widget=DayInput())
    time = forms.TimeField(label="Starts at", widget=ClockInput())
    minutes = forms.IntegerField(label="Minutes", min_value=SHORTEST, max_value=LONGEST)
    rhythm = forms.ChoiceField(
        label="How often",
        widget=forms.RadioSelect,
        choices=CHOICES,
        error_messages={"required": "Choose how often you meet."},
        help_text="Circles that meet often at first last longest. A month without the date, as "
        "the 31st, is left out.",
    )
    first_many = forms.IntegerField(
        label="How many first meetings, before it becomes monthly",
        min_value=1,
        max_value=26,
        required=False,
    )
    ends = forms.ChoiceField(label="When does it end?", widget=forms.RadioSelect, choices=ENDS)
    count = forms.IntegerField(
        label="Number of meetings", min_value=1, max_value=MOST_TIMES, required=False
    )
    until = forms.DateField(label="Last possible day", widget=DayInput(), required=False)
    country = forms.ChoiceField(label="Whose public holidays", required=False, widget=QuickSelect)
    region = forms.CharField(
        label="Part of the country",
        max_length=60,
        required=False,
        help_text="Its name or its short form, as “BY”.",
    )
    days_off = DaysOff(
        label="More days off",
        rows=2,
        max_length=2000,
        required=False,
        help_text="One on a line, as 2026-12-24, or 2026-12-24 to 2027-01-02.",
    )
    on_holiday = forms.ChoiceField(
        label="On those days",
        widget=forms.RadioSelect,
        choices=Series.OnHoliday.choices,
    )
    title = forms.CharField(
        label="Title",
        max_length=160,
        required=False,
        help_text="Only if these meetings are about something in particular.",
    )
    place = forms.CharField(
        label="Place", max_length=200, required=False, help_text="A room, or “online”."
    )
    video_url = WebAddressField(
        label="Link to join", max_length=500, required=False, assume_scheme="https"
    )

    def __init__(self, *args: Any, zone: ZoneInfo, now_is: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.zone = zone
        now = timezone.now().astimezone(zone)
        self.fields[
            "time"
        ].help_text = f"On the clock of {zone.key} all year. It is {now:%H:%M} there."
        field: Any = self.fields["country"]
        field.choices = [("", "None: meet on holidays"), *holidays.countries()]
        if now_is:
            self.fields["day"].label = "Next meeting"
            rhythm: Any = self.fields["rhythm"]
            rhythm.choices = [(SAME, f"As it is: {now_is}"), *CHOICES]

    @property
    def keeps_holidays(self) -> bool:
        """Whether something is said about holidays, so that its part of the form is open."""
        names = ("country", "region", "days_off")
        said = any(self[name].value() for name in names)
        return said or any(name in self.errors for name in (*names, "on_holiday"))

    @classmethod
    def initial_of(cls, link: Series, day: date) -> dict[str, Any]:
        """What the form of a series begins with; its rhythm and its end stay unless chosen."""
        country, _, region = link.holidays_of.partition("-")
        return {
            "day": day,
            "time": link.at,
            "minutes": link.minutes,
            "rhythm": SAME,
            "first_many": FIRST_MANY,
            "ends": "never",
            "country": country,
            "region": region,
            "days_off": "\n".join(day.isoformat() for day in link.days_off),
            "on_holiday": link.on_holiday,
            "title": link.title,
            "place": link.place,
            "video_url": link.video_url,
        }

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        keeps = given.get("rhythm") == SAME
        for end, ask in (("count", "Say how many meetings."), ("until", "Say on which day.")):
            lacks = given.get("ends") == end and not given.get(end) and end not in self.errors
            if lacks and not keeps:
                self.add_error(end, ask)
        day, until = given.get("day"), given.get("until")
        if not keeps and given.get("ends") == "until" and day and until and until < day:
            self.add_error("until", "Choose a day after the first meeting.")
        self._clean_region(given)
        return given

    def _clean_region(self, given: dict[str, Any]) -> None:
        country, typed = given.get("country", ""), given.get("region", "")
        given["holidays_of"] = country
        if not typed:
            return
        part = holidays.part_named(country, typed)
        if not country:
            self.add_error("country", "Choose the country that it is a part of.")
        elif part is None or not holidays.is_known(f"{country}-{part}"):
            self.add_error("region", "We know no such part of this country.")
        else:
            given["holidays_of"] = f"{country}-{part}"

    def asked(self) -> dict[str, Any]:
        """What plan_series and change_series take; rules are None where the rhythm stays."""
        given = self.cleaned_data
        ends = given["ends"] if given["rhythm"] != SAME else ""
        ending = Ending(
            given["count"] if ends == "count" else None,
            given["until"] if ends == "until" else None,
        )
        rules = None
        if given["rhythm"] != SAME:
            many = given["first_many"] or FIRST_MANY
            rules = rules_of(
                given["rhythm"], given["day"], self.zone, first_many=many, ending=ending
            )
        time = given["time"].replace(second=0, microsecond=0)
        kept = ("minutes", "title", "place", "video_url", "holidays_of", "days_off")
        return {name: given[name] for name in kept} | {
            "starts": datetime.combine(given["day"], time),
            "rules": rules,
            "on_holiday": given["on_holiday"],
        }


class SeriesMeetingForm(MeetingForm):
    """A meeting of a series: what is changed, and how far the change goes."""

    scope = forms.ChoiceField(
        label="What do you change?",
        widget=forms.RadioSelect,
        initial="this",
        choices=[
            ("this", "Only this meeting"),
            ("following", "This meeting and the following ones"),
            ("all", "All meetings to come"),
        ],
        error_messages={"required": "Choose one."},
        help_text="Before more than this one changes, you see what becomes of the others.",
    )


class DefaultsForm(PeerloomModelForm):
    """What a circle's meetings are planned with."""

    seen_by = CIRCLE_SEES

    video_url = WebAddressField(
        label="Link to join",
        max_length=500,
        required=False,
        assume_scheme="https",
        help_text="The address of the video call that you usually meet in.",
    )

    class Meta:
        model = MeetingDefaults
        fields = ["place", "video_url", "quorum"]
        labels = {"place": "Place", "quorum": "How many must come"}
        help_texts = {
            "place": "A room, or “online”.",
            "quorum": "With fewer, you are asked for another time. Without it: more than half.",
        }


def _span(line: str) -> list[date]:
    """The days of one line. Raises ValidationError."""
    found = re.fullmatch(r"(\d{4}-\d\d-\d\d)(?:\s+to\s+(\d{4}-\d\d-\d\d))?", line)
    try:
        if not found:
            raise ValueError
        first = date.fromisoformat(found[1])
        last = date.fromisoformat(found[2] or found[1])
    except ValueError:
        words = f"“{line[:40]}” is not a day. Write it as 2026-12-24."
        raise ValidationError(words) from None
    if not 0 <= (last - first).days < MOST_DAYS_OFF:
        raise ValidationError(f"“{line[:40]}” is not a span of up to {MOST_DAYS_OFF} days.")
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]
