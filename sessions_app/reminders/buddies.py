"""Halfway to the next meeting: what your buddy promised, and to ask how it goes."""

from collections import defaultdict
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Subquery
from django.utils import timezone
from django.utils.formats import date_format

from circles.models import Circle, Membership
from circles.reminders.offered import has_a_seat
from members.models import Member
from notifications import actions
from notifications.catalogue import Kind, declare
from notifications.kinds import Letter, NoLongerWanted
from notifications.mail import absolute
from notifications.models import Reminder
from sessions_app.buddy_cycles import Cycle, cycle_of
from sessions_app.decent_hours import decent
from sessions_app.models import Commitment, Meeting
from sessions_app.models.series import MEETING_STAGES
from sessions_app.reminders.about import readable, subject_of

BUDDY_NOTE = "buddy_note"
# Planned so shortly before they are due, notes follow whatever happens to the next meeting.
AHEAD = timedelta(hours=1)
LATE = timedelta(days=1)
# A circle that meets more rarely is not looked at before this long ahead of its next meeting.
LONGEST_HALF = timedelta(days=70)


def circles_at_halfway(now: datetime | None = None) -> list[int]:
    """Circles that are about halfway from their last meeting to the next. One query."""
    now = now or timezone.now()
    others = Meeting.objects.standing().filter(circle=OuterRef("circle"))
    earlier = others.filter(starts_at__lt=OuterRef("starts_at"), ends_at__gt=now)
    held = others.filter(ends_at__lte=now).exclude(state=Meeting.State.MISSED)
    upcoming = Meeting.objects.filter(
        ~Exists(earlier),
        state=Meeting.State.PLANNED,
        starts_at__gt=now,
        starts_at__lte=now + LONGEST_HALF,
        circle__stage__in=MEETING_STAGES,
    ).annotate(ended_at=Subquery(held.order_by("-starts_at").values("ends_at")[:1]))
    rows = upcoming.exclude(ended_at=None).values_list("circle", "starts_at", "ended_at")
    return [
        circle
        for circle, starts_at, ended_at in rows
        if now - LATE <= ended_at + (starts_at - ended_at) / 2 <= now + AHEAD
    ]


def plan_buddy_notes(circle_id: int) -> int:
    """Owe each member their note of this cycle, once; returns how many were owed now."""
    circle = Circle.objects.get(pk=circle_id)
    cycle = cycle_of(circle)
    if cycle is None or cycle.next is None:
        return 0
    subject = subject_of(cycle.last)
    owed = Reminder.objects.filter(kind=BUDDY_NOTE, subject=subject)
    told = set(owed.exclude(state=Reminder.State.CANCELLED).values_list("recipient", flat=True))
    read_it = Membership.objects.current().filter(circle=circle, joined_on__lte=cycle.last.held_on)
    reading = set(read_it.values_list("person", flat=True))
    by_moment: dict[datetime, list[Member]] = defaultdict(list)
    for person in (each for group in cycle.groups for each in group):
        if person.pk in reading - told:
            by_moment[_due_at(cycle, person)].append(person)
    for due_at, people in by_moment.items():
        actions.plan(BUDDY_NOTE, subject=subject, recipients=people, due_at=due_at)
    return sum(map(len, by_moment.values()))


def buddy_note(reminder: Reminder) -> Letter:
    """What the buddies promised the circle and still have open, and to ask how it goes."""
    last, person = readable(reminder), reminder.recipient
    cycle = cycle_of(last.circle)
    if cycle is None or cycle.last != last or cycle.next is None:
        raise NoLongerWanted("The circle has met since, or no next meeting is planned.")
    if _due_at(cycle, person) != reminder.due_at:
        raise NoLongerWanted("The next meeting was moved.")
    sections = _promises(cycle, person)
    if not sections:
        raise NoLongerWanted("They have no buddy, or their buddy has no open promise.")
    names = " and ".join(name for name, _ in sections)
    then = date_format(timezone.localtime(cycle.next.starts_at), "l j F")
    return Letter(
        subject=f"How is {names} doing?",
        heading=f"Ask {names} how it goes",
        paragraphs=[
            f"Until {last.circle.name} meets again {then}, you are buddies. This is what "
            f"{names} promised the circle.",
            "A short message is enough: how is it going, and can you help?",
        ],
        sections=[(f"{name} promised", promises) for name, promises in sections],
        button_label="Open your circle",
        button_url=absolute(last.circle.get_absolute_url()),
        why=f"You get this once between two meetings, because you have a seat in "
        f"{last.circle.name}.",
    )


def _promises(cycle: Cycle, person: Member) -> list[tuple[str, list[str]]]:
    """By each buddy what they still have open, as far as the person reads it."""
    visible = Commitment.objects.visible_to(person).open().filter(circle=cycle.last.circle_id)
    found: dict[int, list[str]] = defaultdict(list)
    buddies = cycle.buddies_of(person)
    for owner, promise in visible.filter(owner__in=buddies).values_list("owner", "promise"):
        found[owner].append(promise)
    return [(each.short_name, found[each.pk]) for each in buddies if found[each.pk]]


def _due_at(cycle: Cycle, person: Member) -> datetime:
    if cycle.halfway is None:
        raise AssertionError("asked of a cycle without an end")
    return decent(cycle.halfway, person.zone)


def register_kinds() -> None:
    # Planned by hand, shortly before: which meeting was the last is for the clock to say.
    declare(
        Kind(
            BUDDY_NOTE,
            "Halfway: how your buddy is doing",
            "Promises and goals",
            compose=buddy_note,
            offered_to=has_a_seat,
        )
    )
