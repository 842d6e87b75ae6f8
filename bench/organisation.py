"""Draws people and rows from the large organisation: no page is measured on one row only."""

from collections.abc import Callable
from random import Random
from typing import Any, NamedTuple

from django.conf import settings
from django.db.models import Count, Exists, OuterRef, QuerySet
from django.urls import reverse
from django.utils import timezone

from circles.models import Circle, Facilitation, Membership
from members.models import Member
from sessions_app.models import Goal, Meeting


class Visit(NamedTuple):
    """One request: who opens what. Nobody is a visitor who has not signed in."""

    person: Member | None
    address: str


class Organisation:
    """The same people and rows each time, as many as asked for."""

    def __init__(self) -> None:
        self.dice = Random(1)  # noqa: S311  only which rows to open
        addresses = {f"{name}@{settings.DEMO_DOMAIN}": name for name in ("hr", "organiser")}
        self.logins = {
            addresses[person.email]: person
            for person in Member.objects.filter(email__in=addresses)
            if person.email
        }

    def some(self, rows: "QuerySet[Any]", count: int) -> list[Any]:
        keys = list(rows.order_by("pk").values_list("pk", flat=True))
        chosen = self.dice.sample(keys, min(count, len(keys)))
        found = rows.in_bulk(chosen)
        return [found[key] for key in chosen]

    def people(self, count: int) -> list[Member]:
        return self.some(Member.objects.current(), count)

    def newcomers(self, count: int) -> list[Member]:
        seats = Membership.objects.filter(person=OuterRef("pk"))
        return self.some(Member.objects.current().filter(~Exists(seats)), count)

    def seats(self, count: int) -> list[Membership]:
        running = Membership.objects.current().filter(circle__stage=Circle.Stage.ACTIVE)
        return self.some(running.select_related("person"), count)

    def appointments(self, count: int) -> list[Facilitation]:
        running = Facilitation.objects.current().filter(circle__stage=Circle.Stage.ACTIVE)
        return self.some(running.select_related("person"), count)

    def busiest_facilitators(self, count: int) -> list[Member]:
        loads = Facilitation.objects.current().values("person").annotate(held=Count("pk"))
        busiest = loads.order_by("-held", "person").values_list("person", flat=True)[:count]
        return list(Member.objects.filter(pk__in=list(busiest)).order_by("pk"))

    def meetings_of(self, appointments: list[Facilitation], *, past: bool) -> list[Meeting | None]:
        """One meeting of each circle: the latest, or the one to come."""
        now, circles = timezone.now(), [held.circle_id for held in appointments]
        there = Meeting.objects.filter(circle__in=circles)
        found = there.past(now).reverse() if past else there.upcoming(now).reverse()
        latest = {meeting.circle_id: meeting for meeting in found}
        return [latest.get(circle) for circle in circles]


SPARE = 20
Draw = Callable[[Organisation, int], list[Visit]]


def login(name: str, *addresses: str) -> Draw:
    """One of the demo logins opens the same few addresses in turn."""

    def draw(organisation: Organisation, count: int) -> list[Visit]:
        person = organisation.logins[name]
        return [Visit(person, addresses[number % len(addresses)]) for number in range(count)]

    return draw


def visitor(address: str) -> Draw:
    return lambda _, count: [Visit(None, address)] * count


def member(*addresses: str) -> Draw:
    """People with a seat open the same few addresses."""
    return lambda organisation, count: [
        Visit(seat.person, addresses[number % len(addresses)])
        for number, seat in enumerate(organisation.seats(count))
    ]


def newcomer(address: str) -> Draw:
    return lambda organisation, count: [
        Visit(person, address) for person in organisation.newcomers(count)
    ]


def facilitator(address: str) -> Draw:
    """Half of them hold more circles than anybody else, half are any."""

    def draw(organisation: Organisation, count: int) -> list[Visit]:
        busiest = organisation.busiest_facilitators(count // 2)
        others = [held.person for held in organisation.appointments(count - len(busiest))]
        return [Visit(person, address) for person in (*busiest, *others)]

    return draw


def own_circle(route: str) -> Draw:
    return lambda organisation, count: [
        Visit(seat.person, reverse(route, args=[seat.circle_id]))
        for seat in organisation.seats(count)
    ]


def held_circle(route: str) -> Draw:
    return lambda organisation, count: [
        Visit(held.person, reverse(route, args=[held.circle_id]))
        for held in organisation.appointments(count)
    ]


def strange_circle(route: str) -> Draw:
    """Somebody opens a listed circle that they do not belong to."""

    def draw(organisation: Organisation, count: int) -> list[Visit]:
        circles = organisation.some(Circle.objects.listed(), count)
        people = organisation.newcomers(len(circles))
        pairs = zip(people, circles, strict=True)
        return [Visit(person, reverse(route, args=[circle.pk])) for person, circle in pairs]

    return draw


def held_meeting(route: str, *, past: bool) -> Draw:
    def draw(organisation: Organisation, count: int) -> list[Visit]:
        # Some circles have no such meeting: look at a few more.
        held = organisation.appointments(count + SPARE)
        pairs = zip(held, organisation.meetings_of(held, past=past), strict=True)
        visits = [
            Visit(appointment.person, reverse(route, args=[meeting.pk]))
            for appointment, meeting in pairs
            if meeting
        ]
        return visits[:count]

    return draw


def own_meeting(route: str) -> Draw:
    """Members open the last meeting in which they were."""

    def draw(organisation: Organisation, count: int) -> list[Visit]:
        now = timezone.now()
        visits = []
        for seat in organisation.seats(count):
            meetings = Meeting.objects.visible_to(seat.person).filter(circle=seat.circle_id)
            if meeting := meetings.past(now).first():
                visits.append(Visit(seat.person, reverse(route, args=[meeting.pk])))
        return visits

    return draw


def own_goal(route: str) -> Draw:
    return lambda organisation, count: [
        Visit(goal.owner, reverse(route, args=[goal.pk]))
        for goal in organisation.some(Goal.objects.active().select_related("owner"), count)
    ]


def any_of(name: str, route: str, rows: Callable[[], "QuerySet[Any]"], key: str = "pk") -> Draw:
    """One of the demo logins opens the pages of many rows."""

    def draw(organisation: Organisation, count: int) -> list[Visit]:
        person = organisation.logins[name]
        return [
            Visit(person, reverse(route, args=[getattr(row, key)]))
            for row in organisation.some(rows(), count)
        ]

    return draw
