"""Halfway to the next meeting: what you promised yourself, and how it goes."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from circles.models import Circle, Membership
from circles.reminders.offered import has_a_seat
from members.time_zones import zone_named
from notifications.catalogue import (
    Kind,
    Wanted,
    declare,
    declare_dependents,
    declare_subjects,
)
from notifications.kinds import Letter, NoLongerWanted
from notifications.mail import absolute
from notifications.models import Reminder
from sessions_app.decent_hours import decent
from sessions_app.models import Commitment, Meeting
from sessions_app.models.commitment import CommitmentQuerySet
from sessions_app.models.series import MEETING_STAGES
from sessions_app.reminders.about import CYCLE

COMMITMENT_CHECK = "commitment_check"
# Between meetings nearer than this, nobody needs to be asked.
SHORTEST = timedelta(days=4)
LATE = timedelta(days=1)
RUNNING = (Meeting.State.PLANNED, Meeting.State.LIVE)


class Between(NamedTuple):
    """The two meetings of a circle between which it is now, as far as the rows tell."""

    ended_at: datetime
    next_at: datetime

    @property
    def halfway(self) -> datetime:
        return self.ended_at + (self.next_at - self.ended_at) / 2


def between(circle_ids: Sequence[int]) -> dict[int, Between]:
    """By circle the last meeting that was closed and the next planned one. Two queries.

    None while a meeting is live, nor where the two are near each other.
    """
    of_these = Meeting.objects.filter(circle__in=circle_ids, circle__stage__in=MEETING_STAGES)
    first = ("circle", "starts_at")
    coming = of_these.filter(state__in=RUNNING).order_by(*first).distinct("circle")
    over = of_these.filter(state__in=Meeting.OVER).order_by("circle", "-starts_at")
    ended = dict(over.distinct("circle").values_list("circle", "ends_at"))
    return {
        circle: Between(ended[circle], starts_at)
        for circle, starts_at, state in coming.values_list(*first, "state")
        if state == Meeting.State.PLANNED
        and circle in ended
        and starts_at - ended[circle] >= SHORTEST
    }


def wanted(circle_ids: Sequence[int]) -> Iterator[Wanted]:
    """Whoever has promises open in the circle, halfway, by day in their zone; once a cycle.

    Left out are those on leave, promises made later than that, and promises of which their owner
    said since the last meeting that they are still on it. Four queries, however many circles.
    """
    cycles = between(circle_ids)
    asked = _asked(cycles)
    due: dict[tuple[int, int], datetime] = {}
    for promise in _open_promises(cycles).values_list(
        "circle", "owner", "owner__time_zone", "created_at", "on_it_at"
    ):
        circle, owner, zone, created_at, on_it_at = promise
        cycle = cycles[circle]
        moment = decent(cycle.halfway, zone_named(zone))
        if created_at <= moment and not _answered(on_it_at, cycle):
            due[circle, owner] = moment
    for (circle, owner), moment in due.items():
        if asked.get((circle, owner), cycles[circle].ended_at) <= cycles[circle].ended_at:
            yield Wanted(circle, owner, moment)


def _asked(cycles: Iterable[int]) -> dict[tuple[int, int], datetime]:
    """By circle and person when they were last asked. What is on its way counts."""
    rows = Reminder.objects.filter(
        kind=COMMITMENT_CHECK, subject__in=[f"{CYCLE}:{circle}" for circle in cycles]
    ).exclude(state__in=[Reminder.State.PLANNED, Reminder.State.CANCELLED])
    found = rows.order_by("due_at").values_list("subject", "recipient", "due_at")
    return {
        (int(subject.removeprefix(f"{CYCLE}:")), person): due_at
        for subject, person, due_at in found
    }


def _open_promises(circles: Iterable[int]) -> CommitmentQuerySet:
    seat = Membership.objects.current().here().for_circle("circle").filter(person=OuterRef("owner"))
    return Commitment.objects.open().filter(Exists(seat), circle__in=list(circles))


def _answered(on_it_at: datetime | None, cycle: Between) -> bool:
    return on_it_at is not None and on_it_at > cycle.ended_at


def letter(reminder: Reminder) -> Letter:
    """What the reader promised the circle and still has open. Nobody else's words are in it."""
    circle, person = _circle(reminder), reminder.recipient
    cycle = between([circle.pk]).get(circle.pk)
    if cycle is None or not cycle.ended_at < reminder.due_at <= timezone.now() < cycle.next_at:
        raise NoLongerWanted("The circle has met since, or no next meeting is planned.")
    promises = [
        promise
        for promise in _open_promises([circle.pk]).filter(owner=person).order_by("due_on", "pk")
        if not _answered(promise.on_it_at, cycle)
    ]
    if not promises:
        raise NoLongerWanted("They settled what they promised, said how it goes, or are away.")
    then = date_format(timezone.localtime(cycle.next_at), "l j F")
    return Letter(
        subject=f"How is it going with what you promised {circle.name}?",
        heading="How is it going?",
        paragraphs=[
            f"{circle.name} meets again on {then}. This is what you promised, and what is still "
            "open.",
            "One tap on each is enough: kept, partly kept, or still on it.",
        ],
        sections=[("You promised", [_words(promise) for promise in promises])],
        button_label="Say how it goes",
        button_url=absolute(f"{reverse('meetings:commitments')}?show=asked"),
        why=f"You get this once between two meetings of {circle.name}, while you have something "
        "open there.",
    )


def _circle(reminder: Reminder) -> Circle:
    """The circle, if the reader has a seat in it and is here now."""
    key = int(reminder.subject.removeprefix(f"{CYCLE}:"))
    seats = Membership.objects.current().here().of(reminder.recipient)
    found = seats.filter(circle=key).select_related("circle").first()
    if found is None:
        raise NoLongerWanted("They have no seat in the circle any more, or are on leave.")
    return found.circle


def _words(promise: Commitment) -> str:
    if promise.due_on is None:
        return promise.promise
    return f"{promise.promise} (due {date_format(promise.due_on, 'l j F')})"


def _of_meetings(meeting_ids: Sequence[int]) -> Iterable[int]:
    of_these = Meeting.objects.filter(pk__in=meeting_ids).order_by()
    return of_these.values_list("circle", flat=True).distinct()


def _of_circles(circle_ids: Sequence[int]) -> Iterable[int]:
    return circle_ids


def _all_circles() -> Iterable[int]:
    open_ones = Commitment.objects.open().order_by()
    return open_ones.values_list("circle", flat=True).distinct().iterator()


def register_kinds() -> None:
    # Whatever happens to a meeting, or to who belongs to a circle, reaches the circle's cycle.
    declare_dependents("meeting", CYCLE, _of_meetings)
    declare_dependents("circle", CYCLE, _of_circles)
    declare_subjects(CYCLE, _all_circles)
    declare(
        Kind(
            COMMITMENT_CHECK,
            "Halfway: what you promised",
            "Promises and goals",
            compose=letter,
            about=CYCLE,
            wanted=wanted,
            too_late=LATE,
            offered_to=has_a_seat,
            lasts=timedelta(days=1),
        )
    )
