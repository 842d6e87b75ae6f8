"""What a person may know of a renewal vote."""

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone

from circles.models import Choice, Circle, RenewalVote
from circles.reminders.renewal import OUTCOMES
from members.models import Member

NEWS = timedelta(days=30)
ENDED_FIRST = "The circle ended before the vote did."


@dataclass(frozen=True)
class VoteView:
    """A vote as one person sees it: their own ballot, and what came of it once it is over."""

    vote: RenewalVote
    mine: str
    outcome: str

    @property
    def is_open(self) -> bool:
        return self.vote.closed_at is None and self.vote.closes_at > timezone.now()

    @property
    def is_news(self) -> bool:
        """Open, being counted, or over since a few weeks at most."""
        closed_at = self.vote.closed_at
        return closed_at is None or closed_at > timezone.now() - NEWS

    @property
    def choice(self) -> str:
        """The person's own ballot in words."""
        return str(Choice(self.mine).label) if self.mine else ""


def vote_as_seen_by(person: Member, circle: Circle) -> VoteView | None:
    """The circle's latest vote; nothing if it never voted. Nobody sees another's ballot."""
    vote: RenewalVote | None = circle.renewal_votes.first()
    if vote is None:
        return None
    vote.circle = circle
    if vote.closed_at is None:
        mine = vote.ballots.filter(person=person).values_list("choice", flat=True).first()
        return VoteView(vote, mine or "", "")
    outcome = ENDED_FIRST if circle.is_closed and not vote.outcome else OUTCOMES[vote.outcome]
    return VoteView(vote, "", outcome)


def counts_for(person: Member, vote: RenewalVote) -> list[tuple[str, int]]:
    """Every choice in words with how many chose it, most first; nothing while the vote is open.

    They are for the circle's members and facilitators of the day it ended. Organisers see the
    outcome alone.
    """
    if not vote.outcome or not _was_there(person, vote):
        return []
    given = Counter(vote.ballots.values_list("choice", flat=True))
    rows = [(str(choice.label), given[choice.value]) for choice in Choice]
    return sorted(rows, key=lambda row: -row[1])


def _was_there(person: Member, vote: RenewalVote) -> bool:
    day = timezone.localdate(vote.closed_at, vote.circle.zone)
    seats = vote.circle.memberships.keeping().of(person).filter(joined_on__lte=day)
    held = vote.circle.facilitations.current().filter(person=person, appointed_on__lte=day)
    return seats.exists() or held.exists()
