"""Commitments: made in a meeting, due at the next, then kept, carried on or dropped."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import cycle, pairwise

from analytics.demo import texts
from analytics.demo.drafts import Draft, Seat
from analytics.demo.meetings import Gathering
from analytics.demo.people import UNUSABLE_PASSWORD
from analytics.demo.writing import Scribe
from sessions_app.models import Carry, Commitment, Topic

MOST_CARRIES = 3
STILL_OPEN_DAYS = 45


@dataclass(slots=True)
class Outcome:
    """What became of a promise until today."""

    state: str
    due_on: date
    carried_from: list[date]  # the days it was due before
    reason: str = ""
    settled_at: datetime | None = None

    @property
    def times_carried(self) -> int:
        return len(self.carried_from)


def write_commitments(draft: Draft, gatherings: list[Gathering], scribe: Scribe) -> None:
    """Promises of those who were there. Whoever can sign in has theirs told by the story."""
    dice = scribe.dice
    library = [*texts.PROMISES[draft.idea.theme], *texts.SMALL_PROMISES]
    words = cycle(dice.sample(library, len(library)))
    for gathering in gatherings:
        for seat in gathering.present:
            scripted = seat.person.password != UNUSABLE_PASSWORD
            if scripted or dice.random() > draft.health.promises:
                continue
            outcome = _outcome(draft, gathering.day, seat, scribe)
            promise = next(words)
            pk = scribe.add(
                Commitment,
                circle=draft.pk,
                owner=seat.person.pk,
                meeting=gathering.pk,
                promise=promise,
                promised_on=gathering.day,
                due_on=outcome.due_on,
                state=outcome.state,
                times_carried=outcome.times_carried,
                reason=outcome.reason,
                settled_at=outcome.settled_at,
                created_at=gathering.ends_at,
            )
            write_carries(pk, [*outcome.carried_from, outcome.due_on], scribe)
            if outcome.times_carried >= MOST_CARRIES and outcome.settled_at is None:
                scribe.add(
                    Topic,
                    circle=draft.pk,
                    owner=seat.person.pk,
                    title=promise,
                    commitment=pk,
                    raised_on=outcome.carried_from[-1],
                    created_at=at_noon(outcome.carried_from[-1]),
                )


def write_carries(commitment: int, days: list[date], scribe: Scribe) -> None:
    """How a promise went from each of the days to the next."""
    for before, after in pairwise(days):
        scribe.add(Carry, commitment=commitment, from_on=before, to_on=after, at=at_noon(before))


def _outcome(draft: Draft, promised_on: date, seat: Seat, scribe: Scribe) -> Outcome:
    """Follow the promise from meeting to meeting until it is settled or today is reached."""
    plan, dice = scribe.plan, scribe.dice
    due_on, carried = promised_on, list[date]()
    while True:
        due_on = _next_meeting(draft, due_on)
        if seat.end and seat.end <= min(due_on, plan.as_of):
            reason = texts.CIRCLE_ENDED if seat.end == draft.ended_on else texts.LEFT_THE_CIRCLE
            return Outcome("dropped", due_on, carried, reason, at_noon(seat.end))
        if due_on >= plan.as_of:
            return Outcome("carried" if carried else "open", due_on, carried)
        if dice.random() < draft.health.keeps:
            return Outcome("done", due_on, carried, "", at_noon(due_on))
        fate = dice.random()
        if fate < 0.45 and len(carried) < MOST_CARRIES:
            carried.append(due_on)
        elif fate < 0.65:
            return Outcome("partly", due_on, carried, "", at_noon(due_on))
        elif fate < 0.85 or (plan.as_of - due_on).days > STILL_OPEN_DAYS:
            reason = dice.choice(texts.DROP_REASONS)
            return Outcome("dropped", due_on, carried, reason, at_noon(due_on))
        else:
            return Outcome("carried" if carried else "open", due_on, carried)


def _next_meeting(draft: Draft, day: date) -> date:
    later = [meeting for meeting in (*draft.held, *draft.coming) if meeting > day]
    return later[0] if later else day + timedelta(days=draft.kind.step)


def at_noon(day: date) -> datetime:
    return datetime.combine(day, time(12), UTC)
