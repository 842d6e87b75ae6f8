"""From staged circles to circles: everybody is invited, nobody is seated unasked."""

import itertools
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import F
from django.db.models.functions import Lower
from django.utils import timezone

from circles.actions.refusals import CannotChange
from circles.formation.assessing import Assessor
from circles.formation.reading import people_for, problem_among
from circles.formation.setup import SetUp
from circles.models import Circle, Facilitation, Formation, Offer, StagedCircle
from members.actions import record
from members.models import Member
from notifications import planner

FEWEST_HOURS = 7 * 24
NAME_LENGTH = 120
FEWEST_SEATS, MOST_SEATS = 3, 30
# What is needed of each person, among the many columns there are.
COLUMNS = ("name", "time_zone", "language", "left_on", "is_active")
BATCH = 2000
TRIES = 3


@dataclass(frozen=True)
class Summary:
    """What publishing would do, before it is done."""

    circles: int
    people: int
    unplaced: int
    without_facilitator: int
    small: list[StagedCircle]
    gone: list[Member]
    size_min: int
    hours: int


@dataclass
class Published:
    """What publishing did."""

    circles: int = 0
    people: int = 0
    gone: list[Member] = field(default_factory=list)


@dataclass
class _Group:
    """A staged circle with the people who can still be invited."""

    staged: StagedCircle
    people: list[Member]


def summary_of(formation: Formation) -> Summary:
    """What publishing would do now."""
    groups, gone = _groups(formation)
    size_min = SetUp.read(formation.rules).size_min
    return Summary(
        circles=len(groups),
        people=sum(len(group.people) for group in groups),
        unplaced=formation.seats.filter(staged_circle=None).count(),
        without_facilitator=sum(not _facilitator(group) for group in groups),
        small=[group.staged for group in groups if len(group.people) < size_min],
        gone=gone,
        size_min=size_min,
        hours=_hours(formation),
    )


def publish_formation(formation: Formation, *, by: Member) -> Published:
    """Make the staged circles circles, and offer each of their people the seat.

    In one transaction. Publishing twice changes nothing. Whoever left, withdrew or found a seat
    meanwhile is not invited. Raises CannotChange if there is nothing to publish.
    """
    for left in reversed(range(TRIES)):
        try:
            with transaction.atomic():
                return _publish(formation, by)
        except IntegrityError:
            # Somebody took one of the names this very moment; look again which are free.
            if not left:
                raise
    raise AssertionError


def _publish(formation: Formation, by: Member) -> Published:
    locked = Formation.objects.select_for_update(of=("self",)).select_related(
        "programme", "format_version__format"
    )
    formation = locked.get(pk=formation.pk)
    if formation.state == Formation.State.PUBLISHED:
        return Published()
    if not formation.can_be_changed:
        raise CannotChange("There is nothing to publish. Load the page again to see why.")
    groups, gone = _groups(formation)
    if not groups:
        raise CannotChange("No staged circle has anybody to invite.")
    now = timezone.now()
    _make_circles(formation, groups)
    _appoint(groups, by)
    invited = _invite(formation, groups, now, by)
    planner.keep("circle", [group.staged.circle_id for group in groups if group.staged.circle_id])
    formation.state, formation.published_at = Formation.State.PUBLISHED, now
    formation.last_move = None
    formation.save(update_fields=["state", "published_at", "last_move"])
    record(
        by,
        "published formation",
        formation,
        formation=formation.pk,
        circles=len(groups),
        people=invited,
    )
    return Published(len(groups), invited, gone)


def _groups(formation: Formation) -> tuple[list[_Group], list[Member]]:
    """The staged circles that somebody can still be invited to, and whoever no longer can."""
    waiting = set(people_for(formation).order_by().values_list("pk", flat=True))
    people: dict[int, list[Member]] = {}
    gone = []
    seats = formation.seats.exclude(staged_circle=None).select_related("person")
    seats = seats.only(
        "formation", "staged_circle", "person", *(f"person__{column}" for column in COLUMNS)
    )
    for seat in seats:
        if seat.person_id in waiting:
            people.setdefault(seat.staged_circle_id or 0, []).append(seat.person)
        else:
            gone.append(seat.person)
    staged = formation.circles.select_related("facilitator").order_by("number")
    return [_Group(one, people[one.pk]) for one in staged if one.pk in people], gone


