"""The ledger of a circle: who sits in it, who is expected, and what everyone had so far."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from circles.models import FormatVersion, Leave, Membership
from members.counting import number_of
from members.models import Member
from sessions_app.agenda.fairness import PastTurn, Post, Record, choose, holders, presents
from sessions_app.agenda.fitting import Fitted, fit
from sessions_app.agenda.segments import Segment, segments_of
from sessions_app.models import Attendance, Meeting, RoleTurn, Topic

PRESENTER = "presenter"
FURTHEST_BACK = 2000  # turns: some years of weekly meetings


@dataclass(frozen=True)
class Peer:
    """Someone with a seat, as far as one meeting is concerned."""

    person: Member
    record: Record
    joined_on: date
    is_host: bool
    is_away: bool
    said: str

    @property
    def is_expected(self) -> bool:
        """Everyone with a seat who is not on leave then and has not said that they can't come."""
        return not self.is_away and self.said != Attendance.Rsvp.NOT_GOING


@dataclass(frozen=True)
class Ledger:
    """Everyone with a seat in the order of joining, and the roles of earlier meetings."""

    peers: list[Peer]
    turns: list[PastTurn]

    @property
    def expected(self) -> list[Peer]:
        return [peer for peer in self.peers if peer.is_expected]

    @property
    def coming(self) -> int:
        return sum(peer.said == Attendance.Rsvp.GOING for peer in self.expected)

    def seats(self, person_id: int) -> bool:
        """Whether this person has a seat."""
        return any(peer.record.person == person_id for peer in self.peers)

    def times(self, person_id: int, role: str) -> int:
        """How often this person had the role since they joined."""
        return next(
            (p.record.had.get(role, 0) for p in self.peers if p.record.person == person_id), 0
        )


def ledger_of(meeting: Meeting) -> Ledger:
    """The circle's ledger up to this meeting, however many there were: two queries."""
    seats = list(_seats(meeting))
    joined = {seat.person_id: seat.joined_on for seat in seats}
    turns = [
        PastTurn(role, person, held_on, by_hand=source == RoleTurn.Source.CHOSEN)
        for role, person, held_on, source in reversed(_earlier_turns(meeting))
        if person in joined and held_on >= joined[person]
    ]
    latest = {turn.held_on for turn in turns[-1:]}
    had: dict[int, Counter[str]] = {person: Counter() for person in joined}
    last: dict[int, dict[str, date]] = {person: {} for person in joined}
    for turn in turns:
        had[turn.person][turn.role] += 1
        last[turn.person][turn.role] = turn.held_on
    just_presented = {t.person for t in turns if t.held_on in latest and presents(t.role)}
    peers = [
        Peer(
            person=seat.person,
            record=Record(
                person=seat.person_id,
                attended=max(0, seat.held - seat.missed),
                had=had[seat.person_id],
                last=last[seat.person_id],
                has_topic=seat.has_topic,
                presented_last=seat.person_id in just_presented,
            ),
            joined_on=seat.joined_on,
            is_host=seat.role == Membership.Role.HOST,
            is_away=seat.is_away,
            said=seat.said,
        )
        for seat in seats
    ]
    return Ledger(peers, turns)


def _earlier(meeting: Meeting) -> QuerySet[Meeting]:
    gone = (Meeting.State.CANCELLED, Meeting.State.MISSED)
    before = Meeting.objects.filter(circle=meeting.circle_id, starts_at__lt=meeting.starts_at)
    return before.exclude(state__in=gone)


def _seats(meeting: Meeting) -> Any:
    held = _earlier(meeting).filter(held_on__gte=OuterRef("joined_on"))
    missed = Attendance.objects.filter(
        Q(attended=False) | Q(attended=None, rsvp=Attendance.Rsvp.NOT_GOING),
        meeting__in=_earlier(meeting),
        meeting__held_on__gte=OuterRef("joined_on"),
        person=OuterRef("person"),
    )
    away = Leave.objects.current().filter(membership=OuterRef("pk"), back_by__gt=meeting.held_on)
    answer = Attendance.objects.filter(meeting=meeting, person=OuterRef("person"))
    topics = Topic.objects.waiting().filter(circle=meeting.circle_id, owner=OuterRef("person"))
    seats = Membership.objects.current().filter(circle=meeting.circle_id).select_related("person")
    return seats.annotate(
        held=number_of(held, "circle"),
        missed=number_of(missed, "person"),
        is_away=Exists(away),
        said=Coalesce(Subquery(answer.values("rsvp")), Value("")),
        has_topic=Exists(topics),
    ).order_by("joined_on", "pk")


