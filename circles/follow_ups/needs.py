"""The follow-ups that somebody can answer now, for the home page."""

from collections.abc import Iterator
from datetime import datetime, time

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef
from django.urls import reverse

from circles.follow_ups.moments import OPEN_AFTER_THE_LAST, after, open_moment, today_of
from circles.models import Membership, OutcomeFollowUp
from circles.models.follow_up import MOMENTS
from circles.needs import Need
from members.models import Member

MOST = 3
LAST_MINUTE = time(23, 59)


def needs(person: Member) -> Iterator[Need]:
    """One query. A few at most: whoever was in many circles is not sent through all of them."""
    today = today_of(person)
    said = OutcomeFollowUp.objects.filter(membership=OuterRef("pk"))
    seats = Membership.objects.of(person).filter(
        ~Exists(said.filter(is_last=True)),
        joined_on__lte=after(today, -MOMENTS[0] + 1),
        joined_on__gt=after(today, -MOMENTS[-1] - OPEN_AFTER_THE_LAST - 1),
    )
    asked = seats.asked_how_it_goes().annotate(settled=ArraySubquery(said.values("months")))
    found = 0
    for seat in asked.select_related("circle").order_by("-joined_on", "-pk"):
        moment = open_moment(seat.joined_on, today)
        settled = seat.settled  # type: ignore[attr-defined]  # annotated above
        if moment is None or moment.months in settled or found == MOST:
            continue
        found += 1
        yield Need(
            words=f"How it goes, {moment.months} months after you joined {seat.circle}",
            url=reverse("circles:follow_up", args=[seat.pk]),
            label="Say",
            icon="milestone",
            due=datetime.combine(moment.last_day, LAST_MINUTE, person.zone),
        )
