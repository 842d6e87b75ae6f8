"""Why no time suits everyone, in a sentence. Pure."""

from collections.abc import Mapping, Sequence
from itertools import combinations

from circles.hours import quarters_from_utc, starts_within, turned
from members.words import number_in_words
from sessions_app.finding.candidates import Question
from sessions_app.finding.judging import Asked


def why_not_all(
    question: Question, people: Sequence[Asked], names: Mapping[int, str], cannot: int
) -> str:
    """What stands in the way of a time for all; nothing when `cannot`, at the best, is nobody."""
    if not cannot:
        return ""
    answered = [person for person in people if person.has_answered]
    if short := [p for p in answered if not _could_begin(p.possible, question.minutes)]:
        said = _listed([names[person.key] for person in short])
        return f"No time suits everyone: {said} gave no {question.minutes} minutes in one piece."
    for one, other in combinations(answered, 2):
        if not _could_begin(_utc(one, question) & _utc(other, question), question.minutes):
            return (
                f"No time suits everyone: {names[one.key]} and {names[other.key]} share no "
                f"{question.minutes} minutes of the week."
            )
    can = len(answered) - cannot
    return (
        f"No time suits everyone: {number_in_words(can)} of {number_in_words(len(answered))} who "
        "answered is the most that can come at once."
    )


def _utc(person: Asked, question: Question) -> int:
    """The hours that would do, as bits of the UTC week when the meetings begin."""
    return turned(person.possible, -quarters_from_utc(person.zone, question.since))


def _could_begin(mask: int, minutes: int) -> bool:
    return starts_within(mask, minutes) != 0


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
