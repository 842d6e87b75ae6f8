"""Of goals that have not moved for a while their owner is asked how it goes, twice at most."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Max
from django.urls import reverse

from circles.models import Circle, Leave, Membership, Pause
from members.words import number_in_words
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
from sessions_app.check_in_rhythm import Round, rounds
from sessions_app.decent_hours import MORNING
from sessions_app.models import Goal
from sessions_app.reminders.about import PERSON

GOAL_CHECK_IN = "goal_check_in"
LATE = timedelta(days=1)
A_DAY = timedelta(days=1)


def wanted(person_ids: Sequence[int]) -> Iterator[Wanted]:
    """Whoever has active goals that rest: at nine in their zone, as check_in_rhythm says.

    Five queries, however many people.
    """
    for person, (zone, found) in rounds_of(person_ids).items():
        for each in found:
            yield Wanted(person, person, _morning(each.day, zone))


def rounds_of(
    person_ids: Sequence[int], *, apart_from: int | None = None
) -> dict[int, tuple[ZoneInfo, list[Round]]]:
    """By person their zone and the letters that their goals ask for.

    A goal shared with a circle that pauses is not asked about, nor is anybody on leave. The time
    a goal rests begins anew when the pause or the leave is over.
    """
    away = Membership.objects.current().on_leave().filter(person__in=person_ids)
    goals = Goal.objects.active().filter(owner__in=person_ids)
    resting = goals.exclude(owner__in=set(away.values_list("person", flat=True))).exclude(
        circle__stage=Circle.Stage.PAUSED
    )
    rows = list(resting.select_related("owner").order_by("pk"))
    back, resumed = _back({goal.owner_id for goal in rows}), _resumed(rows)
    zones: dict[int, ZoneInfo] = {}
    since: dict[int, dict[int, date]] = defaultdict(dict)
    for goal in rows:
        zones[goal.owner_id] = goal.owner.zone
        began_anew = (back.get(goal.owner_id), resumed.get(goal.circle_id))
        days = [goal.last_step_on, *(day for day in began_anew if day)]
        since[goal.owner_id][goal.pk] = max(days)
    told = _told(zones, apart_from)
    return {who: (zones[who], rounds(since[who], told[who])) for who in zones}


def _back(people: Iterable[int]) -> dict[int, date]:
    """By person the day they came back from their last leave."""
    over = Leave.objects.filter(membership__person__in=people, ended_on__isnull=False).order_by()
    return dict(over.values_list("membership__person").annotate(Max("ended_on")))


def _resumed(goals: Iterable[Goal]) -> dict[int | None, date]:
    """By circle the day its last pause ended."""
    shared = {goal.circle_id for goal in goals if goal.circle_id}
    over = Pause.objects.filter(circle__in=shared, ended_on__isnull=False).order_by()
    return dict(over.values_list("circle").annotate(Max("ended_on")))


def _told(zones: Mapping[int, ZoneInfo], apart_from: int | None) -> dict[int, list[date]]:
    """By person the days for which letters went out, or are on their way."""
    subjects = [f"{PERSON}:{person}" for person in zones]
    rows = Reminder.objects.filter(kind=GOAL_CHECK_IN, subject__in=subjects).exclude(
        state__in=[Reminder.State.PLANNED, Reminder.State.CANCELLED]
    )
    found: dict[int, list[date]] = defaultdict(list)
    for pk, person, due_at in rows.values_list("pk", "recipient", "due_at"):
        if pk != apart_from:
            found[person].append(due_at.astimezone(zones[person]).date())
    return found


def _morning(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, MORNING, zone).astimezone(UTC)


def letter(reminder: Reminder) -> Letter:
    """The reader's own goals that rest, by their titles."""
    person = reminder.recipient
    zone, found = rounds_of([person.pk], apart_from=reminder.pk).get(person.pk, (person.zone, []))
    day = reminder.due_at.astimezone(zone).date()
    # A day to either side, for who has another time zone since.
    asked = next((each for each in found if abs(each.day - day) <= A_DAY), None)
    if asked is None:
        raise NoLongerWanted("Their goals moved since, or they or the circle are away.")
    titles = list(
        Goal.objects.filter(pk__in=asked.goals, owner=person)
        .order_by("-created_at", "-pk")
        .values_list("title", flat=True)
    )
    one = len(titles) == 1
    goals = "a goal of yours" if one else f"{number_in_words(len(titles))} goals of yours"
    return Letter(
        subject=f"How is it going with {goals}?",
        heading="How far have you come?" if one else "How far have they come?",
        paragraphs=[
            f"Nothing was noted on {'this' if one else 'these'} for three weeks. That may be "
            "just right, and one tap says so.",
            "If something moved, note how far. If it matters no more, let it go; that is an "
            "answer, too.",
        ],
        sections=[("Your goal" if one else "Your goals", titles)],
        button_label="Check in",
        button_url=absolute(f"{reverse('meetings:goals')}?show=asked"),
        why="You get this when an active goal rests for three weeks, at most every two weeks, and "
        "twice about the same goal until it moves. Nobody else gets it.",
    )


def _of_circles(circle_ids: Sequence[int]) -> Iterable[int]:
    """Whoever has or had a seat there and an active goal."""
    seats = Membership.objects.filter(circle__in=circle_ids)
    goals = Goal.objects.active().filter(owner__in=seats.values("person")).order_by()
    return goals.values_list("owner", flat=True).distinct()


def all_owners() -> Iterable[int]:
    goals = Goal.objects.active().order_by()
    return goals.values_list("owner", flat=True).distinct().iterator()


def register_kinds() -> None:
    declare_dependents("circle", PERSON, _of_circles)
    declare_subjects(PERSON, all_owners)
    declare(
        Kind(
            GOAL_CHECK_IN,
            "How your goals go, when they rest",
            "Promises and goals",
            compose=letter,
            about=PERSON,
            wanted=wanted,
            too_late=LATE,
        )
    )
