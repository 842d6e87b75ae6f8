"""The clauses of a charter: what is written in advance, what may be changed, and what may not.

The text in a version is the text that is signed: whatever a choice adds is written into it when it
is published, and never changes afterwards. Pure functions over data; no queries of their own.
"""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from circles.models import Charter, Circle, Entry, FormatVersion, Programme
from members.words import number_in_words

LONGEST_TITLE, LONGEST_TEXT, MOST_CLAUSES = 80, 1500, 30


@dataclass(frozen=True)
class Clause:
    """One point of a charter. The key stays the same through all versions."""

    key: str
    title: str
    text: str


LIMITS = Clause(
    "limits",
    "What confidentiality never covers",
    "Nothing in this charter keeps anyone from reporting misconduct, harm, a crime or "
    "discrimination, or from talking to a works council, a lawyer, a doctor or an authority. "
    "In an emergency an organiser may read what this circle shares, for some hours: it takes two "
    "people, it is logged, and we see that it happened. "
    "Figures leave this circle only when they are about at least five people.",
)
NOTES_OFF = "We keep no notes of our discussions. If we ever want them, we change this charter."
NOTES_ON = (
    "Notes of our discussions may be kept, for this circle’s own people only. "
    "Anyone may ask for something to be left out."
)
DISCUSSION_NOTES = "discussion_notes"
SPEAKS_LAST = Clause(
    "speaks_last",
    "Who speaks last",
    "The most senior among us speaks last, so that everyone else says what they think first.",
)
# Nobody writes these by hand: the first cannot be changed, the others follow the two choices.
WRITTEN_FOR_US = {LIMITS.key, DISCUSSION_NOTES, SPEAKS_LAST.key}
TITLES = {
    "purpose": "What we are for",
    "people": "Who we are, and how one joins and leaves",
    "confidentiality": "What is said here stays here",
    "coming": "Coming, and being on time",
    "commitments": "What we promise",
    "roles": "Who does what, and for how long",
    "speaking": "How we speak",
    "notes": "What we write down",
    "decisions": "How we decide and disagree",
    "conflicts": "Conflicts of interest and competition",
    "term": "How long this goes on",
    "changes": "How this charter changes",
}
# A charter without these would not say what its signature means.
NEVER_LEFT_OUT = ("purpose", "confidentiality", "decisions", "changes")


def clauses_of(data: Iterable[dict[str, Any]]) -> list[Clause]:
    """The clauses of a charter as it is stored."""
    return [Clause(each["key"], each["title"], each["text"]) for each in data]


def as_data(clauses: Iterable[Clause]) -> list[dict[str, str]]:
    return [asdict(clause) for clause in clauses]


def editable(clauses: Iterable[Clause]) -> list[Clause]:
    """What its writers may change: everything but what Peerloom writes itself."""
    return [clause for clause in clauses if clause.key not in WRITTEN_FOR_US]


def settled(
    written: Sequence[Clause], *, keeps_discussion_notes: bool, senior_speaks_last: bool
) -> list[Clause]:
    """The clauses as they are published, in the order they were written.

    Confidentiality's limits stand right after it, whatever was written; each of the two choices
    stands after the clause it belongs to, or at the end if that was left out.
    """
    notes = NOTES_ON if keeps_discussion_notes else NOTES_OFF
    follows = {
        "confidentiality": LIMITS,
        "notes": Clause(DISCUSSION_NOTES, "Notes of our discussions", notes),
    }
    if senior_speaks_last:
        follows["speaking"] = SPEAKS_LAST
    found: list[Clause] = []
    for clause in editable(written):
        found.append(clause)
        if after := follows.pop(clause.key, None):
            found.append(after)
    return [*found, *follows.values()]


