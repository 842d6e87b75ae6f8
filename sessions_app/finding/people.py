"""Whom a search asks, what they said, and what the circle's hours cost them so far."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from types import MappingProxyType

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from circles.models import Facilitation, Membership
from members.models import Member
from sessions_app.finding.judging import Asked, outside
from sessions_app.finding.reading import intervals
from sessions_app.models import (
    Attendance,
    Availability,
    Meeting,
    TimeSearch,
    TimeVote,
)

A_YEAR = timedelta(days=365)
NOTHING: Mapping[int, float] = MappingProxyType({})


@dataclass(frozen=True)
class Everyone:
    """Those whose time counts: seats that are not on leave, and facilitators who said a word."""

    people: list[Member]
    answers: dict[int, Availability]

    @property
    def silent(self) -> list[Member]:
        return [person for person in self.people if person.pk not in self.answers]

    @property
    def answered(self) -> list[Member]:
        return [person for person in self.people if person.pk in self.answers]


def everyone(search: TimeSearch) -> Everyone:
    """Three queries, however many they are."""
    seats = Membership.objects.current().here().filter(circle=search.circle_id)
    people = [seat.person for seat in seats.select_related("person").order_by("person__name", "pk")]
    answers = {answer.person_id: answer for answer in search.availabilities.all()}
    voted = TimeVote.objects.filter(candidate__search=search, person=OuterRef("person"))
    held = Facilitation.objects.current().filter(
        Q(person__in=answers) | Exists(voted), circle=search.circle_id
    )
    taking_part = [each.person for each in held.select_related("person")]
    people += [person for person in taking_part if person not in people]
    here = {person.pk for person in people}
    return Everyone(people, {key: said for key, said in answers.items() if key in here})


def as_asked(all_of_them: Everyone, borne: Mapping[int, float] = NOTHING) -> list[Asked]:
    """The same people as the search for candidates takes them."""
    asked = []
    for person in all_of_them.people:
        said = all_of_them.answers.get(person.pk)
        asked.append(
            Asked(
                key=person.pk,
                zone=said.time_zone if said else person.zone.key,
                has_answered=said is not None,
                hours=tuple(said.hours) if said else (),
                if_need_be=tuple(said.if_need_be) if said else (),
                busy=intervals(said.busy) if said else (),
                borne=borne.get(person.pk, 0.0),
            )
        )
    return asked


def borne_by(search: TimeSearch, people: Iterable[Member]) -> dict[int, float]:
    """By person, the minutes outside working hours that the past year's meetings took of them.

    Meetings which somebody was noted to have missed are not counted. Three queries.
    """
    now = timezone.now()
    meetings = list(
        Meeting.objects.past(now).filter(circle=search.circle_id, starts_at__gte=now - A_YEAR)
    )
    seats = Membership.objects.current().filter(circle=search.circle_id)
    joined = dict(seats.values_list("person", "joined_on"))
    absent = Attendance.objects.filter(meeting__in=meetings, attended=False)
    missed = set(absent.values_list("meeting", "person"))
    borne: dict[int, float] = {}
    for person in people:
        since = joined.get(person.pk)
        for meeting in meetings:
            if (meeting.pk, person.pk) in missed or (since and meeting.held_on < since):
                continue
            local = meeting.starts_at.astimezone(person.zone)
            begins = local.hour * 60 + local.minute
            out, _ = outside(local.weekday(), begins, meeting.minutes)
            borne[person.pk] = borne.get(person.pk, 0.0) + out
    return borne
