"""What a vote on times comes to. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from members.models import Member
from sessions_app.models import Candidate, TimeVote

Choice = TimeVote.Choice


@dataclass(frozen=True)
class Tally:
    """A candidate and who said what of it."""

    candidate: Candidate
    yes: tuple[Member, ...] = ()
    if_need_be: tuple[Member, ...] = ()
    no: tuple[Member, ...] = ()

    @property
    def able(self) -> int:
        return len(self.yes) + len(self.if_need_be)

    @property
    def standing(self) -> tuple[int, int, int]:
        """The lower the better: most can come, fewest cannot, most come gladly."""
        return (-self.able, len(self.no), -len(self.yes))


@dataclass(frozen=True)
class Outcome:
    """The candidate that a vote takes; without one, why the vote alone does not settle it."""

    taken: Candidate | None
    why_not: str = ""


def ranked(tallies: Sequence[Tally]) -> list[Tally]:
    """The best first; of equals the one that was proposed first."""
    return sorted(tallies, key=lambda tally: (tally.standing, tally.candidate.place))


def outcome(tallies: Sequence[Tally], *, needed: int) -> Outcome:
    """By the rule that the page tells: enough can come, and no other time stands as well."""
    order = ranked(tallies)
    if not order or order[0].able < needed:
        return Outcome(None, f"No time has enough: {needed} must be able to come.")
    if len(order) > 1 and order[0].standing == order[1].standing:
        return Outcome(None, "Two times stand equally well.")
    return Outcome(order[0].candidate)
