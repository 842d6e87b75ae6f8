"""What the style guide shows: every component with sample data, no database needed."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.paginator import Page, Paginator
from django.http import QueryDict
from django.utils import timezone

from members import charts, ring
from members.forms import PeerloomForm
from members.week_grid import week

COLOURS = [
    "paper",
    "surface",
    "sunken",
    "ink",
    "ink-soft",
    "line",
    "line-strong",
    "ember",
    "ember-soft",
    "teal",
    "teal-soft",
    "amber",
    "amber-soft",
    "red",
    "red-soft",
]
NAMES = (
    "Ama Mensah, Joon Kim, Lena Maurer, Priya Shah, Tomás Ortega, Ruth Bauer, Kwame Darko, "
    "Ærø Holm, Łukasz Çelik, Şirin Ağaoğlu, Zoë O’Neill, Đorđe Vuk, Bartholomäus Šimečková, "
    "Mei Lin, Noor Haddad, Ines Duarte, Oskar Lind, Farah Aziz, Yuki Mori, Siân Pryce"
).split(", ")


@dataclass(frozen=True)
class SamplePerson:
    """Has what the templates read of a member."""

    name: str
    email: str = "ama@demo.peerloom.test"

    @property
    def short_name(self) -> str:
        return self.name.split(" ", 1)[0]

    @property
    def initials(self) -> str:
        words = self.name.split()
        return (words[0][0] + words[-1][0]).upper()


class SampleForm(PeerloomForm):
    """One field of each kind."""

    seen_by = {
        "title": "The members of your circle and its facilitator see this.",
        "note": "Only you see this.",
    }

    title = forms.CharField(
        label="What do you want to reach?",
        max_length=80,
        help_text="One sentence that you could say to a friend.",
    )
    note = forms.CharField(label="A note to yourself", required=False, widget=forms.Textarea)
    kind = forms.ChoiceField(
        label="What kind of goal is it?",
        choices=[("skill", "A skill"), ("role", "A new role"), ("venture", "A venture")],
    )
    confidence = forms.ChoiceField(
        label="How sure are you?",
        choices=[("low", "Not sure yet"), ("middle", "I think so"), ("high", "Certain")],
        widget=forms.RadioSelect,
    )
    circles = forms.MultipleChoiceField(
        label="Share it with",
        required=False,
        choices=[("lead", "Stepping up to lead"), ("stats", "Study group: statistics")],
        widget=forms.CheckboxSelectMultiple,
    )
    due_on = forms.DateField(
        label="Until when?", widget=forms.DateInput(attrs={"type": "date"}), required=False
    )
    at = forms.TimeField(
        label="At what time?", widget=forms.TimeInput(attrs={"type": "time"}), required=False
    )
    file = forms.FileField(
        label="A file", required=False, help_text="CSV, up to 64 MB. Drop it here or choose it."
    )
    is_shared = forms.BooleanField(
        label="My facilitator may see this goal",
        required=False,
        help_text="You can change it later.",
    )


class SharedForm(PeerloomForm):
    """A form whose every field is seen by the same people."""

    seen_by = "The members of your circle see what you write here."

    promise = forms.CharField(label="You promise to")
    due_on = forms.DateField(label="By", widget=forms.DateInput(attrs={"type": "date"}))


class SampleFilters(forms.Form):
    """Two filters of a report."""

    unit = forms.ChoiceField(
        label="Department", required=False, choices=[("", "All"), ("eng", "Engineering")]
    )
    since = forms.DateField(
        label="Joined since", required=False, widget=forms.DateInput(attrs={"type": "date"})
    )


def context() -> dict[str, Any]:
    """Everything that styleguide.html draws."""
    now = timezone.now()
    wrong = SampleForm(
        {"title": "", "confidence": "", "due_on": "31 February", "kind": "skill"}, prefix="wrong"
    )
    wrong.is_valid()
    return {
        "themes": ["light", "dark"],
        "colours": COLOURS,
        "person": SamplePerson("Ama Mensah"),
        "people": [SamplePerson(name) for name in NAMES[:5]],
        "odd_names": [SamplePerson(name) for name in NAMES[7:13]],
        "moments": [now + dt.timedelta(minutes=m) for m in (20, 1440, 4320, 57600, 525600, -4320)],
        "form": SampleForm(prefix="empty"),
        "wrong_form": wrong,
        "shared_form": SharedForm(prefix="shared"),
        "filters": SampleFilters(),
        "week": week({9, 10, 11, 33, 34, 57, 66}),
        "page": _page(),
        "query": QueryDict("unit=eng&page=7"),
        "rings": _rings(),
        "percents": [0, 35, 100],
        "rising": [10, 15, 30, 35, 55, 70],
        "falling": [95, 80, 60, 52],
        "level": [20, 20, 25, 25, 22],
        "good_shares": [1.0, 0.86, 0.71],
        "thin_shares": [0.57, None, 0.43],
        "nothing": [],
        "chart": _chart(narrow=False),
        "chart_narrow": _chart(narrow=True),
        "chart_remarks": ["bands are 95 %, at each month", "figures rounded to protect people"],
        "chart_headers": ["Months", "Circle members", "Colleagues"],
        "chart_rows": [["6", "23 %", "13 %"], ["12", "43 %", "26 %"], ["14", "48 %", "31 %"]],
        "units": _units(),
        "heat": _heat(),
        "quarters": ["Q1 2026", "Q2 2026", "Q3 2026", "Q4 2026"],
        "table_headers": ["Department", "Members", "Promoted in 14 months"],
        "table_rows": [["Engineering", "1,240", "52 %"], ["Legal", None, None]],
        "steps": ["Choose a file", "Check what will change", "Import"],
        "levels": [
            ("success", "You are coming on Thursday."),
            ("info", "The agenda changed since you last looked."),
            ("warning", "Two people have not answered yet."),
            ("error", "The last seat has just been taken."),
        ],
    }


def _rings() -> list[ring.Ring]:
    seven = [
        ring.Person(
            name,
            SamplePerson(name).initials,
            is_viewer=place == 0,
            is_host=place == 1,
            is_presenter=place == 0,
        )
        for place, name in enumerate(NAMES[:7])
    ]
    guide = ring.Person("Dana Okafor", "DO", is_facilitator=True)
    twelve = [
        ring.Person(name, SamplePerson(name).initials, is_host=name.startswith("Ines"))
        for name in NAMES[8:18]
    ]
    twenty = [
        ring.Person(name, SamplePerson(name).initials, is_host=place == 4)
        for place, name in enumerate(NAMES)
    ]
    return [
        ring.seat(seven, capacity=8),
        ring.seat([*twelve, guide], capacity=11),
        ring.seat(twenty, capacity=20),
        ring.seat([], capacity=6),
    ]


def _page() -> Page[int]:
    return Paginator(range(1240), 25).page(7)


def _curve(label: str, rate: float, spread: float, *, tone: str, dashed: bool) -> charts.Curve:
    points = []
    for month in range(25):
        share = 1 - (1 - rate) ** month
        wide = spread * (month / 24) ** 0.5
        points.append(charts.Point(month, share, max(0, share - wide), share + wide))
    return charts.Curve(label, points, tone=tone, dashed=dashed)


def _chart(*, narrow: bool) -> charts.Chart:
    members = _curve("Circle members", 0.0456, 0.04, tone="ember", dashed=False)
    others = _curve("Colleagues", 0.0261, 0.025, tone="teal", dashed=True)
    return charts.incidence_chart([members, others], months=24, mark=14, narrow=narrow)


def _units() -> list[dict[str, Any]]:
    return [
        {"name": "Engineering", "people": 1240, "share": 0.52, "low": 0.49, "high": 0.55},
        {"name": "Finance", "people": 610, "share": 0.44, "low": 0.40, "high": 0.48},
        {"name": "Operations", "people": 95, "share": 0.33, "low": 0.24, "high": 0.44},
        {"name": "Legal", "people": None, "share": None, "low": None, "high": None},
    ]


def _heat() -> list[tuple[str, list[dict[str, Any]]]]:
    def cell(value: float | None, people: int = 0, hidden: str = "") -> dict[str, Any]:
        return {"value": value, "people": people, "hidden": hidden}

    few = "fewer than 5 people"
    return [
        ("Giving feedback", [cell(1.6, 40), cell(2.3, 45), cell(3.1, 55), cell(4.4, 60)]),
        ("Delegation", [cell(2.1, 35), cell(None), cell(2.9, 40), cell(3.4, 40)]),
        ("Negotiation", [cell(None, hidden=few), cell(2.2, 10), cell(2.6, 15), cell(2.4, 15)]),
    ]


def mail() -> dict[str, Any]:
    """What a mail is rendered from; shown to whoever works on its layout."""
    return {
        "preheader": "Stepping up to lead meets on Thursday at 15:00.",
        "heading": "Your circle meets in two days",
        "paragraphs": [
            "Stepping up to lead meets on Thursday, and six of seven people are coming.",
            "You are on the hot seat: two sentences about what you want are enough.",
        ],
        "facts": [
            ("When", "Thursday 26 November 2026, 15:00 CET (Europe/Berlin)"),
            ("Where", "Room Baltic, or https://meet.example.org/baltic"),
        ],
        "button_url": "https://peerloom.example.org/meetings/9/",
        "button_label": "Say whether you come",
        "closing": "See you there.",
        "why": "You get this because you are a member of Stepping up to lead.",
        "why_url": "https://peerloom.example.org/preferences/",
        "why_label": "Change how often we write",
    }