def _make_circles(formation: Formation, groups: list[_Group]) -> None:
    keys = [person.pk for group in groups for person in group.people]
    assessor = Assessor(problem_among(formation, keys))
    names = _free_names([group.staged.name for group in groups])
    seats = SetUp.read(formation.rules).size_max
    circles = []
    for group, name in zip(groups, names, strict=True):
        capacity = min(MOST_SEATS, max(FEWEST_SEATS, seats, len(group.people)))
        spoken = Counter(person.language for person in group.people)
        here = [person.pk for person in group.people]
        circle = Circle(
            name=name,
            programme=formation.programme,
            format_version=formation.format_version,
            capacity=capacity,
            time_zone=_most_common(person.time_zone for person in group.people),
            stage=Circle.Stage.FORMING,
            language=assessor.language_of(here, spoken),
        )
        circles.append(circle)
    Circle.objects.bulk_create(circles, batch_size=BATCH)
    themed = Circle.themes.through
    rows = []
    for group, circle in zip(groups, circles, strict=True):
        group.staged.circle = circle
        themes = assessor.themes_of([person.pk for person in group.people])
        rows += [themed(circle_id=circle.pk, theme_id=theme) for theme in themes]
    themed.objects.bulk_create(rows, batch_size=BATCH)
    StagedCircle.objects.bulk_update(
        [group.staged for group in groups], ["circle"], batch_size=BATCH
    )


def _appoint(groups: list[_Group], by: Member) -> None:
    rows = []
    for group in groups:
        if group.staged.circle and (person := _facilitator(group)):
            held = Facilitation(
                circle=group.staged.circle,
                person=person,
                appointed_on=group.staged.circle.today,
                appointed_by=by,
            )
            rows.append(held)
    Facilitation.objects.bulk_create(rows, batch_size=BATCH)


def _invite(formation: Formation, groups: list[_Group], now: datetime, by: Member) -> int:
    expires_at = now + timedelta(hours=_hours(formation))
    offers = [
        Offer(
            circle=circle,
            person=person,
            reason=Offer.Reason.FORMATION,
            made_by=by,
            made_at=now,
            expires_at=expires_at,
        )
        for group in groups
        if (circle := group.staged.circle)
        for person in group.people
    ]
    Offer.objects.bulk_create(offers, batch_size=BATCH)
    planner.keep_all("offer", [offer.pk for offer in offers])
    return len(offers)


def _free_names(wanted: list[str]) -> list[str]:
    """The names, each with a number where a circle has it already."""
    names, taken = list(wanted), _taken(wanted)
    used = {name.lower() for name in wanted}
    clashes = [at for at, name in enumerate(names) if name.lower() in taken]
    for number in itertools.count(2):
        if not clashes:
            break
        others = {at: _another(wanted[at], number) for at in clashes}
        used |= _taken(others.values())
        for at, name in others.items():
            if name.lower() not in used:
                names[at] = name
                used.add(name.lower())
                clashes.remove(at)
    return names


def _another(name: str, number: int) -> str:
    end = f" ({number})"
    return name[: NAME_LENGTH - len(end)].rstrip() + end


def _taken(names: Iterable[str]) -> set[str]:
    lower = [name.lower() for name in names]
    known = Circle.objects.annotate(lower_name=Lower(F("name"))).filter(lower_name__in=lower)
    return set(known.order_by().values_list("lower_name", flat=True))


def _facilitator(group: _Group) -> Member | None:
    person = group.staged.facilitator
    if person is None or not person.may_sign_in or person in group.people:
        return None
    return person


def _most_common(values: Iterable[str]) -> str:
    return Counter(sorted(values)).most_common(1)[0][0]


def _hours(formation: Formation) -> int:
    """How long a seat is held: an invitation nobody expects gets a week at least."""
    return max(FEWEST_HOURS, formation.programme.offer_hours)
