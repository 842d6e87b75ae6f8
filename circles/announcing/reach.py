"""What a writer is shown before sending: how many people, in which circles, and who not."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.db.models import Q
from django.utils import timezone

from circles.announcing.recipients import belonging_to, circles_of, on_leave_from, people_of
from circles.models import Announcement, Circle, Membership
from members.counting import number_of
from members.words import count_in_words
from notifications.models import BouncedAddress

SHOWN = 60
A_DAY = timedelta(days=1)


@dataclass(frozen=True)
class LeftOut:
    """People whom it does not reach, or not by mail: how many, why, and who, if that is known."""

    reason: str
    number: int
    names: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Reach:
    """Whom an announcement would reach if it went out now."""

    people: int
    circles: int
    by_circle: Sequence[Circle]
    names: list[str]
    left_out: list[LeftOut]
    dropped: list[str]
    with_enrolled: bool = False

    @property
    def in_words(self) -> str:
        """`12 people in 3 circles`; `or enrolled` where those are among them."""
        people = count_in_words(self.people, one="person", many="people")
        if not self.circles:
            return people
        circles = count_in_words(self.circles, one="circle", many="circles")
        return f"{people} in {circles}{' or enrolled' if self.with_enrolled else ''}"

    @property
    def more_circles(self) -> int:
        return max(0, self.circles - len(self.by_circle))


def reach_of(announcement: Announcement) -> Reach:
    """Count them in a constant number of queries.

    Names are for who facilitates the circles; organisers get the number of each.
    """
    with_names = not announcement.as_organiser
    people = people_of(announcement)
    names = list(people.values_list("name", flat=True)) if with_names else []
    circles = circles_of(announcement)
    seats = Membership.objects.current().here().for_circle()
    return Reach(
        people=len(names) if with_names else people.order_by().count(),
        circles=circles.order_by().count(),
        by_circle=list(circles.annotate(seated=number_of(seats, "circle"))[:SHOWN]),
        names=names,
        left_out=_left_out(announcement, with_names=with_names),
        dropped=_dropped(announcement),
        with_enrolled=announcement.with_enrolled,
    )


def sent_today(announcement: Announcement) -> int:
    """How many others went to some of the same people within a day, or go out now."""
    since = timezone.now() - A_DAY
    lately = Q(sent_at__gte=since, state=Announcement.State.SENT)
    soon = Q(state=Announcement.State.WAITING, send_at__lte=timezone.now() + A_DAY)
    return Announcement.objects.filter(lately | soon).to_the_same(announcement).count()


def _left_out(announcement: Announcement, *, with_names: bool) -> list[LeftOut]:
    people, gone = people_of(announcement), belonging_to(announcement).who_may_not_sign_in()
    bounced = BouncedAddress.objects.values("address")
    groups: list[tuple[str, Any]] = [
        ("on leave, so they are left in peace", on_leave_from(announcement)),
        ("no longer able to sign in, so they get nothing", gone),
        (
            "without an address that takes mail: they find it in their inbox",
            people.filter(Q(email=None) | Q(email__in=bounced)),
        ),
    ]
    found = []
    for reason, rows in groups:
        if with_names:
            names = list(rows.values_list("name", flat=True))
            found.append(LeftOut(reason, len(names), names))
        else:
            found.append(LeftOut(reason, rows.order_by().count()))
    return [each for each in found if each.number]


def _dropped(announcement: Announcement) -> list[str]:
    """The circles among the chosen that it does not go to: closed, or no longer the writer's."""
    if announcement.programme_id:
        return []
    kept = circles_of(announcement).order_by().values("pk")
    return list(announcement.circles.exclude(pk__in=kept).values_list("name", flat=True)[:SHOWN])
