"""What a circle's page shows to someone who may want a seat: why it fits, or a proposal's box."""

from dataclasses import dataclass
from typing import Any

from circles.actions import proposals
from circles.discovery.seeking import fits, seeker_of
from circles.models import Circle
from members.models import Member


@dataclass(frozen=True)
class Proposal:
    """Where a proposal stands, for one person."""

    supporters: int
    needed: int
    supports: bool
    proposer_left: bool
    obstacle: str

    @property
    def missing(self) -> int:
        return max(0, self.needed - self.supporters)


def discovery_parts(circle: Circle, person: Member, *, is_outsider: bool) -> dict[str, Any]:
    """The context of fit_card.html and proposal_card.html, in constantly many queries."""
    parts: dict[str, Any] = {}
    if circle.stage == Circle.Stage.PROPOSED:
        parts["proposal"] = _proposal(circle, person)
    elif not is_outsider or circle.is_closed:
        return parts
    seeker = seeker_of(person)
    parts["said_nothing"] = seeker.said_nothing
    if not seeker.said_nothing:
        parts["why"] = fits(person, seeker, [circle.pk]).get(circle.pk)
    return parts


def _proposal(circle: Circle, person: Member) -> Proposal:
    supporting = set(proposals.supporters(circle).values_list("person", flat=True))
    proposer = circle.proposed_by
    return Proposal(
        supporters=len(supporting),
        needed=circle.programme.supporters_needed,
        supports=person.pk in supporting,
        proposer_left=proposer is not None and proposer.has_left,
        obstacle=proposals.obstacle_to_support(circle, person),
    )
