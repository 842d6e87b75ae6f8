"""An agenda made to fit who is expected and how long the meeting takes. Pure functions.

A format's minutes are for its usual size. More people need longer rounds; then presenters go first,
talk all together gets shorter next, and only when nothing else is left do turns get short.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from members.words import number_in_words
from sessions_app.agenda.segments import Segment

DECENT_TURN = 60  # seconds that everyone has in a round, where the format gives them as much
SHORTEST_TURN = 20  # seconds: a name and one sentence


@dataclass(frozen=True)
class Fitted:
    """Segments whose minutes add up to the meeting's, and what was changed for it, in words."""

    segments: list[Segment]
    notes: list[str]


@dataclass(frozen=True)
class Part:
    """A segment on its way into the time there is."""

    segment: Segment
    wanted: int  # minutes for these people, as the format means it
    floor: int  # how short it may become before presenters go
    times: int = 0

    @property
    def presents(self) -> bool:
        return self.segment.mode == "presenter"


def fit(segments: Sequence[Segment], *, people: int, minutes: int, usual: int = 0) -> Fitted:
    """The agenda for so many people in so many minutes; its minutes add up to the meeting's.

    `usual` is how many people the segments were written for: a round in which each of them has less
    than a minute asks for no more. Only where a meeting has fewer minutes than segments, some are
    left out; no segment takes less than a minute.
    """
    people = max(1, people)
    if not segments or minutes < 1:
        return Fitted([], [])
    full = [min(_times(segment), people) for segment in segments]
    parts: list[Part] = []
    for times in _fewer_presenters(full):
        fewer = [
            _part(segment, number, people, usual)
            for segment, number in zip(segments, times, strict=True)
            if number or segment.mode != "presenter"
        ]
        if not fewer:
            break
        parts = fewer
        # The last presenter stays while others can give way to them; the first do not wait.
        gives_way = max(times, default=0) <= 1
        least = sum(part.floor if gives_way or part.presents else part.wanted for part in parts)
        if least <= minutes:
            break
    taken = _minutes_of(parts, people, minutes)
    fitted = [
        replace(part.segment, minutes=given, times=part.times)
        for part, given in zip(parts, taken, strict=True)
        if given
    ]
    notes = [
        *_on_presenters(segments, fitted, people, usual, minutes),
        *_on_turns(segments, fitted, people, usual),
        *_on_talk(segments, fitted, minutes),
    ]
    return Fitted(fitted, notes)


def _times(segment: Segment) -> int:
    return max(1, segment.times) if segment.mode == "presenter" else 0


def _fewer_presenters(times: list[int]) -> Iterable[list[int]]:
    """From all presenters to none, each time one fewer where there are most, at the end first."""
    now = list(times)
    yield list(now)
    while any(now):
        most = max(now)
        last = max(place for place, number in enumerate(now) if number == most)
        now[last] -= 1
        yield list(now)


