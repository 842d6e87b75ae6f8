"""How well a circle fits what a person looks for, and why: pure, from a few small facts.

The score only puts circles in an order and is never shown; the reasons are. A reason is given only
where it is true. What is said of “someone” needs a circle of three, so that it points to nobody.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from circles.discovery import languages
from circles.hours import overlap, suits

ENOUGH_PEOPLE = 3
MOST_ON_A_CARD = 4

# Points. pages.py gives those that need no look at people in the database as well.
WANTED_THEME, FURTHER_THEME, OFFERED_THEME = 40, 6, 8
IN_YOUR_HOURS, OUTSIDE_YOUR_HOURS = 25, -15
YOUR_LANGUAGE, ANOTHER_LANGUAGE = 10, -25
YOUR_PLACE, ANOTHER_PLACE = 10, -20
FREE_SEAT = 12
SOMEONE_HELPS, ANOTHER_UNIT, MOST_FOR_HOURS = 15, 5, 12


class Kind(StrEnum):
    """What a reason is about; the page draws each with its icon."""

    THEME = "theme"
    HELPING = "helping"
    HOURS = "hours"
    PEOPLE = "people"
    LANGUAGE = "language"
    PLACE = "place"
    SEATS = "seats"


ICONS = {
    Kind.THEME: "sprout",
    Kind.HELPING: "hand-helping",
    Kind.HOURS: "clock",
    Kind.PEOPLE: "users",
    Kind.LANGUAGE: "languages",
    Kind.PLACE: "map-pin",
    Kind.SEATS: "armchair",
}


@dataclass(frozen=True)
class Reason:
    """One true sentence, short enough for a chip."""

    kind: Kind
    words: str

    @property
    def icon(self) -> str:
        return ICONS[self.kind]


@dataclass(frozen=True)
class Seeker:
    """What a person looks for. Nothing said means that anything is fine."""

    wants: Mapping[int, str] = field(default_factory=dict)
    offers: Mapping[int, str] = field(default_factory=dict)
    languages: frozenset[str] = frozenset()
    where: str = "anywhere"
    place: str = ""
    hours: int | None = None
    unit: int | None = None

    @property
    def said_nothing(self) -> bool:
        return not (
            self.wants
            or self.offers
            or self.languages
            or self.place
            or self.hours is not None
            or self.where != "anywhere"
        )


@dataclass(frozen=True)
class Peer:
    """A member, as far as fit looks at them: their unit, and their hours if they named any."""

    unit: int | None = None
    hours: int | None = None


@dataclass(frozen=True)
class Facts:
    """What fit looks at in a circle. `slot` is its usual meeting, as bits of the UTC week."""

    themes: frozenset[int] = frozenset()
    language: str = "en"
    where: str = "remote"
    place: str = ""
    slot: int | None = None
    free_seats: int = 0
    peers: tuple[Peer, ...] = ()
    offered: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Fit:
    """The verdict on one circle."""

    score: float
    reasons: tuple[Reason, ...]

    @property
    def chips(self) -> list[Reason]:
        """The first few for a card, without the seats, which it says anyway."""
        reasons = [reason for reason in self.reasons if reason.kind != Kind.SEATS]
        return reasons[:MOST_ON_A_CARD]


Found = Iterable[tuple[float, Reason | None]]


def fit(seeker: Seeker, facts: Facts) -> Fit:
    """The score of the circle for this person, and the reasons in the order of their weight."""
    score, reasons = 0.0, []
    for look in (_themes, _hours, _people, _language, _place, _seats):
        for points, reason in look(seeker, facts):
            score += points
            if reason:
                reasons.append(reason)
    return Fit(score, tuple(reasons))


def _themes(seeker: Seeker, facts: Facts) -> Found:
    wanted = sorted(seeker.wants[theme] for theme in facts.themes & seeker.wants.keys())
    if wanted:
        points = WANTED_THEME + FURTHER_THEME * (len(wanted) - 1)
        yield points, Reason(Kind.THEME, f"You want to grow in {_listed(wanted)}")
    helps = facts.themes & (seeker.offers.keys() - seeker.wants.keys())
    if helps:
        named = sorted(seeker.offers[theme] for theme in helps)
        yield OFFERED_THEME, Reason(Kind.HELPING, f"You can help with {_listed(named)}")


def _hours(seeker: Seeker, facts: Facts) -> Found:
    if seeker.hours is None:
        return
    if facts.slot is not None:
        if suits(seeker.hours, facts.slot):
            yield IN_YOUR_HOURS, Reason(Kind.HOURS, "Meets in your hours")
        else:
            yield OUTSIDE_YOUR_HOURS, None
        return
    named = [peer.hours for peer in facts.peers if peer.hours is not None]
    shared = int(overlap(seeker.hours, *named)) if len(named) >= ENOUGH_PEOPLE else 0
    if shared:
        hours = "1 hour a week suits" if shared == 1 else f"{shared} hours a week suit"
        words = f"{hours} you and those who named theirs"
        yield min(shared, MOST_FOR_HOURS), Reason(Kind.HOURS, words)


def _people(seeker: Seeker, facts: Facts) -> Found:
    if len(facts.peers) < ENOUGH_PEOPLE:
        return
    helps = sorted(seeker.wants[theme] for theme in facts.offered & seeker.wants.keys())
    if helps:
        words = f"Someone there can help with {_listed(helps, joined='or')}"
        yield SOMEONE_HELPS, Reason(Kind.PEOPLE, words)
    units = {peer.unit for peer in facts.peers} - {None, seeker.unit}
    if seeker.unit is not None and units:
        yield ANOTHER_UNIT, Reason(Kind.PEOPLE, "Someone from another unit")


def _language(seeker: Seeker, facts: Facts) -> Found:
    if not seeker.languages:
        return
    if languages.plain(facts.language) in seeker.languages:
        yield YOUR_LANGUAGE, Reason(Kind.LANGUAGE, f"In {languages.name_of(facts.language)}")
    else:
        yield ANOTHER_LANGUAGE, None


def _place(seeker: Seeker, facts: Facts) -> Found:
    meets_in_person = facts.where != "remote"
    same = bool(seeker.place) and seeker.place.casefold() == facts.place.casefold()
    if seeker.where == "remote":
        if facts.where == "in_person":
            yield ANOTHER_PLACE, None
        else:
            yield YOUR_PLACE, Reason(Kind.PLACE, "You can take part remotely")
    elif meets_in_person and same:
        yield YOUR_PLACE, Reason(Kind.PLACE, f"In {facts.place}, like you")
    elif seeker.where == "in_person" and not (meets_in_person and not seeker.place):
        yield ANOTHER_PLACE, None
    elif seeker.where == "in_person":
        yield YOUR_PLACE, Reason(Kind.PLACE, "Meets in person")


def _seats(_seeker: Seeker, facts: Facts) -> Found:
    if facts.free_seats > 0:
        left = "1 seat left" if facts.free_seats == 1 else f"{facts.free_seats} seats left"
        yield FREE_SEAT, Reason(Kind.SEATS, left)


def _listed(names: list[str], *, joined: str = "and") -> str:
    """`One`, `one and two`, `one, two and 3 more`."""
    if len(names) > 3:
        return f"{names[0]}, {names[1]} {joined} {len(names) - 2} more"
    return f" {joined} ".join(filter(None, [", ".join(names[:-1]), names[-1]]))
