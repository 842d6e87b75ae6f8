"""What a person prepares for a meeting: for everyone what the format says, and for each role."""

import re
from collections.abc import Iterable

from members.models import Member
from sessions_app.agenda.fairness import presents
from sessions_app.models import Meeting, RoleTurn

# What a format asks of whoever presents, among what it asks of all.
FOR_PRESENTERS = re.compile(r"\b(spotlight|hot seat|case form|present|presentation)\b")

LEAD = [
    "Open on time, and read the norms aloud.",
    "Know the agenda well enough to lead from one part to the next.",
]
SCRIBE = ["Have the page of the meeting open: you write down decisions and promises as they fall."]
PRESENT = ["Say in one line what you bring, so that your circle can think ahead."]
BY_ROLE = {
    "host": LEAD,
    "chair": [*LEAD, "Look who fell behind last week, and ask them before the meeting."],
    "lead": LEAD,
    "convener": [*LEAD, "Have the compliance statement at hand."],
    "facilitator": [*LEAD, "Think of one question that opens the subject."],
    "host circle": ["Your circle receives the others: open on time, and welcome who is new."],
    "centre lead": ["Ask the neighbouring circles what they need, and bring it along."],
    "planner": ["Settle the place or the link, and who brings what."],
    "timekeeper": [
        "Bring a clock that everyone hears, and say when a minute is left.",
        "Mark who speaks, so that everyone gets a fair share.",
    ],
    "scribe": SCRIBE,
    "secretary": [*SCRIBE, "Have the roll at hand."],
    "note-taker": SCRIBE,
    "plan reviewer": ["Read the plan sections that are due, and note one question for each."],
    "quizmaster": ["Collect everyone’s questions and put them in order for the quiz."],
    "resource manager": ["Have the reading and its links ready, and bring what was missing."],
    "trend lead": ["Pick the trend that moves most, with one figure and its source."],
    "presenter": [*PRESENT, "Keep to three minutes for the problem and what you ask for."],
    "spotlight": [*PRESENT, "Choose one question that you want help with."],
    "hot seat": [*PRESENT, "Write down the problem, what you tried, and what you ask for."],
    "case giver": [*PRESENT, "Leave out names: nobody should recognise the people in your case."],
}
FALLBACK = ["Ask whoever was {role} last what they would do again."]


def prompts_for(
    meeting: Meeting, person: Member, *, roles: Iterable[str] | None = None
) -> list[str]:
    """What this person prepares, in the format's words and for the roles they have.

    Fetch the meeting with its circle's version. One query, none where `roles` says what they are.
    """
    mine = _roles_of(meeting, person) if roles is None else list(roles)
    is_presenter = any(map(presents, mine))
    asked: list[str] = meeting.circle.format_version.definition.get("before", [])
    for_all = [words for words in asked if is_presenter or not is_for_presenters(words)]
    return list(dict.fromkeys([*for_all, *(words for role in mine for words in of_role(role))]))


def of_role(role: str) -> list[str]:
    """What a role asks of its holder, whatever the format."""
    prompts = BY_ROLE.get(role.strip().casefold(), FALLBACK)
    return [words.format(role=role) for words in prompts]


def is_for_presenters(words: str) -> bool:
    return bool(FOR_PRESENTERS.search(words.casefold().replace("-", " ")))


def letter_section(meeting: Meeting, person: Member) -> tuple[str, list[str]] | None:
    """For the letter before a meeting: a heading and its lines; None where nothing is asked."""
    mine = _roles_of(meeting, person)
    lines = [f"You are {role}." for role in mine]
    lines += prompts_for(meeting, person, roles=mine)
    return ("To prepare", lines) if lines else None


def _roles_of(meeting: Meeting, person: Member) -> list[str]:
    turns = RoleTurn.objects.filter(meeting=meeting, person=person)
    return list(turns.values_list("role", flat=True))
