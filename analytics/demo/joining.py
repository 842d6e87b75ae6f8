"""Who waits for a seat, asks for one, is offered one; and a circle that someone proposes."""

from collections.abc import Sequence
from datetime import time, timedelta

from analytics.demo.cast import Cast
from analytics.demo.drafts import Draft, Kind
from analytics.demo.people import Crowd, Person
from analytics.demo.writing import Scribe
from circles.models import (
    Application,
    Circle,
    Offer,
    RenewalBallot,
    RenewalVote,
    Support,
    WaitlistEntry,
)

FULL_CIRCLE = "First-time managers"
ASKED_FOR = "Stepping up to lead"
HAS_A_WAITLIST = 0.25


def write_waiting(draft: Draft, crowd: Crowd, scribe: Scribe) -> None:
    """Who waits in line for a seat, and who asked for one."""
    _write_waitlist(draft, crowd, scribe)
    _write_applications(draft, crowd, scribe)


def _write_waitlist(draft: Draft, crowd: Crowd, scribe: Scribe) -> None:
    """Some full circles have people waiting; that of the story always does."""
    dice, plan = scribe.dice, scribe.plan
    taken = len(draft.seated(plan.as_of))
    is_full = draft.stage in ("recruiting", "forming", "active") and taken >= draft.capacity
    if not is_full or not (draft.name == FULL_CIRCLE or dice.random() < HAS_A_WAITLIST):
        return
    for person in _outsiders(draft, crowd, scribe, dice.randint(2, 4)):
        since = plan.now - timedelta(days=dice.randint(1, 40), minutes=dice.randint(0, 600))
        scribe.add(WaitlistEntry, circle=draft.pk, person=person.pk, since=since)


def _write_applications(draft: Draft, crowd: Crowd, scribe: Scribe) -> None:
    """Two people ask for a seat in a circle that the demo's facilitator holds."""
    if draft.name != ASKED_FOR:
        return
    for days, person in enumerate(_outsiders(draft, crowd, scribe, 2), start=1):
        scribe.add(
            Application,
            circle=draft.pk,
            person=person.pk,
            answers=[
                {
                    "key": "hope",
                    "text": "What do you hope to do differently in half a year?",
                    "answer": ("Lead without pretending", "Know when to say no")[days - 1],
                }
            ],
            applied_at=scribe.plan.now - timedelta(days=days, hours=3),
        )


def write_offer(drafts: Sequence[Draft], cast: Cast, scribe: Scribe) -> None:
    """The demo's member is invited to a circle that looks for people."""
    plan, member = scribe.plan, cast.member
    for draft in drafts:
        free = draft.capacity - len(draft.seated(plan.as_of))
        inside = [seat.person for seat in draft.seats] + [
            held.person for held in draft.appointments
        ]
        suits = draft.stage == "recruiting" and draft.visibility == "public" and draft.facilitator
        if suits and free > 1 and member not in inside and member.manager not in inside:
            scribe.add(
                Offer,
                circle=draft.pk,
                person=member.pk,
                reason="invitation",
                message="Your experience with planning rounds would help us.",
                made_by=draft.facilitator.pk if draft.facilitator else None,
                made_at=plan.now - timedelta(hours=9),
                expires_at=plan.now + timedelta(days=6, hours=9),
            )
            return


def write_proposal(
    cast: Cast, programme: int, kind: Kind, themes: Sequence[int], scribe: Scribe
) -> None:
    """A colleague proposes a circle; two support it so far."""
    plan, proposer = scribe.plan, cast.peers[0]
    circle = scribe.add(
        Circle,
        name="Second shift: parents of small children",
        programme=programme,
        format_version=kind.version,
        purpose="We start early and stop early, and would like to hear how others do it.",
        capacity=8,
        time_zone=proposer.place.zone,
        stage="proposed",
        proposed_by=proposer.pk,
        meets_weekday=2,
        meets_at=time(12, 30),
        created_at=plan.now - timedelta(days=6),
    )
    scribe.add(Circle.themes.through, circle=circle, theme=themes[-1])
    for days, person in enumerate(cast.peers[:2]):
        scribe.add(
            Support, circle=circle, person=person.pk, since=plan.now - timedelta(days=6 - days)
        )


def write_renewal(draft: Draft, scribe: Scribe) -> None:
    """A circle at the end of its term votes; half have cast their ballot."""
    if draft.stage != "renewal":
        return
    plan, dice = scribe.plan, scribe.dice
    vote = scribe.add(
        RenewalVote,
        circle=draft.pk,
        opened_at=plan.now - timedelta(days=7),
        closes_at=plan.now + timedelta(days=7, hours=15),
    )
    for seat in draft.seated(plan.as_of)[::2]:
        choice = dice.choice(("renew", "renew", "renew", "split", "close"))
        scribe.add(
            RenewalBallot,
            vote=vote,
            person=seat.person.pk,
            choice=choice,
            cast_at=plan.now - timedelta(days=dice.randint(1, 6)),
        )


def _outsiders(draft: Draft, crowd: Crowd, scribe: Scribe, count: int) -> list[Person]:
    """People of the region who have nothing to do with the circle, nor with its facilitator."""
    plan, dice = scribe.plan, scribe.dice
    inside = {seat.person for seat in draft.seats} | {held.person for held in draft.appointments}
    inside |= {person.manager for person in inside if person.manager}
    found = [
        person
        for person in crowd.by_region.get(draft.place.region, ())
        if person not in inside
        and not person.is_cast
        and person.manager not in inside
        and person.employed(plan.as_of + timedelta(days=60))
        and person.employed(plan.as_of - timedelta(days=90))
    ]
    return dice.sample(found, min(count, len(found)))
