"""What a screen of the live meeting shows to one person, in constantly many queries."""

from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from members.models import Member
from sessions_app.actions.live import reopens
from sessions_app.agenda.duties import duty_of
from sessions_app.agenda.kinds import Panel, kind_named
from sessions_app.agenda.segments import Segment, segments_of
from sessions_app.live.airtime import Share, airtime_words, shares_of
from sessions_app.live.clocks import Clock, segment_clock, shown, step_clock, turn_clock
from sessions_app.live.entries import CAPTURES, CLOSING, Entry, Line
from sessions_app.live.facts import Facts
from sessions_app.live.filled import has_done
from sessions_app.live.position import Position, Route, turns_of
from sessions_app.models import LiveMeeting, Meeting, RoleTurn
from sessions_app.models.meeting import NEAR
from sessions_app.people import Gathering, Guest

KEYS = 9


@dataclass(frozen=True)
class Seat:
    """A person at the table as the screen shows them."""

    person: Member
    key: int | None  # the digit that marks them as speaking
    is_here: bool
    is_away: bool  # said they can't come, or were marked as not here
    is_speaking: bool
    is_viewer: bool


@dataclass(frozen=True)
class Turn:
    """A place in the round; without a person, a presenter who was not named."""

    seat: Seat | None
    number: int
    when: str  # past, now or ahead


@dataclass(frozen=True)
class ClosingStep:
    """A closing step, who has done it, and who has not yet: said so, and nothing more."""

    entry: Entry
    lines: list[Line]
    waiting: list[Member]
    is_done: bool


def phase_of(meeting: Meeting) -> str:
    """early, waiting, running, ended, cancelled or over: never begun, and its time has passed."""
    live = getattr(meeting, "live", None)
    if meeting.is_cancelled:
        return "cancelled"
    if live is not None:
        return "running" if live.ended_at is None else "ended"
    if meeting.has_ended or meeting.state != Meeting.State.PLANNED:
        return "over"
    return "waiting" if meeting.is_near else "early"


def screen_of(facts: Facts, person: Member) -> dict[str, Any]:
    """The context of live/now.html."""
    now, meeting, roles = timezone.now(), facts.meeting, facts.roles
    live: LiveMeeting | None = getattr(meeting, "live", None)
    segments, phase = segments_of(meeting), phase_of(meeting)
    seats = _seats(facts.gathering, live, person)
    may_drive, belongs = facts.drives(person), facts.belongs(person)
    screen: dict[str, Any] = {
        "meeting": meeting,
        "live": live,
        "phase": phase,
        "now_ms": round(now.timestamp() * 1000),
        "opens_ms": round((meeting.starts_at - NEAR).timestamp() * 1000),
        "may_drive": may_drive,
        "may_lead": belongs and not may_drive,
        "belongs": belongs,
        "may_reopen": bool(live and may_drive and reopens(meeting, live)),
        "seats": seats,
        "here": [seat for seat in seats if seat.is_here],
        "is_here": any(seat.is_here for seat in seats if seat.is_viewer),
        "roles": roles,
        "agenda": [(segment, _when(segment, segments, live)) for segment in segments],
    }
    if live is None or phase != "running":
        return screen
    screen |= _stage(meeting, live, segments, seats) | _airtime(facts, live, seats)
    screen["captured"] = [
        (entry, lines) for entry in CAPTURES.all() if (lines := facts.lines(entry, person))
    ]
    screen["closing"] = _closing(facts, person, seats) if live.is_closing else []
    screen["duties"] = _duties(roles, screen["segment"])
    screen["everybody"] = duty_of("", screen["segment"])
    return screen


def _duties(roles: list[RoleTurn], segment: Segment) -> list[tuple[RoleTurn, str]]:
    """What each role does now; of several presenters one line is enough."""
    said = {(role.role, duty_of(role.role, segment)): role for role in reversed(roles)}
    return [(role, duty) for (_, duty), role in reversed(said.items()) if duty]


def panel_of(screen: dict[str, Any], person: Member) -> Panel | None:
    """What the current segment's kind shows beside the clock."""
    segment: Segment | None = screen.get("segment")
    kind = kind_named(segment.does) if segment and not screen["live"].is_closing else None
    return kind.panel(screen["meeting"], person) if kind else None


def _seats(gathering: Gathering, live: LiveMeeting | None, viewer: Member) -> list[Seat]:
    """Members by name, then facilitators who are here; a digit for the first nine."""
    guests = [
        guest
        for guest in gathering.guests
        if not guest.is_facilitator or guest.attendance.attended or guest.person == viewer
    ]
    return [
        Seat(
            person=guest.person,
            key=number if number <= KEYS else None,
            is_here=bool(guest.attendance.attended),
            is_away=_is_away(guest),
            is_speaking=live is not None and live.speaker_id == guest.person.pk,
            is_viewer=guest.person == viewer,
        )
        for number, guest in enumerate(guests, start=1)
    ]


