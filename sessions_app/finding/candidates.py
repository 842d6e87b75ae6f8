"""The times worth proposing to a circle, the best first, each unlike the others. Pure.

Everyone can comes before a few can if need be, before somebody cannot. Among equals the one whom it
burdens most is burdened least; what they bore in the past year weighs, so that it goes round.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import combinations, islice
from zoneinfo import ZoneInfo

from sessions_app.finding.judging import CANNOT, IF_NEED_BE, SUITS, Asked, Meaning, meaning
from sessions_app.finding.rhythms import MEETINGS, Rhythm, Slot, taking_turns

MOST, FEWEST = 5, 3
APART = (timedelta(hours=3), timedelta(hours=1))  # nearer ones of a day are one proposal
DAYS_FOR_ONE = 14
POOL = 12  # of each weekday, the best starts from which two may take turns
WORTH_TURNS = 60  # minutes outside working hours from which taking turns is thought of
EASES = 0.5  # turns are worth their trouble where nobody bears half as much at every meeting
DEARER = 1.25  # and where on average nobody bears much more than with the best single time
TURNS_APART = timedelta(hours=3)
ALIKE = 3  # so many may begin at the same hour of different days

Key = tuple[int, int, float, float, float]


@dataclass(frozen=True)
class Proposal:
    """One slot, or two that take turns, and what it means to each person by their key."""

    slots: tuple[Slot, ...]
    people: dict[int, Meaning]
    key: Key

    def count(self, status: str) -> int:
        return sum(each.status == status for each in self.people.values())


@dataclass(frozen=True)
class Question:
    """What is looked for: how often, how long, from when, in whose zone."""

    rhythm: str
    minutes: int
    since: date
    zone: ZoneInfo

    def moments(self, slots: Sequence[Slot]) -> list[datetime]:
        """The first meetings, in UTC and in order; of two slots each takes every other."""
        count = MEETINGS[Rhythm(self.rhythm)]
        if len(slots) == 1:
            return slots[0].moments(self.rhythm, self.zone, count)
        each = [slot.moments(self.rhythm, self.zone, count // 2, step=2) for slot in slots]
        return sorted(moment for moments in each for moment in moments)

    def starts(self, people: Iterable[Asked]) -> list[Slot]:
        """Every time at which a first meeting could begin, by the quarter where zones need it."""
        step = 15 if any(self._is_off_by_a_quarter(person) for person in people) else 30
        days = DAYS_FOR_ONE if self.rhythm == Rhythm.ONCE else 7
        midnight = datetime.combine(self.since, datetime.min.time())
        minutes = range(0, days * 24 * 60, step)
        return [Slot(midnight + timedelta(minutes=minute)) for minute in minutes]

    def _is_off_by_a_quarter(self, person: Asked) -> bool:
        moment = datetime.combine(self.since, datetime.min.time(), self.zone)
        there = moment.astimezone(ZoneInfo(person.zone))
        return (there.minute - moment.minute) % 30 != 0


def proposals(question: Question, people: Sequence[Asked]) -> list[Proposal]:
    """Three to five times, the best first; fewer when there are no more at which a few could come.

    The order of the people does not matter.
    """
    people = sorted(people, key=lambda person: person.key)
    if not people:
        return []
    weights = _weights(people)
    judged = [_judged(question, (slot,), people, weights) for slot in question.starts(people)]
    ranked = sorted(filter(_is_possible, judged), key=lambda each: (each.key, each.slots))
    chosen = _unlike(ranked)
    if question.rhythm != Rhythm.ONCE and ranked and _worst(ranked[0]) >= WORTH_TURNS:
        # Beside the best single time, so that the circle chooses between the two ways.
        turns = _turns(question, ranked, people, weights)
        chosen = [*chosen[:1], *turns, *chosen[1 : MOST - len(turns)]]
    return chosen


def _judged(
    question: Question, slots: tuple[Slot, ...], people: Sequence[Asked], weights: dict[int, float]
) -> Proposal:
    moments = question.moments(slots)
    means = {person.key: meaning(person, moments, question.minutes) for person in people}
    weighed = [means[key].burden * weight for key, weight in weights.items()]
    key = (
        sum(each.status == CANNOT for each in means.values()),
        sum(each.status == IF_NEED_BE for each in means.values()),
        round(max(weighed), 3),
        round(sum(weighed), 3),
        # Of equals the one nearest to noon, where most people keep their hours.
        float(min(abs(slot.starts.hour * 60 + slot.starts.minute - 720) for slot in slots)),
    )
    return Proposal(slots, means, key)


def _weights(people: Sequence[Asked]) -> dict[int, float]:
    """From 1 to 2: whoever bore the most odd hours so far weighs twice."""
    most = max((person.borne for person in people), default=0.0)
    return {person.key: 1 + (person.borne / most if most else 0) for person in people}


def _is_possible(proposal: Proposal) -> bool:
    """More can come, gladly or not, than cannot."""
    able = proposal.count(SUITS) + proposal.count(IF_NEED_BE)
    return able > proposal.count(CANNOT)


def _worst(proposal: Proposal) -> float:
    return max(each.burden for each in proposal.people.values())


def _turns(
    question: Question,
    ranked: Sequence[Proposal],
    people: Sequence[Asked],
    weights: dict[int, float],
) -> list[Proposal]:
    """The best pair of one weekday that take turns, if so nobody always bears the odd hours."""
    best = ranked[0]
    pairs = []
    for weekday in range(7):
        pool = [each for each in ranked if each.slots[0].starts.weekday() == weekday]
        for one, other in combinations(_spread(pool), 2):
            always = _borne_at_both(one, other, weights)
            if max(one.key[0], other.key[0]) > best.key[0] or _near(one, other):
                continue
            shared = _shared_worst(one, other, weights)
            if always <= EASES * best.key[2] and shared <= DEARER * best.key[2]:
                pairs.append((shared, always, one, other))
    if not pairs:
        return []
    *_, one, other = min(pairs, key=lambda pair: (*pair[:2], pair[2].slots, pair[3].slots))
    first, second = sorted((one.slots[0], other.slots[0]))
    slots = taking_turns(first, second, question.rhythm)
    judged = _judged(question, slots, people, weights)
    return [judged] if judged.key[0] <= best.key[0] else []


def _spread(pool: Iterable[Proposal]) -> list[Proposal]:
    """The best of a weekday, an hour apart from each other."""
    kept: list[Proposal] = []
    for each in pool:
        if all(abs(each.slots[0].starts - other.slots[0].starts) >= APART[1] for other in kept):
            kept.append(each)
    return list(islice(kept, POOL))


def _near(one: Proposal, other: Proposal) -> bool:
    return abs(one.slots[0].starts - other.slots[0].starts) < TURNS_APART


def _borne_at_both(one: Proposal, other: Proposal, weights: dict[int, float]) -> float:
    """What somebody bears at the better of the two, at the worst: nobody is spared less."""
    return max(
        weight * min(one.people[key].burden, other.people[key].burden)
        for key, weight in weights.items()
    )


def _shared_worst(one: Proposal, other: Proposal, weights: dict[int, float]) -> float:
    return max(
        weight * (one.people[key].burden + other.people[key].burden) / 2
        for key, weight in weights.items()
    )


def _unlike(ranked: Sequence[Proposal]) -> list[Proposal]:
    """The best that differ: by hours on one day, else by the day; closer ones only to be three."""
    chosen: list[Proposal] = []
    for apart, alike, wanted in zip(APART, (ALIKE, MOST), (MOST, FEWEST), strict=True):
        for each in ranked:
            if len(chosen) >= wanted:
                break
            same_hour = sum(_hour(each) == _hour(other) for other in chosen)
            if same_hour < alike and all(_differ(each, other, apart) for other in chosen):
                chosen.append(each)
    return sorted(chosen, key=lambda each: (each.key, each.slots))


def _hour(proposal: Proposal) -> int:
    return proposal.slots[0].starts.hour


def _differ(one: Proposal, other: Proposal, apart: timedelta) -> bool:
    return abs(one.slots[0].starts - other.slots[0].starts) >= apart
