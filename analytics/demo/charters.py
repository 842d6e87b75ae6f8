"""What circles agreed on: a charter for most of those that meet, signed by nearly everyone."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta

from analytics.demo.drafts import Draft
from analytics.demo.people import UNUSABLE_PASSWORD, Person
from analytics.demo.programmes import RULES
from analytics.demo.writing import Scribe
from circles.charters.text import as_data, prefilled, settled
from circles.models import Charter, Circle, FormatVersion, Programme, Signature

WITH_A_CHARTER = ("forming", "active", "paused", "renewal", "closed")
HAS_NONE_YET = 0.08
HAS_NOT_SIGNED = 0.05
SIGNED_WITHIN_DAYS = 300
# In the story: who can sign in has one charter left to sign, and one circle gets ready to meet.
UNSIGNED, GETTING_READY = "Writing that works", "New here"


def write_charter(
    draft: Draft, programme: str, versions: Mapping[int, FormatVersion], scribe: Scribe
) -> None:
    """The charter of one circle, written when it gathered, and who signed it."""
    dice, in_story = scribe.dice, draft.name in (UNSIGNED, GETTING_READY)
    if draft.stage not in WITH_A_CHARTER or (dice.random() < HAS_NONE_YET and not in_story):
        return
    circle = Circle(
        name=draft.name,
        purpose=draft.idea.purpose,
        capacity=draft.capacity,
        programme=Programme(name=programme, **RULES[programme]),
        format_version=versions[draft.kind.version],
    )
    choices = {"keeps_discussion_notes": False, "senior_speaks_last": dice.random() < 0.3}
    writer = draft.facilitator or (draft.seats[0].person if draft.seats else None)
    charter = scribe.add(
        Charter,
        circle=draft.pk,
        number=1,
        clauses=as_data(settled(prefilled(circle), **choices)),
        **choices,
        written_on=draft.gathers_on,
        written_at=_noon(draft.gathers_on),
        written_by=writer.pk if writer else None,
    )
    _sign(draft, charter, scribe)


def _sign(draft: Draft, charter: int, scribe: Scribe) -> None:
    dice, plan = scribe.dice, scribe.plan
    until = draft.ended_on or plan.as_of
    seats = draft.seated(until - timedelta(days=1)) if draft.ended_on else draft.seated(until)
    people = [(seat.person, seat.start) for seat in seats]
    people += [(held.person, held.start) for held in draft.appointments if held.end is None]
    for number, (person, since) in enumerate(people):
        waits = draft.name == GETTING_READY and number % 2 == 1
        if waits or _has_not_signed(draft, person, scribe):
            continue
        earliest = max(since, draft.gathers_on, until - timedelta(days=SIGNED_WITHIN_DAYS))
        day = earliest + timedelta(days=dice.randint(0, max(0, min(9, (until - earliest).days))))
        scribe.add(
            Signature, charter=charter, person=person.pk, signed_on=day, signed_at=_noon(day)
        )


def _has_not_signed(draft: Draft, person: Person, scribe: Scribe) -> bool:
    if person.password != UNUSABLE_PASSWORD:
        return draft.name == UNSIGNED
    return scribe.dice.random() < HAS_NOT_SIGNED


def _noon(day: date) -> datetime:
    return datetime.combine(day, time(12), UTC)