def _is_away(guest: Guest) -> bool:
    said = guest.attendance
    return said.attended is False or (said.attended is None and said.rsvp == said.Rsvp.NOT_GOING)


def _when(segment: Segment, segments: list[Segment], live: LiveMeeting | None) -> str:
    """How the agenda shows a segment: past, skipped, now or ahead."""
    if live is None:
        return "ahead"
    if segment.key in live.skipped:
        return "skipped"
    keys = [each.key for each in segments]
    now = keys.index(live.segment) if live.segment in keys else 0
    place = keys.index(segment.key)
    if place == now and not live.is_closing and live.ended_at is None:
        return "now"
    return "past" if place <= now else "ahead"


def _stage(
    meeting: Meeting, live: LiveMeeting, segments: list[Segment], seats: list[Seat]
) -> dict[str, Any]:
    """The current segment, its clocks, whose turn it is, the protocol's step and those ahead."""
    now = timezone.now()
    at = Route(segments, live.orders).settled(Position.of(live))
    place = next(place for place, each in enumerate(segments) if each.key == at.segment)
    segment, order = segments[place], live.orders.get(at.segment, [])
    step = segment.steps[at.step] if segment.steps else None
    turns = turns_of(segment, order)
    whole = segment_clock(live, segment)
    people = len(order) if segment.mode == "member" else sum(seat.is_here for seat in seats)
    inner: Clock | None = step_clock(live, step, people) or turn_clock(live, segment, turns)
    clock = inner or whole
    round_ = _turns(at, order, turns, seats)
    return {
        "segment": segment,
        "place": place + 1,
        "seen": f"{Position.of(live)}+{live.extra_seconds}",
        "next_words": _next_words(Route(segments, live.orders), at, segments, round_),
        "clock": clock,
        "clock_shown": shown(clock.left(now)),
        "whole": whole if inner else None,
        "whole_shown": shown(whole.left(now)),
        "turns": round_ if segment.mode != "circle" else [],
        "whose": next((turn for turn in round_ if turn.when == "now"), None),
        "step": step,
        "step_number": at.step + 1,
        "steps_ahead": segment.steps[at.step + 1 :],
        "next_up": segments[place + 1] if place + 1 < len(segments) else None,
        "is_first": place == at.turn == at.step == 0,
        "moved_on": meeting.starts_at > now and not meeting.is_near,
    }


def _next_words(route: Route, at: Position, segments: list[Segment], turns: list[Turn]) -> str:
    """What the button that moves on leads to."""
    to = route.after(at)
    if at.is_closing:
        return ""
    if to.is_closing:
        return "Close the round"
    if to.segment != at.segment:
        return f"Next: {segments[route.place(to)].name}"
    if to.turn != at.turn:
        seat = turns[to.turn].seat
        return f"Next: {seat.person.short_name}" if seat else "Next turn"
    return "Next step"


def _turns(at: Position, order: list[int], turns: int, seats: list[Seat]) -> list[Turn]:
    by_person = {seat.person.pk: seat for seat in seats}
    return [
        Turn(
            seat=by_person.get(order[number]) if number < len(order) else None,
            number=number + 1,
            when="past" if number < at.turn else "now" if number == at.turn else "ahead",
        )
        for number in range(turns)
    ]


def _airtime(facts: Facts, live: LiveMeeting, seats: list[Seat]) -> dict[str, Any]:
    spoken = dict(facts.spoken)
    if live.speaker_id and live.speaking_since:
        running = (timezone.now() - live.speaking_since).total_seconds()
        spoken[live.speaker_id] = spoken.get(live.speaker_id, 0) + max(0, round(running))
    shares: list[Share] = shares_of(
        [(seat.person.short_name, spoken.get(seat.person.pk, 0)) for seat in seats]
    )
    silent = sum(seat.is_here and not spoken.get(seat.person.pk) for seat in seats)
    return {"shares": shares, "airtime_words": airtime_words(shares, silent=silent)}


def _closing(facts: Facts, person: Member, seats: list[Seat]) -> list[ClosingStep]:
    steps = []
    for entry in CLOSING.all():
        done = facts.done(entry)
        here = [seat.person for seat in seats if seat.is_here]
        waiting = [each for each in here if done is not None and each.pk not in done]
        mine = person.pk in done if done is not None else has_done(entry, facts.meeting, person)
        steps.append(ClosingStep(entry, facts.lines(entry, person), waiting, mine))
    return steps
