"""Why somebody has no seat: the rule that stopped them, checked against the circles there are."""

from collections import Counter
from collections.abc import Iterator

from circles.formation import words
from circles.formation.hard import broken_by_all
from circles.formation.index import Index, Sum
from circles.formation.pieces import Pieces
from circles.formation.seating import Seating

# For so many it is looked at everybody else; where more have no seat, the others hear less.
COMPARED = 300
RULES = ("hours", "language", "apart", "group")
NAMES = {
    "hours": "common hours",
    "language": "a common language",
    "apart": "who must not sit together",
    "group": "competing groups",
    "size": "no seat left",
}


def reasons(seating: Seating) -> dict[int, str]:
    """A sentence for each person without a seat, by key."""
    pieces = seating.pieces
    index = pieces.index
    told = {person: _of_stuck(index, person, why) for person, why in pieces.stuck.items()}
    waiting = seating.unplaced
    circles = {number: pieces.sum_of(seating.circles[number]) for number in seating.numbers}
    for place, piece in enumerate(waiting):
        said = _of_company(seating, piece) if place < COMPARED else ""
        said = said or _of_circles(seating, piece, circles, pieces.size_of(waiting))
        told |= dict.fromkeys(pieces.persons[piece], said)
    return {index.keys[person]: said for person, said in sorted(told.items())}


def _of_stuck(index: Index, person: int, why: str) -> str:
    if why == "locked":
        return "Must be in one circle with somebody whose circle is locked."
    block = _block_of(index, person)
    if len(block) == 1:
        own = index.quarters(index.hours[person])
        return (
            f"Can meet for {words.hours(own)} a week at all; it must be at least"
            f" {words.hours(index.rules.overlap_quarters)}."
        )
    if why == "size":
        return (
            f"{words.people(len(block))} must be in one circle, which has at most"
            f" {index.rules.size_max}."
        )
    return f"Must be in one circle with others, which another rule forbids: {_clash(index, block)}"


def _block_of(index: Index, person: int) -> list[int]:
    block, rest = {index.keys[person]}, set(index.rules.together)
    while touching := {pair for pair in rest if block & set(pair)}:
        rest -= touching
        block |= {key for pair in touching for key in pair}
    return [index.number[key] for key in sorted(block) if key in index.number]


def _clash(index: Index, block: list[int]) -> str:
    """The first rule that these people break together."""
    held = set(block)
    for one, other in sorted(index.reports):
        if one in held and other in held:
            return "one of them is a manager of another."
    if any(one in held and other in held for one, other in index.kept_apart):
        return "two of them must be kept apart."
    for said in broken_by_all(index, index.sum_of(block)):
        return said[0].lower() + said[1:]
    return "two of them are from competing groups."


def _of_company(seating: Seating, piece: int) -> str:
    """What speaks against any circle at all: too few people, or too few who suit."""
    pieces, rules = seating.pieces, seating.pieces.index.rules
    everybody = pieces.size_of(range(len(pieces)))
    if everybody < rules.size_min:
        are = words.people_are(everybody)
        return f"Only {are} to be placed, and a circle has at least {rules.size_min}."
    stops = {other: _stops(pieces, piece, other) for other in range(len(pieces)) if other != piece}
    company = pieces.size[piece] + pieces.size_of(one for one, by in stops.items() if not by)
    if company < rules.size_min:
        return _of_few(pieces, piece, stops)
    if not seating.numbers:
        return (
            f"Enough people suit this person one by one, but no {rules.size_min} were found who"
            " keep all rules together."
        )
    return ""


def _stops(pieces: Pieces, piece: int, other: int) -> list[str]:
    """Which rules keep two pieces apart."""
    index = pieces.index
    found = []
    if index.quarters(pieces.hours[piece] & pieces.hours[other]) < pieces.needed:
        found.append("hours")
    if not pieces.languages[piece] & pieces.languages[other]:
        found.append("language")
    if other in pieces.foes[piece]:
        found.append("apart")
    if pieces.rivals[piece] & pieces.rivals[other]:
        found.append("group")
    return found


def _of_few(pieces: Pieces, piece: int, stops: dict[int, list[str]]) -> str:
    """Too few suit this person even in pairs: by one rule alone, or by several together."""
    rules = pieces.index.rules
    needed = rules.size_min - pieces.size[piece]
    passing = {
        rule: pieces.size_of(other for other, by in stops.items() if rule not in by)
        for rule in RULES
    }
    rule = min(RULES, key=lambda one: passing[one])
    count = passing[rule]
    if count >= needed:
        count = pieces.size_of(other for other, by in stops.items() if not by)
        others = "nobody" if not count else words.people(count)
        return f"All rules together leave {others} to sit with; a circle needs {needed} others."
    others = (
        "Nobody else" if not count else f"Only {'1 other' if count == 1 else f'{count} others'}"
    )
    what = {
        "hours": f"can meet at the same time for {words.hours(rules.overlap_quarters)} a week",
        "language": "shares a language",
        "apart": "may sit with this person, because of managers or pairs to keep apart",
        "group": "is from a group that does not compete",
    }[rule]
    if count > 1:
        what = what.replace("shares", "share").replace("is from", "are from")
    return f"{others} {what}; a circle needs {needed}."


def _most_seated(count: int, least: int, most: int) -> int:
    """Of so many people, how many circles of allowed sizes can hold."""
    return min(count, count // least * most)


def _of_circles(seating: Seating, piece: int, circles: dict[int, Sum], left: int) -> str:
    """What closes the circles there are: that nobody more can be divided, or which rules."""
    rules = seating.pieces.index.rules
    everybody = sum(seating.pieces.size)
    if seating.placed == _most_seated(everybody, rules.size_min, rules.size_max):
        return (
            f"{words.people(everybody)} cannot be divided into circles of {rules.size_min}"
            f" to {rules.size_max}."
        )
    if not circles:
        return "No circle that keeps all rules was found for this person."
    closed = Counter(
        rule
        for number, total in circles.items()
        for rule in _closed_by(seating, number, total, piece)
    )
    told = [f"{NAMES[rule]} ({count})" for rule, count in closed.most_common()]
    return (
        f"None of {len(circles)} circles can be joined, and those left ({left}) make no"
        f" other. What closes the circles: {words.joined(told)}."
    )


def _closed_by(seating: Seating, circle: int, total: Sum, piece: int) -> Iterator[str]:
    pieces, members = seating.pieces, seating.circles[circle]
    if seating.sizes[circle] + pieces.size[piece] > seating.size_max:
        yield "size"
    if pieces.index.quarters(total[8] & pieces.hours[piece]) < pieces.needed:
        yield "hours"
    if not total[9] & pieces.languages[piece]:
        yield "language"
    if not pieces.foes[piece].isdisjoint(members):
        yield "apart"
    if total[10] & pieces.rivals[piece]:
        yield "group"
