"""The programmes, each with rules of its own."""

from datetime import timedelta
from typing import Any

from analytics.demo.ideas import PROGRAMMES
from analytics.demo.people import Person
from analytics.demo.plan import Plan
from analytics.demo.writing import Writer
from circles.models import Format, Milestone, Programme

ENROLLING = "Step up"
QUESTIONS = [
    {
        "key": "hope",
        "text": "What do you hope to do differently in half a year?",
        "kind": "line",
        "choices": [],
        "required": True,
        "help": "",
    },
    {
        "key": "before",
        "text": "Have you been in a circle before?",
        "kind": "yes_no",
        "choices": [],
        "required": False,
        "help": "",
    },
]
RULES: dict[str, dict[str, Any]] = {
    "Step up": {"entry": "apply", "starters": "everyone", "supporters_needed": 5},
    "Learn together": {"starters": "everyone", "supporters_needed": 4, "term_months": 4},
    "Better practice": {"entry": "apply", "approval": "vote", "term_months": 12},
    "Belong": {"starters": "everyone", "supporters_needed": 5},
    "Grow the business": {"entry": "invite", "term_months": 8},
    "Five at a time": {"entry": "apply", "starters": "facilitators", "term_months": 12},
}
MILESTONES = (
    (-40, "Open evening", "Circles told each other what they work on."),
    (9, "A day for all circles", "Each circle brings one thing that has changed."),
    (75, "Letters to the next ones", "Write down what you would have liked to know at the start."),
)


def write_programmes(plan: Plan, organiser: Person, writer: Writer) -> dict[str, int]:
    """The programmes; returns their keys by name."""
    formats = dict(Format.objects.values_list("key", "pk"))
    written: dict[str, int] = {}
    for name, purpose, keys in PROGRAMMES:
        written[name] = pk = writer.add(
            Programme,
            name=name,
            purpose=purpose,
            starts_on=plan.as_of - timedelta(days=4 * 365),
            created_by=organiser.pk,
            created_at=plan.now,
            time_zone=organiser.place.zone,
            **RULES[name],
            **(_window(plan) if name == ENROLLING else {}),
        )
        if name in (ENROLLING, "Learn together"):
            _write_milestones(plan, pk, organiser, writer)
        for key in keys:
            writer.add(Programme.formats.through, programme=pk, format=formats[key])
    return written


def _write_milestones(plan: Plan, programme: int, organiser: Person, writer: Writer) -> None:
    for days, title, words in MILESTONES:
        writer.add(
            Milestone,
            programme=programme,
            title=title,
            on=plan.as_of + timedelta(days=days),
            words=words,
            tell_days=(7, 0),
            created_by=organiser.pk,
            created_at=plan.now,
        )


def allowing(format_key: str, programmes: dict[str, int]) -> list[int]:
    """The keys of the programmes whose circles may have the format."""
    return [programmes[name] for name, _, keys in PROGRAMMES if format_key in keys]


def _window(plan: Plan) -> dict[str, Any]:
    return {
        "enrols_from": plan.as_of - timedelta(days=10),
        "enrols_until": plan.as_of + timedelta(days=18),
        "questions": QUESTIONS,
    }
