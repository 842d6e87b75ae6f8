"""A programme's rules in plain sentences, for everybody who reads about it."""

from dataclasses import dataclass

from circles.models import Entry, Programme
from members.words import exact_day

HOURS_A_DAY = 24


@dataclass(frozen=True)
class Rule:
    """What the rule is about, and what it says."""

    about: str
    says: str


def rules_in_words(programme: Programme) -> list[Rule]:
    """Every rule of the programme, in the order in which a person meets them. Without a query."""
    return [
        Rule("Enrolment", enrolment_in_words(programme)),
        Rule("A seat", f"{_entry(programme)} {_offers(programme)}"),
        Rule("New circles", _starters(programme)),
        Rule("Term", _term(programme)),
        Rule("Reports", f"Reports hide groups under {programme.smallest_group} people."),
    ]


def enrolment_in_words(programme: Programme) -> str:
    """Where enrolment stands today, in the programme's own zone."""
    first, last = programme.enrols_from, programme.enrols_until
    state = programme.enrolling
    if state == Programme.Enrolling.NOT_YET and first:
        until = f" and ends on {exact_day(last)}" if last else ""
        return f"Enrolment opens on {exact_day(first)}{until}."
    if state == Programme.Enrolling.OVER and last:
        return f"Enrolment ended on {exact_day(last)}."
    if state == Programme.Enrolling.OPEN:
        return f"People can enrol until {exact_day(last)}." if last else "People can enrol now."
    if state == Programme.Enrolling.ARCHIVED:
        return "The programme is over, and nobody can enrol."
    return "Nobody can enrol: no days are set for it."


def seat_in_words(programme: Programme) -> str:
    """How one gets a seat in a circle of the programme."""
    return _entry(programme)


def _entry(programme: Programme) -> str:
    if programme.entry == Entry.INVITE:
        return "People get a seat by invitation only."
    if programme.entry == Entry.OPEN:
        return "Whoever finds a free seat takes it."
    if programme.approval == Programme.Approval.VOTE:
        return "Whoever wants a seat applies for it, and the circle votes."
    return "Whoever wants a seat applies for it, and the circle’s facilitator decides."


def _offers(programme: Programme) -> str:
    return f"A seat that is offered to someone is held for them for {_held(programme.offer_hours)}."


def _held(hours: int) -> str:
    days, rest = divmod(hours, HOURS_A_DAY)
    if rest:
        return f"{hours} hours"
    return "1 day" if days == 1 else f"{days} days"


def _starters(programme: Programme) -> str:
    return {
        Programme.Starters.ORGANISERS: "Only organisers start circles.",
        Programme.Starters.FACILITATORS: "Organisers and facilitators start circles.",
        Programme.Starters.EVERYONE: "Everyone can propose a circle. It starts once"
        f" {programme.supporters_needed} people support it.",
    }[Programme.Starters(programme.starters)]


def _term(programme: Programme) -> str:
    months = "1 month" if programme.term_months == 1 else f"{programme.term_months} months"
    after = {
        Programme.Renewal.VOTE: "Then its people vote: go on, merge, split or close.",
        Programme.Renewal.CLOSE: "Then it closes.",
        Programme.Renewal.GO_ON: "It then goes on until someone ends it.",
    }
    return f"A circle’s term is {months}. {after[Programme.Renewal(programme.renewal)]}"


def circles_in_words(names: list[str]) -> str:
    """`You have a seat in “Night owls”, a circle of this programme.`; nothing without a seat."""
    if not names:
        return ""
    quoted = " and ".join(f"“{name}”" for name in names)
    kind = "a circle" if len(names) == 1 else "circles"
    return f"You have a seat in {quoted}, {kind} of this programme. Enrolling asks for another one."