def prefilled(circle: Circle) -> list[Clause]:
    """What Peerloom proposes for this circle, from its format's version and its programme.

    Fetch the circle with both.
    """
    version, programme = circle.format_version, circle.programme
    texts = {
        "purpose": _purpose(circle, version),
        "people": _people(circle, version),
        "confidentiality": (
            "What is said in the circle stays in the circle. We take along what we learned, "
            "never who said it."
        ),
        "coming": _coming(version),
        "commitments": (
            "Each of us ends a meeting with one step we take until the next. We say honestly what "
            "came of it; a step that did not happen is a topic, not a fault."
        ),
        "roles": _roles(version),
        "speaking": (
            "Everyone gets their turn, and we let each other finish. We ask before we advise, and "
            "what we say about each other we say to each other."
        ),
        "notes": (
            "Decisions and commitments are kept, so that we can rely on them. "
            "Notes on a case belong to the person who brought it."
        ),
        "decisions": (
            "We look for what everyone can live with. If that takes too long, we vote and more "
            "than half decide. Disagreeing is welcome; once it is decided, we go along or say why "
            "we cannot."
        ),
        "conflicts": _conflicts(version),
        "term": _term(programme),
        "changes": (
            "Anyone may ask for a change. A new version says what is different and counts for "
            "each of us once we sign it. We all sign again once a year."
        ),
    }
    return [Clause(key, TITLES[key], text) for key, text in texts.items() if text]


def gate(version: FormatVersion, kind: str) -> dict[str, Any] | None:
    """What the format asks for under that name, if it does."""
    gates: list[dict[str, Any]] = version.definition.get("gates", [])
    return next((each for each in gates if each.get("kind") == kind), None)


def _purpose(circle: Circle, version: FormatVersion) -> str:
    text = " ".join((circle.purpose or version.purpose).split())
    return text if len(text) <= LONGEST_TEXT else f"{text[: LONGEST_TEXT - 1]}…"


def _people(circle: Circle, version: FormatVersion) -> str:
    votes = circle.programme.approval == Programme.Approval.VOTE
    joining = {
        Entry.OPEN: "Whoever finds a free seat may take it.",
        Entry.APPLY: "People apply for a seat, and "
        + ("all of us vote on it." if votes else "our facilitator decides."),
        Entry.INVITE: "New people come by invitation.",
    }[circle.way_in]
    return (
        f"We are {version.size_in_words}. {joining} Whoever joins later signs this charter, and "
        "reads nothing from before they came. Anyone may leave at any time, with a word to the "
        "others."
    )


def _coming(version: FormatVersion) -> str:
    absences = gate(version, "max_unexcused_absences")
    text = (
        f"We meet for {version.meeting_minutes} minutes, and begin and end on time. "
        "Whoever cannot come says so beforehand."
    )
    if absences and isinstance(absences.get("value"), int):
        number = absences["value"]
        times = "Being absent without a word" if number == 0 else "Being absent without a word more"
        often = "" if number == 0 else f" than {number_in_words(number)} times"
        text += f" {times}{often} puts one’s seat in question; we talk about it first."
    return text


def _roles(version: FormatVersion) -> str:
    roles: list[str] = version.definition.get("rotating_roles", [])
    if not roles:
        return ""
    names = roles[0] if len(roles) == 1 else f"{', '.join(roles[:-1])} and {roles[-1]}"
    months = version.definition.get("role_term_months")
    if months:
        term = f"Each role is held for at most {_months(months)}, and then passes on."
    else:
        term = "The roles pass on with every meeting, so that everyone takes a turn."
    return f"We share these roles: {names}. {term}"


def _conflicts(version: FormatVersion) -> str:
    if not gate(version, "acknowledge_compliance_statement"):
        return ""
    return (
        "Some of us may compete. We never speak about prices, customers, bids, costs or wages, "
        "and we acknowledge the compliance statement at each meeting. Whoever has a conflict of "
        "interest says so and sits that topic out."
    )


def _term(programme: Programme) -> str:
    after = {
        Programme.Renewal.VOTE: "Then we vote: go on, join another circle, split, or close.",
        Programme.Renewal.CLOSE: "Then the circle closes, with a closing round.",
        Programme.Renewal.GO_ON: "Then it goes on until we end it.",
    }[Programme.Renewal(programme.renewal)]
    return f"We meet for a term of {_months(programme.term_months)}. {after}"


def _months(number: int) -> str:
    return "one month" if number == 1 else f"{number_in_words(number)} months"


def draft(circle: Circle, charter: Charter | None) -> list[Clause]:
    """What a writer starts from: the charter in force, or what Peerloom proposes.

    A charter that came from elsewhere without one of the clauses that are never left out gets it.
    """
    proposed = prefilled(circle)
    if charter is None:
        return proposed
    written = editable(clauses_of(charter.clauses))
    there = {clause.key for clause in written}
    return written + [
        clause for clause in proposed if clause.key in NEVER_LEFT_OUT and clause.key not in there
    ]
