"""The page of a person's calendar addresses."""

from dataclasses import dataclass

from django.db.models import Q
from django.urls import reverse

from circles.models import Circle, Facilitation
from members.models import Member
from notifications.mail import absolute
from sessions_app.actions.feeds import secret_of
from sessions_app.models import CalendarFeed


@dataclass(frozen=True)
class Subscription:
    """All circles of a person, or one of them, with the address if there is one."""

    circle: Circle | None
    feed: CalendarFeed | None

    @property
    def address(self) -> str:
        if self.feed is None:
            return ""
        return absolute(reverse("meetings:feed", args=[secret_of(self.feed)]))

    @property
    def webcal(self) -> str:
        """What a program for calendars opens with one tap."""
        return f"webcal://{self.address.partition('://')[2]}"


def calendars_of(person: Member) -> list[Subscription]:
    """All circles together first, then each by name. Two queries."""
    active = CalendarFeed.objects.active().filter(person=person)
    feeds = {feed.circle_id: feed for feed in active}
    held = Facilitation.objects.current().filter(person=person).values("circle")
    seats = person.memberships.filter(left_on=None).values("circle")
    own = Circle.objects.filter(Q(pk__in=seats) | Q(pk__in=held)).open().order_by("name")
    return [
        Subscription(None, feeds.get(None)),
        *(Subscription(circle, feeds.get(circle.pk)) for circle in own),
    ]