def _part(segment: Segment, times: int, people: int, usual: int) -> Part:
    written = max(1, segment.minutes)
    if segment.mode == "presenter":
        each = max(1, written // _times(segment))
        needs = _needs(segment, people) or each
        least = needs if _grows(segment) else min(each, needs)
        wanted = max(-(-written * times // _times(segment)), least * times)
        return Part(segment, wanted, min(wanted, least * times), times)
    if segment.mode == "member":
        wanted = max(written, _minutes(people * _decent(segment, usual)), _grown(segment, people))
        return Part(segment, wanted, wanted)
    wanted = max(written, _grown(segment, people))
    floor = min(written, _needs(segment, people)) or -(-written // 2)
    return Part(segment, wanted, max(floor, _grown(segment, people)))


def _decent(segment: Segment, usual: int) -> int:
    """Seconds that each person has at least, if the segment gives as many at its usual size."""
    if not usual:
        return DECENT_TURN
    return max(1, min(DECENT_TURN, max(1, segment.minutes) * 60 // usual))


def _needs(segment: Segment, people: int) -> int:
    """Minutes that one round of its protocol takes in full; 0 without one."""
    return sum(step.minutes + step.minutes_per_person * people for step in segment.steps)


def _grows(segment: Segment) -> bool:
    return any(step.minutes_per_person for step in segment.steps)


def _grown(segment: Segment, people: int) -> int:
    """What a protocol with steps for each person takes now; 0 for one that does not grow."""
    return _needs(segment, people) if _grows(segment) else 0


def _minutes(seconds: int) -> int:
    return -(-seconds // 60)


def _minutes_of(parts: list[Part], people: int, minutes: int) -> list[int]:
    """How long each part takes; together exactly the minutes. 0 for what is left out."""
    now = [part.wanted for part in parts]
    shortest = _minutes(people * SHORTEST_TURN)
    floors = [
        # What each presenter has beyond the protocol, then talk all together.
        [part.floor if part.presents else part.wanted for part in parts],
        [part.floor for part in parts],
        # Then turns, and at last everything.
        [
            min(part.floor, shortest) if part.segment.mode == "member" else part.floor
            for part in parts
        ],
        [1] * len(parts),
    ]
    for floor in floors:
        now = _shorter(now, floor, sum(now) - minutes)
    for place in reversed(range(len(parts))):  # the first ones are held
        if sum(now) > minutes:
            now[place] = 0
    return _longer(parts, now, minutes - sum(now))


def _shorter(now: list[int], floor: list[int], excess: int) -> list[int]:
    """Take the excess away evenly by what there is above the floors, as far as that goes."""
    room = [max(0, minutes - least) for minutes, least in zip(now, floor, strict=True)]
    away = _shares(min(max(0, excess), sum(room)), room)
    return [minutes - less for minutes, less in zip(now, away, strict=True)]


def _longer(parts: list[Part], now: list[int], left: int) -> list[int]:
    """Give what is left to people's turns, evenly; to all segments where there are no turns."""
    turns = [
        0 if part.segment.mode == "circle" else given
        for part, given in zip(parts, now, strict=True)
    ]
    more = _shares(max(0, left), turns if any(turns) else now)
    return [minutes + extra for minutes, extra in zip(now, more, strict=True)]


def _shares(total: int, weights: list[int]) -> list[int]:
    """Whole parts of the total by weight; what rounding leaves goes to the largest remainders."""
    weight = sum(weights)
    if not weight:
        return [0] * len(weights)
    parts = [total * one // weight for one in weights]
    by_remainder = sorted(range(len(weights)), key=lambda i: (-(total * weights[i] % weight), i))
    for place in by_remainder[: total - sum(parts)]:
        parts[place] += 1
    return parts


def _on_presenters(
    segments: Sequence[Segment], fitted: list[Segment], people: int, usual: int, minutes: int
) -> Iterable[str]:
    before = sum(_times(segment) for segment in segments)
    possible = sum(min(_times(segment), people) for segment in segments)
    after = sum(segment.times for segment in fitted)
    if possible < before:
        one = people == 1
        who = "One person is" if one else f"{number_in_words(people).capitalize()} people are"
        verb = "presents" if possible == 1 else "present"
        yield f"{who} expected, so {number_in_words(possible)} {verb}."
    if after == possible:
        yield from _on_shorter_presenting(segments, fitted)
        return
    longer = [
        segment.name
        for segment in segments
        if segment.mode == "member" and people * _decent(segment, usual) > segment.minutes * 60
    ]
    why = (
        f"so that everyone gets a turn at {spoken(longer[0])}"
        if longer
        else f"because the meeting takes {minutes} minutes"
    )
    fewer = possible - after
    lead = f"{number_in_words(fewer).capitalize()} presenter{'' if fewer == 1 else 's'} fewer"
    yield f"{'Nobody presents this time' if after == 0 else lead}, {why}."


def _on_shorter_presenting(segments: Sequence[Segment], fitted: list[Segment]) -> Iterable[str]:
    before = {segment.key: segment for segment in segments}
    for segment in fitted:
        if segment.mode == "presenter":
            was = before[segment.key].minutes // _times(before[segment.key])
            now = segment.minutes // segment.times
            if now < was:
                place = spoken(segment.name)
                yield f"Each presenter at {place} has {now} minutes instead of {was}."


def _on_turns(
    segments: Sequence[Segment], fitted: list[Segment], people: int, usual: int
) -> Iterable[str]:
    before = {segment.key: segment for segment in segments}
    for segment in fitted:
        if segment.mode == "member":
            each = segment.minutes * 60 // people
            if each < _decent(before[segment.key], usual):
                yield f"Turns at {spoken(segment.name)} are short: {clock(each)} each."


def _on_talk(segments: Sequence[Segment], fitted: list[Segment], minutes: int) -> Iterable[str]:
    now = {segment.key: segment.minutes for segment in fitted}
    for segment in segments:
        if segment.mode == "circle" and now.get(segment.key, 0):
            less = segment.minutes - now[segment.key]
            if less > 0:
                yield f"{segment.name} is {less} minute{'' if less == 1 else 's'} shorter."
    left_out = [s.name for s in segments if s.mode != "presenter" and s.key not in now]
    if left_out:
        yield f"{minutes} minutes are too few for {', '.join(map(spoken, left_out))}."


def spoken(name: str) -> str:
    """A segment's name within a sentence: `check-in`, or `“Theme or guest”`."""
    name = name.strip()
    return f"“{name}”" if " " in name else name[:1].lower() + name[1:]


@dataclass(frozen=True)
class Timed:
    """A segment with its start, in minutes from the meeting's, and how long each turn takes."""

    segment: Segment
    start: int
    turns: int  # how many people have one; 0 when all talk together
    seconds: int  # of each turn

    @property
    def clock(self) -> str:
        """`0:35`, counted from the meeting's start."""
        return clock(self.start)

    @property
    def who(self) -> str:
        """`6 people, 1:40 each`."""
        if not self.turns:
            return "each in turn" if self.segment.mode == "member" else "all together"
        noun = "presenter" if self.segment.mode == "presenter" else "person"
        if self.turns == 1:
            return f"one {noun}"
        several = "presenters" if noun == "presenter" else "people"
        return f"{self.turns} {several}, {clock(self.seconds)} each"


def timed(segments: Iterable[Segment], *, people: int) -> list[Timed]:
    """Each segment with its start and its turns, for so many people; 0 where nobody knows."""
    start, result = 0, []
    for segment in segments:
        turns = {"member": people, "presenter": max(1, segment.times)}.get(segment.mode, 0)
        seconds = segment.minutes * 60 // turns if turns else 0
        result.append(Timed(segment, start, turns, seconds))
        start += segment.minutes
    return result


def clock(number: int) -> str:
    """Minutes as hours and minutes, or seconds as minutes and seconds: `1:05`."""
    return f"{number // 60}:{number % 60:02}"
