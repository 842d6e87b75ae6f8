"""What a circle's meetings have in common, and who does what: series, roles, plus and delta."""

import uuid
from datetime import UTC, date, datetime, timedelta

from analytics.demo import meeting_texts
from analytics.demo.drafts import AHEAD, Draft, Seat, between_the_years
from analytics.demo.writing import Scribe
from sessions_app.models import MeetingDefaults, PlusDelta, RoleTurn, Series

# What the demo’s meetings and series are called in calendars is drawn from this.
NAMES = uuid.UUID("6f1d2a52-6c1f-4f5b-9a58-2b8f0c9b6f0e")
GIVEN_BEFORE = timedelta(days=8)


def link_of(draft: Draft, place: str) -> str:
    """Where the circle's calls are, if it meets online at all."""
    room = uuid.uuid5(NAMES, draft.name).hex[:12]  # as people cannot guess it
    return f"https://meet.example/{room}" if "online" in place else ""


def write_series(draft: Draft, place: str, scribe: Scribe) -> int | None:
    """The series of a circle whose next meetings are planned, and what it plans with."""
    if not draft.coming:
        return None
    first = (*draft.held, *draft.coming)[0]
    video_url = link_of(draft, place)
    scribe.add(
        MeetingDefaults,
        circle=draft.pk,
        place=place,
        video_url=video_url,
        changed_at=scribe.plan.now - timedelta(days=1),
    )
    interval = draft.kind.step // 7
    return scribe.add(
        Series,
        circle=draft.pk,
        uid=uuid.uuid5(NAMES, f"{draft.name} from {first}"),
        rule="FREQ=WEEKLY" if interval == 1 else f"FREQ=WEEKLY;INTERVAL={interval}",
        starts_on=first,
        at=draft.clock,
        minutes=draft.kind.minutes,
        time_zone=draft.place.zone,
        on_holiday="skip",
        days_off=tuple(_new_years_days(first, draft.coming[-1])),
        place=place,
        video_url=video_url,
        planned_until=max(draft.coming[-1], scribe.plan.as_of + AHEAD),
        created_by=draft.facilitator.pk if draft.facilitator else None,
        created_at=min(draft.moment(first), scribe.plan.now) - timedelta(days=21),
    )


def _new_years_days(first: date, last: date) -> list[date]:
    span = (first + timedelta(days=number) for number in range((last - first).days + 1))
    return [day for day in span if between_the_years(day)]


class Ledger:
    """Gives the roles of a circle's meetings, to whoever had each the least and the longest ago."""

    def __init__(self, draft: Draft, scribe: Scribe) -> None:
        self.draft, self.scribe = draft, scribe
        self.had: dict[tuple[str, int], tuple[int, date]] = {}

    def give(self, meeting: int, day: date, seats: list[Seat]) -> None:
        """Every role to somebody else, as far as there are people."""
        free = list(seats)
        for role, place in self.draft.kind.roles:
            if not free:
                return
            seat = min(free, key=lambda each: self._turn(role, each))
            free.remove(seat)
            times, _ = self._turn(role, seat)
            self.had[role, seat.person.pk] = (times + 1, day)
            self.scribe.add(
                RoleTurn,
                meeting=meeting,
                role=role,
                place=place,
                person=seat.person.pk,
                given_at=min(
                    datetime.combine(day, datetime.min.time(), UTC) - GIVEN_BEFORE,
                    self.scribe.plan.now,
                ),
            )

    def _turn(self, role: str, seat: Seat) -> tuple[int, date]:
        return self.had.get((role, seat.person.pk), (0, seat.start))


def write_plus_delta(meeting: int, ends_at: datetime, present: list[Seat], scribe: Scribe) -> None:
    """What was good about a meeting, and what would make the next one better."""
    dice = scribe.dice
    for side, library in (("plus", meeting_texts.PLUSES), ("delta", meeting_texts.DELTAS)):
        count = min(len(present), dice.choice((1, 1, 2)))
        for text, seat in zip(
            dice.sample(library, count), dice.sample(present, count), strict=True
        ):
            scribe.add(
                PlusDelta,
                meeting=meeting,
                side=side,
                text=text,
                written_by=seat.person.pk,
                written_at=ends_at - timedelta(minutes=dice.randint(1, 4)),
            )
