"""The hours a form begins with: what somebody said before, on the clock they have now."""

from typing import Any

from django.utils import timezone

from circles.hours import hours_of, week_mask
from circles.models import Wishes
from members.models import Member
from sessions_app.models import Availability, TimeSearch


def first_hours(search: TimeSearch, person: Member) -> dict[str, Any]:
    """Of this search; else of the last one; else what they look for in circles. Two queries."""
    said = Availability.objects.filter(person=person)
    own = said.filter(search=search).first()
    last = own or said.order_by("-given_at").first()
    if last:
        here = person.zone.key
        return {
            "hours": _moved(last.hours, last.time_zone, here),
            "if_need_be": _moved(last.if_need_be, last.time_zone, here),
        }
    wishes = Wishes.objects.filter(person=person).first()
    return {"hours": wishes.hours if wishes else []}


def _moved(hours: list[int], zone: str, here: str) -> list[int]:
    """The same hours on another zone's clock; what is half an hour off is left out."""
    if not hours or zone == here:
        return hours
    today = timezone.localdate()
    return hours_of(week_mask(hours, zone, today), here, today)
