"""Meetings held and planned: who answered, who came, what was decided, what the recap says."""

import random
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import cycle
from typing import Any

from analytics.demo import meeting_texts
from analytics.demo.drafts import Draft, Seat, between_the_years
from analytics.demo.ideas import ROOMS
from analytics.demo.people import UNUSABLE_PASSWORD, Person
from analytics.demo.plan import Plan
from analytics.demo.rhythm import (
    GIVEN_BEFORE,
    NAMES,
    Ledger,
    link_of,
    write_plus_delta,
    write_series,
)
from analytics.demo.writing import Scribe
from members.words import number_in_words
from sessions_app.models import Attendance, Decision, Meeting

LATELY = 3
# With fewer people it was no meeting.
QUORUM = 2


@dataclass(slots=True)
class Gathering:
    """A meeting of the past, as far as promises need it."""

    pk: int
    day: date
    ends_at: datetime
    present: list[Seat] = field(default_factory=list)


@dataclass(slots=True)
class _Words:
    """Texts in an order of the circle’s own, so that it does not soon repeat itself."""

    middles: Iterator[str]
    decisions: Iterator[str]

    @classmethod
    def shuffled(cls, dice: random.Random) -> "_Words":
        return cls(
            *(
                cycle(dice.sample(library, len(library)))
                for library in (meeting_texts.RECAP_MIDDLES, meeting_texts.DECISIONS)
            )
        )


def write_meetings(draft: Draft, scribe: Scribe) -> list[Gathering]:
    """All meetings of the circle; returns those that took place."""
    dice = scribe.dice
    topics = meeting_texts.TOPICS[draft.idea.theme]
    offset = dice.randrange(len(topics))
    place = dice.choice((f"Room {dice.choice(ROOMS)}", f"Room {dice.choice(ROOMS)} or online"))
    words = _Words.shuffled(dice)
    series = write_series(draft, place, scribe)
    aside = Scribe(scribe.plan, scribe.writer, scribe.plan.dice(f"rhythm of {draft.name}"))
    ledger = Ledger(draft, aside)
    gatherings = []
    for number, day in enumerate([*draft.held, *draft.coming]):
        title = topics[(offset + number) % len(topics)] if dice.random() < 0.7 else ""
        common: dict[str, Any] = {
            "circle": draft.pk,
            "title": title,
            "held_on": day,
            "place": place,
            "series": series,
            "nominal_on": day if series else None,
            "video_url": link_of(draft, place) if series else "",
            "uid": uuid.uuid5(NAMES, f"{draft.name} {day}"),
        }
        common |= _times(draft, day, scribe.plan)
        if day in draft.coming:
            pk = scribe.add(Meeting, **common)
            if day == draft.coming[0]:
                _write_answers(draft, pk, day, scribe)
            if day - GIVEN_BEFORE <= scribe.plan.as_of:
                ledger.give(pk, day, draft.seated(scribe.plan.as_of))
        elif gathering := _write_past(draft, number, common, words, scribe):
            gatherings.append(gathering)
            ledger.give(gathering.pk, day, gathering.present)
            if len(draft.held) - number <= LATELY:
                write_plus_delta(gathering.pk, gathering.ends_at, gathering.present, aside)
    return gatherings


def _times(draft: Draft, day: date, plan: Plan) -> dict[str, Any]:
    starts_at = draft.moment(day)
    return {
        "starts_at": starts_at,
        "ends_at": starts_at + timedelta(minutes=draft.kind.minutes),
        "time_zone": draft.place.zone,
        "created_at": min(starts_at - timedelta(days=21), plan.now - timedelta(days=1)),
        "created_by": draft.facilitator.pk if draft.facilitator else None,
    }


