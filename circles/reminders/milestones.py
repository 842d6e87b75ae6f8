"""The days of a programme, told to the people of its circles at nine in the morning of their own.

What is owed is about a circle, so that whoever joins or leaves one changes only its rows. Somebody
in several circles of a programme is told by the first of them.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format

from circles.models import Circle, Facilitation, Membership, Milestone, Programme
from circles.programmes.milestones import Day, days_of, told
from circles.reminders.offered import belongs_to_a_circle
from members.models import Member
from notifications.catalogue import Kind, Wanted, declare, declare_dependents, declare_subjects
from notifications.kinds import Letter, NoLongerWanted
from notifications.mail import absolute
from notifications.models import Reminder

MILESTONE = "programme_milestone"
ABOUT = "circle_milestones"
NINE = dt.time(9)
TOO_LATE = dt.timedelta(hours=12)


def wanted(circle_ids: Sequence[int]) -> Iterator[Wanted]:
    """Everyone with a seat in these circles, and who facilitates them: five queries, for any."""
    circles = Circle.objects.open().filter(pk__in=circle_ids, programme__archived_at=None)
    programmes = dict(circles.order_by().values_list("pk", "programme"))
    days = _days(set(programmes.values()))
    moments = {
        key: sorted({on for day in found for on in day.told_on}) for key, found in days.items()
    }
    for circle, person, zone in _people(programmes):
        for on in moments[programmes[circle]]:
            yield Wanted(circle, person.pk, dt.datetime.combine(on, NINE, zone))


def milestone_letter(reminder: Reminder) -> Letter:
    """What happens on that day, or in so many days; all that is told in one letter."""
    rows = Circle.objects.open().select_related("programme")
    circle = rows.filter(pk=reminder.subject.removeprefix(f"{ABOUT}:")).first()
    if circle is None or circle.programme.is_archived:
        raise NoLongerWanted("The circle or its programme is over.")
    person, programme = reminder.recipient, circle.programme
    if _first_circle(person, programme) != circle.pk:
        raise NoLongerWanted("They left the circle, or another one of the programme tells them.")
    on = reminder.due_at.astimezone(person.zone).date()
    days = told(_days([programme.pk])[programme.pk], on)
    if not days:
        raise NoLongerWanted("The milestone was moved or removed.")
    today = timezone.localdate(timezone=person.zone)
    if all(day.on < today for day in days):
        raise NoLongerWanted("The day is over.")
    first = days[0]
    return Letter(
        subject=f"{programme}: {first.title}",
        heading=first.title if len(days) == 1 else f"What comes in {programme}",
        paragraphs=[first.words] if len(days) == 1 and first.words else [],
        facts=[("Programme", programme.name), *_facts(days)],
        button_label="Open your circle",
        button_url=absolute(circle.get_absolute_url()),
        why=f"You get this because you take part in {programme}.",
    )


def _facts(days: Sequence[Day]) -> list[tuple[str, str]]:
    if len(days) == 1:
        return [("When", date_format(days[0].on, "l j F Y"))]
    return [
        (date_format(day.on, "l j F"), f"{day.title}. {day.words}" if day.words else day.title)
        for day in days
    ]


def _days(programmes: Iterable[int]) -> dict[int, list[Day]]:
    """By programme its days, with what organisers added."""
    typed: dict[int, list[Milestone]] = defaultdict(list)
    for milestone in Milestone.objects.current().filter(programme__in=programmes):
        typed[milestone.programme_id].append(milestone)
    rows = Programme.objects.filter(pk__in=programmes)
    return {programme.pk: days_of(programme, typed[programme.pk]) for programme in rows}


def _people(circles: Iterable[int]) -> Iterator[tuple[int, Member, dt.tzinfo]]:
    """Who belongs to which circle, with their zone; who is on leave is left in peace."""
    keys = list(circles)
    seats = Membership.objects.current().here().filter(circle__in=keys)
    held = Facilitation.objects.current().filter(circle__in=keys)
    rows = [
        *seats.order_by().values_list("circle", "person"),
        *held.order_by().values_list("circle", "person"),
    ]
    people = Member.objects.only("pk", "time_zone").in_bulk({person for _, person in rows})
    for circle, person in rows:
        yield circle, people[person], people[person].zone


def _first_circle(person: Member, programme: Programme) -> int | None:
    """Of the programme's open circles that they belong to, the one that tells them."""
    seats = Membership.objects.current().here().of(person).order_by().values("circle")
    held = Facilitation.objects.current().filter(person=person).order_by().values("circle")
    mine = Circle.objects.open().filter(Q(pk__in=seats) | Q(pk__in=held), programme=programme)
    return mine.order_by("pk").values_list("pk", flat=True).first()


def _same(circle_ids: Sequence[int]) -> Iterable[int]:
    return circle_ids


def _all_circles() -> Iterable[int]:
    circles = Circle.objects.open().filter(programme__archived_at=None)
    return circles.order_by("pk").values_list("pk", flat=True).iterator()


def register_kinds() -> None:
    declare(
        Kind(
            MILESTONE,
            "Days of your programme",
            "Announcements",
            compose=milestone_letter,
            about=ABOUT,
            wanted=wanted,
            too_late=TOO_LATE,
            lasts=dt.timedelta(days=1),
            offered_to=belongs_to_a_circle,
        )
    )
    declare_dependents("circle", ABOUT, _same)
    declare_subjects(ABOUT, _all_circles)