def _earlier_turns(meeting: Meeting) -> list[tuple[str, int, date, str]]:
    """Roles that people had, the latest first; not of those who were not there in the end."""
    absent = Attendance.objects.filter(
        meeting=OuterRef("meeting"), person=OuterRef("person"), attended=False
    )
    turns = RoleTurn.objects.filter(~Exists(absent), meeting__in=_earlier(meeting))
    rows = turns.order_by("-meeting__starts_at", "role", "place").values_list(
        "role", "person", "meeting__held_on", "source"
    )
    return list(rows[:FURTHEST_BACK])


def fitted_of(meeting: Meeting, *, people: int) -> Fitted:
    """The meeting's agenda for so many people. One that began stays as it was settled."""
    has_own = getattr(meeting, "own_agenda", None) is not None
    if has_own and meeting.state != Meeting.State.PLANNED:
        return Fitted(segments_of(meeting), [])
    return shaped_for(meeting, people=people)


def shaped_for(meeting: Meeting, *, people: int) -> Fitted:
    """The agenda made to fit so many people.

    One that somebody shaped by hand is taken at its word, unless it is longer than the meeting or
    has more presenters than people.
    """
    segments = segments_of(meeting)
    if getattr(meeting, "own_agenda", None) is None:
        version = meeting.circle.format_version
        size = in_turn(version, people)
        return fit(segments, people=size, minutes=meeting.minutes, usual=usual_size(version))
    is_short = sum(segment.minutes for segment in segments) <= meeting.minutes
    if is_short and all(segment.times <= max(1, people) for segment in segments):
        return Fitted(segments, [])
    return fit(segments, people=people, minutes=meeting.minutes, usual=max(1, people))


def usual_size(version: FormatVersion) -> int:
    """How many people the format's minutes are for; 0 where its size is not one of people."""
    if not version.counts_people:
        return 0
    subgroups: list[int] = version.definition.get("size", {}).get("subgroups") or []
    return max(subgroups, default=version.size_max)


def in_turn(version: FormatVersion, people: int) -> int:
    """How many speak in turn: all, or those of the largest subgroup."""
    subgroups = version.definition.get("size", {}).get("subgroups")
    return min(people, max(subgroups)) if subgroups else people


def posts_of(version: FormatVersion, segments: Iterable[Segment]) -> list[Post]:
    """The roles of a meeting: the format's, with as many presenters as its agenda has places."""
    roles: list[str] = version.definition.get("rotating_roles", [])
    places = sum(segment.times for segment in segments if segment.mode == "presenter")
    presenter = next((role for role in roles if presents(role)), PRESENTER)
    posts = [Post(role) for role in dict.fromkeys(roles) if not presents(role)]
    return posts + [Post(presenter, place + 1) for place in range(places)]


def hand_out(
    meeting: Meeting,
    ledger: Ledger,
    posts: Sequence[Post],
    *,
    here: Iterable[int],
    kept: dict[Post, int],
) -> dict[Post, int]:
    """Who has which post, by person: what is kept, then who holds a term, then whose turn it is."""
    given = {post: person for post, person in kept.items() if post in posts}
    able = set(here)
    months = meeting.circle.format_version.definition.get("role_term_months")
    if months:
        terms = holders(ledger.turns, months=months, on=meeting.held_on, people=able_ids(ledger))
        for post in posts:
            holder = terms.get(post.role)
            if post not in given and not presents(post.role) and holder in able:
                given[post] = terms[post.role]
    open_posts = [post for post in posts if post not in given]
    records = [peer.record for peer in ledger.peers if peer.record.person in able]
    free = [record for record in records if record.person not in given.values()]
    given |= choose(open_posts[: len(free)], free)
    return given | choose(open_posts[len(free) :], records)


def able_ids(ledger: Ledger) -> list[int]:
    return [peer.record.person for peer in ledger.peers]


def proposed_roles(
    meeting: Meeting, ledger: Ledger | None = None, turns: Sequence[RoleTurn] | None = None
) -> list[RoleTurn]:
    """Who would have which role if they were given out now; nothing is saved.

    Fetch the meeting with its own agenda, its circle and the circle's version. Three queries, none
    where the ledger and the roles that are given are there already.
    """
    ledger = ledger or ledger_of(meeting)
    given = meeting.roles.select_related("person") if turns is None else turns
    people = {peer.record.person: peer.person for peer in ledger.peers}
    expected = [peer.record.person for peer in ledger.expected]
    kept = {Post(t.role, t.place): t for t in given if t.person_id in expected}
    segments = fitted_of(meeting, people=len(expected)).segments
    posts = posts_of(meeting.circle.format_version, segments)
    ids = {post: turn.person_id for post, turn in kept.items()}
    chosen = hand_out(meeting, ledger, posts, here=expected, kept=ids)
    return [
        kept.get(post)
        or RoleTurn(meeting=meeting, role=post.role, place=post.place, person=people[chosen[post]])
        for post in posts
        if post in chosen
    ]
