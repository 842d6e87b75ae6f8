"""How the time was shared so far, said softly: no ranking, no figure of a person. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from members.words import number_in_words

SAID_FROM = 120  # seconds: before that, shares mean nothing


@dataclass(frozen=True)
class Share:
    """One person's part of the bar, in the order in which people sit."""

    name: str
    seconds: int
    start: float  # in per cent of the bar
    width: float


def shares_of(spoken: Sequence[tuple[str, int]]) -> list[Share]:
    """The bar, from (name, seconds) in the order of seats; empty before anybody was marked."""
    total = sum(seconds for _, seconds in spoken)
    shares, start = [], 0.0
    for name, seconds in spoken:
        if seconds:
            width = 100 * seconds / total
            shares.append(Share(name, seconds, round(start, 2), round(width, 2)))
            start += width
    return shares


def airtime_words(shares: Sequence[Share], *, silent: int) -> str:
    """What the bar says. Only a voice far over its fair share is named, with a question after it.

    `silent` is how many people at the table have not been marked yet.
    """
    total = sum(share.seconds for share in shares)
    if total < SAID_FROM:
        return ""
    most = max(shares, key=lambda share: share.width)
    people = len(shares) + silent
    if people > 2 and most.width >= 2 * 100 / people:
        return f"{most.name} has spoken {_part(most.width)}; {_asks(silent)}"
    if silent:
        return f"{number_in_words(silent).capitalize()} of you {_have(silent)} not spoken yet."
    return "Everyone has been heard."


def _part(width: float) -> str:
    for least, words in ((85, "nearly all of the time"), (60, "most of the time")):
        if width >= least:
            return words
    return "half of the time" if width >= 42 else "a third of the time" if width >= 28 else "a lot"


def _asks(silent: int) -> str:
    return "who hasn’t yet?" if silent else "who would like to come in?"


def _have(number: int) -> str:
    return "has" if number == 1 else "have"
