"""What asks for a facilitator's attention, and what to do about it. Pure functions of figures.

The thresholds are the product's: they name circumstances, never a person's worth.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from members.words import number_in_words, share_in_words
from sessions_app.models.meeting import RECAP_WITHIN

THIN_ATTENDANCE = 0.7


@dataclass(frozen=True)
class Held:
    """A past meeting. `came` of `expected` is known once attendance was noted."""

    pk: int
    day: str
    ended_at: datetime
    came: int = 0
    expected: int = 0
    has_recap: bool = False

    @property
    def is_noted(self) -> bool:
        return self.expected > 0

    @property
    def share(self) -> float | None:
        return self.came / self.expected if self.is_noted else None


@dataclass(frozen=True)
class Figures:
    """What is known about one circle, since its facilitator was appointed."""

    circle: int
    meets: bool
    has_next_meeting: bool
    last: Sequence[Held] = ()
    missed_two: Sequence[str] = ()
    commitments: int = 0
    carried: int = 0
    carried_twice: int = 0
    carried_three_times: int = 0
    goals: int = 0
    stale_goals: int = 0
    days_without_movement: int = 0

    @property
    def attendance(self) -> float | None:
        """The share of seats that were filled in the last meetings whose attendance was noted."""
        expected = sum(held.expected for held in self.last)
        return sum(held.came for held in self.last) / expected if expected else None


@dataclass(frozen=True)
class Signal:
    """One reason to look at a circle, and an answer to it. Heavier ones come first.

    Where Peerloom is the place to act, `to` and `pk` name the page.
    """

    weight: int
    reason: str
    answer: str
    to: str = ""
    pk: int = 0


def signals_of(figures: Figures, *, now: datetime) -> list[Signal]:
    """All that asks for attention in one circle, the most pressing first."""
    found = [
        _attendance(figures),
        _no_meeting(figures),
        _recap(figures, now),
        _missed_two(figures),
        _commitments(figures),
        _goals(figures),
        _not_noted(figures, now),
    ]
    return sorted((signal for signal in found if signal), key=lambda signal: -signal.weight)


def headline(needing: int, total: int) -> str:
    """What the page says first: `Three of your eight circles need you`."""
    if total == 0:
        return "You hold no open circle"
    whose = "Your circle" if total == 1 else f"Your {number_in_words(total)} circles"
    if needing == 0:
        return f"{whose} {'is' if total == 1 else 'are'} going well"
    if total == 1:
        return "Your circle needs you"
    if needing == total:
        return f"All {number_in_words(total)} of your circles need you"
    verb = "needs" if needing == 1 else "need"
    some, all_of_them = number_in_words(needing).capitalize(), number_in_words(total)
    return f"{some} of your {all_of_them} circles {verb} you"


def _attendance(figures: Figures) -> Signal | None:
    share = figures.attendance
    if share is None or share >= THIN_ATTENDANCE:
        return None
    noted = sum(held.is_noted for held in figures.last)
    which = "the last meeting" if noted == 1 else f"the last {number_in_words(noted)} meetings"
    return Signal(
        weight=6 if share < 0.5 else 5,
        reason=f"{share_in_words(share)} came to {which}",
        answer="Ask what would make it easier to come",
    )


def _no_meeting(figures: Figures) -> Signal | None:
    if figures.has_next_meeting or not figures.meets:
        return None
    return Signal(
        weight=4,
        reason="No next meeting is planned",
        answer="Schedule one",
        to="meetings:meeting_new",
        pk=figures.circle,
    )


def _recap(figures: Figures, now: datetime) -> Signal | None:
    owed = [
        held for held in figures.last if not held.has_recap and now - held.ended_at > RECAP_WITHIN
    ]
    if not owed:
        return None
    more = "" if len(owed) == 1 else f", and {number_in_words(len(owed) - 1)} before it"
    return Signal(
        weight=4,
        reason=f"The recap of {owed[0].day} is not shared yet{more}",
        answer="Write the recap",
        to="meetings:recap",
        pk=owed[0].pk,
    )


def _missed_two(figures: Figures) -> Signal | None:
    if not figures.missed_two:
        return None
    return Signal(
        weight=3,
        reason=f"{_listed(figures.missed_two)} could not be there twice in a row",
        answer="See that they have the recap, and ask privately how things are",
        to="meetings:circle",
        pk=figures.circle,
    )


def _commitments(figures: Figures) -> Signal | None:
    if figures.carried_three_times:
        carried, times, weight = figures.carried_three_times, "three times or more", 3
        answer, to = "Take it up on a hot seat", "meetings:topics"
    elif figures.carried_twice:
        carried, times, weight = figures.carried_twice, "twice", 2
        answer, to = "Ask what is in the way", "meetings:circle"
    else:
        return None
    noun = "commitment was" if carried == 1 else "commitments were"
    return Signal(
        weight=weight,
        reason=f"{number_in_words(carried).capitalize()} {noun} carried {times}",
        answer=answer,
        to=to,
        pk=figures.circle,
    )


def _goals(figures: Figures) -> Signal | None:
    if not figures.stale_goals or figures.stale_goals * 2 < figures.goals:
        return None
    if figures.stale_goals == figures.goals:
        weight, reason = 3, f"No shared goal has moved for {figures.days_without_movement} days"
    else:
        verb = "has" if figures.stale_goals == 1 else "have"
        counted = number_in_words(figures.stale_goals).capitalize()
        weight = 2
        whose = f"{counted} of {number_in_words(figures.goals)} shared goals"
        reason = f"{whose} {verb} not moved for three weeks"
    return Signal(weight=weight, reason=reason, answer="Give goals time in the next meeting")


def _not_noted(figures: Figures, now: datetime) -> Signal | None:
    for held in figures.last:
        if not held.is_noted and now - held.ended_at > RECAP_WITHIN:
            return Signal(
                weight=2,
                reason=f"Who was there on {held.day} is not noted",
                answer="Note it",
                to="meetings:attendance",
                pk=held.pk,
            )
    return None


def _listed(names: Sequence[str]) -> str:
    if len(names) == 1:
        return names[0]
    if len(names) > 3:
        return f"{number_in_words(len(names)).capitalize()} members"
    return f"{', '.join(names[:-1])} and {names[-1]}"
