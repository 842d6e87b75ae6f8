"""Who gets an announcement: exactly the people who belong to it at the moment of asking."""

from typing import Any

from circles.models import Announcement, Circle, CircleQuerySet, Enrolment, Facilitation, Membership
from members.models import Member, MemberQuerySet
from members.rules import is_organiser


def circles_of(announcement: Announcement) -> CircleQuerySet:
    """The open circles it goes to, of those its writer may write to today."""
    writer, circles = announcement.written_by, Circle.objects.open()
    if announcement.as_organiser:
        circles = circles if is_organiser(writer) else circles.none()
    else:
        circles = circles.facilitated_by(writer)
    if announcement.programme_id:
        return circles.filter(programme=announcement.programme_id)
    chosen = announcement.parts.filter(is_dropped=False).order_by().values("circle")
    return circles.filter(pk__in=chosen)


def people_of(announcement: Announcement) -> MemberQuerySet:
    """Who gets it: each person once, however many of the circles they are in.

    Without those on leave, without whoever may not sign in, and without its writer.
    """
    belonging = belonging_to(announcement).exclude(pk=announcement.written_by_id)
    reachable: MemberQuerySet = belonging.current().filter(is_active=True)
    return reachable


def belonging_to(announcement: Announcement) -> MemberQuerySet:
    """Everyone whom it is meant for, also those whom it cannot reach."""
    circles = circles_of(announcement).order_by().values("pk")
    seats = Membership.objects.current().filter(circle__in=circles)
    groups = [_people(seats.here())]
    if announcement.with_facilitators:
        groups.append(_people(Facilitation.objects.current().filter(circle__in=circles)))
    if announcement.with_enrolled and is_organiser(announcement.written_by):
        enrolled = Enrolment.objects.current().filter(programme=announcement.programme_id)
        seated = Membership.objects.current().filter(circle__programme=announcement.programme_id)
        groups.append(_people(enrolled.exclude(person__in=_people(seated))))
    first, *others = groups
    people: MemberQuerySet = Member.objects.filter(pk__in=first.union(*others) if others else first)
    return people


def on_leave_from(announcement: Announcement) -> MemberQuerySet:
    """Who is left out because they are on leave."""
    away = Membership.objects.current().on_leave().filter(circle__in=circles_of(announcement))
    there = belonging_to(announcement).order_by().values("pk")
    people: MemberQuerySet = Member.objects.filter(pk__in=_people(away)).exclude(pk__in=there)
    return people


def _people(rows: Any) -> Any:
    return rows.order_by().values("person")
