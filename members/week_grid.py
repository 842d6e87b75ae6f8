"""The hours of a week as people tick them: four parts of the day, each of seven days."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django import forms

HOURS_A_WEEK = 168
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
# In the order in which people look for an hour; the night comes last and is folded away.
PARTS = (("Morning", 6), ("Afternoon", 12), ("Evening", 18), ("Night", 0))
HOURS_A_PART = 6
ANY_HOUR = "No hour chosen: any suits you"


@dataclass(frozen=True)
class Cell:
    """One hour of one day, a checkbox."""

    value: int
    words: str
    is_chosen: bool


@dataclass(frozen=True)
class Part:
    """A part of the day: its hours as columns, the days as rows."""

    name: str
    hours: tuple[str, ...]
    days: tuple[tuple[str, tuple[Cell, ...]], ...]

    @property
    def span(self) -> str:
        """`06 to 12`."""
        return f"{self.hours[0]} to {int(self.hours[0]) + HOURS_A_PART:02}"

    @property
    def chosen(self) -> int:
        return sum(cell.is_chosen for _, cells in self.days for cell in cells)

    @property
    def is_open(self) -> bool:
        """Working hours are at hand, the others once something is chosen there."""
        return self.name in ("Morning", "Afternoon") or self.chosen > 0


def week(chosen: Collection[int]) -> list[Part]:
    """All 168 hours; 0 is Monday 00:00."""
    return [_part(name, first, chosen) for name, first in PARTS]


def _part(name: str, first: int, chosen: Collection[int]) -> Part:
    hours = range(first, first + HOURS_A_PART)
    days = tuple(
        (
            day,
            tuple(
                Cell(place * 24 + hour, f"{day} {hour:02}:00", place * 24 + hour in chosen)
                for hour in hours
            ),
        )
        for place, day in enumerate(DAYS)
    )
    return Part(name, tuple(f"{hour:02}" for hour in hours), days)


class WeekGrid(forms.CheckboxSelectMultiple):
    """Real checkboxes in tables; js/pages/week-grid.js adds painting and whole rows and columns."""

    template_name = "components/week_grid.html"

    def __init__(self, attrs: Any = None, *, none_words: str = ANY_HOUR) -> None:
        super().__init__(attrs)
        self.none_words = none_words

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        chosen = {int(hour) for hour in value or [] if str(hour).isdecimal()}
        attributes = self.build_attrs(self.attrs, attrs)
        return {
            "name": name,
            "id": attributes.get("id", f"id_{name}"),
            "parts": week(chosen),
            "none_words": self.none_words,
        }


class WeekHoursField(forms.TypedMultipleChoiceField):
    """Hours of a week in the person's own zone, as rising numbers; 0 is Monday 00:00."""

    default_error_messages = {"invalid_choice": "A week has no such hour."}
    widget = WeekGrid

    def __init__(self, **options: Any) -> None:
        choices = [(str(hour), str(hour)) for hour in range(HOURS_A_WEEK)]
        super().__init__(choices=choices, coerce=int, empty_value=[], **options)

    def clean(self, value: Any) -> Any:
        return sorted(set(super().clean(value)))