def _write_past(
    draft: Draft, number: int, common: dict[str, Any], words: _Words, scribe: Scribe
) -> Gathering | None:
    """One meeting of the past, with who came; None if it did not take place."""
    dice = scribe.dice
    day, from_last = common["held_on"], len(draft.held) - number
    if between_the_years(day) or (from_last > LATELY and dice.random() < 0.02):
        scribe.add(Meeting, **common, state="cancelled")
        return None
    seats = draft.seated(day)
    likely = draft.health.lately if from_last <= LATELY else draft.health.attendance
    present = [seat for seat in seats if dice.random() < likely]
    gathering = Gathering(0, day, common["ends_at"], present)
    keeper = keeper_of(draft, day)
    gathering.pk = scribe.add(Meeting, **common, **_ending(gathering, draft, keeper, words, dice))
    for seat in seats:
        scribe.add(
            Attendance,
            meeting=gathering.pk,
            person=seat.person.pk,
            attended=seat in present,
            marked_by=keeper.pk if keeper else None,
            marked_at=gathering.ends_at,
            **_answer(seat, common["starts_at"], dice, came=seat in present),
        )
    if len(present) < QUORUM:
        return None
    for _ in range(dice.choice((0, 0, 1, 1, 1, 2))):
        scribe.add(
            Decision,
            meeting=gathering.pk,
            text=next(words.decisions),
            written_by=keeper.pk if keeper else None,
            written_at=gathering.ends_at - timedelta(minutes=dice.randint(2, 20)),
        )
    return gathering


def keeper_of(draft: Draft, day: date) -> Person | None:
    """Who marks attendance and writes the recap: the facilitator of the day, or else the host."""
    holders = [held.person for held in reversed(draft.appointments) if held.covers(day)]
    hosts = [seat.person for seat in draft.seated(day) if seat.role == "host"]
    return next(iter(holders + hosts), None)


def _ending(
    gathering: Gathering, draft: Draft, keeper: Person | None, words: _Words, dice: random.Random
) -> dict[str, Any]:
    """The state the meeting was left in, with its recap where there is one."""
    if len(gathering.present) < QUORUM:
        return {"state": "missed"}
    later = sum(day > gathering.day for day in draft.held)
    if keeper is None or later < draft.health.recaps_missing or dice.random() > draft.health.recaps:
        return {"state": "closed"}
    return _recap(gathering, keeper, words, dice)


def _recap(
    gathering: Gathering, keeper: Person, words: _Words, dice: random.Random
) -> dict[str, Any]:
    present = gathering.present
    first, second = (seat.person.short_name for seat in dice.sample(present, 2))
    count = number_in_words(len(present))
    sentences = [
        dice.choice(meeting_texts.RECAP_OPENINGS),
        next(words.middles),
        next(words.middles),
        dice.choice(meeting_texts.RECAP_ENDINGS),
    ]
    written = [text.format(present=count, first=first, second=second) for text in sentences]
    return {
        "state": "recap_sent",
        "recap": " ".join(text[0].upper() + text[1:] for text in written),
        "recap_by": keeper.pk,
        "recap_sent_at": gathering.ends_at + timedelta(minutes=dice.randint(40, 1000)),
    }


def _answer(seat: Seat, starts_at: datetime, dice: random.Random, *, came: bool) -> dict[str, Any]:
    if dice.random() > 0.85:
        return {}
    said_yes = came or dice.random() < 0.3
    asked = _not_before(starts_at - timedelta(hours=dice.randint(20, 150)), seat)
    if said_yes:
        return {"rsvp": "going", "rsvp_at": asked}
    update = dice.choice(meeting_texts.UPDATES) if dice.random() < 0.6 else ""
    return {"rsvp": "not_going", "rsvp_at": asked, "update": update}


def _write_answers(draft: Draft, pk: int, day: date, scribe: Scribe) -> None:
    """Answers to a coming meeting. Whoever can sign in has not answered yet: that is for them."""
    dice, plan = scribe.dice, scribe.plan
    likely = 0.75 if day == draft.coming[0] else 0.12
    for seat in draft.seated(plan.as_of):
        is_new = seat.start == plan.as_of
        if is_new or seat.person.password != UNUSABLE_PASSWORD or dice.random() > likely:
            continue
        going = dice.random() < draft.health.lately
        asked = plan.now - timedelta(minutes=dice.randint(10, 4000))
        scribe.add(
            Attendance,
            meeting=pk,
            person=seat.person.pk,
            rsvp="going" if going else "not_going",
            rsvp_at=_not_before(asked, seat),
            update="" if going else dice.choice(meeting_texts.UPDATES),
        )


def _not_before(moment: datetime, seat: Seat) -> datetime:
    return max(moment, datetime.combine(seat.start, time(8), UTC))
