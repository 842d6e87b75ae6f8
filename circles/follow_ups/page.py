"""What the pages of follow-ups show: what is open, what was answered, what comes."""

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q

from circles.follow_ups.moments import Moment, moments, next_moment, open_moment, today_of
from circles.follow_ups.records import Recorded, recorded
from circles.models import Membership, MembershipQuerySet, OutcomeFollowUp
from circles.models.follow_up import Helped, Scope
from members.models import Member

SHOWN = 50
OUTCOMES = (
    ("level", "Your level"),
    ("people", "People you lead"),
    ("budget", "Budget you answer for"),
    ("breadth", "Breadth of your work"),
)


@dataclass(frozen=True)
class Line:
    """One moment of a seat on the list, with what was said at it."""

    moment: Moment
    answer: OutcomeFollowUp | None
    is_open: bool

    @property
    def said(self) -> list[tuple[str, str]]:
        """The answer in words: what changed, and how much the circle helped."""
        answer = self.answer
        if answer is None or not answer.is_answered:
            return []
        rows = [(label, _outcome(answer, name)) for name, label in OUTCOMES]
        said = [(label, words) for label, words in rows if words]
        return [*said, ("Your comment", answer.comment)] if answer.comment else said


@dataclass(frozen=True)
class Asked:
    """A seat on the list."""

    seat: Membership
    lines: list[Line]
    next: Moment | None
    is_stopped: bool

    @property
    def goes_on(self) -> bool:
        """Something is asked now or later, so that one can stop it."""
        waits = any(line.is_open and line.answer is None for line in self.lines)
        return waits or self.next is not None


def asked_seats(person: Member) -> MembershipQuerySet:
    """The seats that this person is asked about, or has answered about."""
    theirs = Membership.objects.of(person)
    said = OutcomeFollowUp.objects.filter(membership=OuterRef("pk"))
    asked = theirs.asked_how_it_goes().order_by().values("pk")
    seats: MembershipQuerySet = theirs.filter(Q(pk__in=asked) | Exists(said))
    return seats.select_related("circle").order_by("-joined_on", "-pk")


def asked_list(person: Member) -> list[Asked]:
    """All of them, the latest first, in two queries."""
    seats = list(asked_seats(person)[:SHOWN])
    said: dict[int, dict[int, OutcomeFollowUp]] = defaultdict(dict)
    for answer in OutcomeFollowUp.objects.visible_to(person).filter(membership__in=seats):
        said[answer.membership_id][answer.months] = answer
    today = today_of(person)
    return [_asked(seat, said[seat.pk], today) for seat in seats]


def records_of(person: Member, seat: Membership) -> Recorded:
    """What HR's records say of the person today; two queries, as they may have changed."""
    level = Member.objects.filter(pk=person.pk).values_list("job_level", flat=True).get()
    events = person.career_events.all()
    return recorded(level, events, joined_on=seat.joined_on, today=today_of(person))


def _asked(seat: Membership, said: dict[int, OutcomeFollowUp], today: dt.date) -> Asked:
    now = open_moment(seat.joined_on, today)
    lines = [
        Line(moment, said.get(moment.months), is_open=moment == now)
        for moment in moments(seat.joined_on)
        if moment.on <= today and (moment == now or moment.months in said)
    ]
    return Asked(
        seat=seat,
        lines=lines[::-1],
        next=next_moment(seat.joined_on, today),
        is_stopped=any(answer.is_last for answer in said.values()),
    )


def _outcome(answer: OutcomeFollowUp, name: str) -> str:
    if name == "level":
        words = "" if answer.level is None else str(answer.level)
    else:
        words = Scope(getattr(answer, name)).label if getattr(answer, name) else ""
    helped = getattr(answer, f"helped_{name}")
    if helped is None:
        return str(words)
    told = (
        "Nothing changed"
        if helped == Helped.NOTHING_CHANGED
        else (f"your circle helped: {Helped(helped).label.lower()}")
    )
    return "; ".join(part for part in (str(words), told) if part)
