"""What hangs on a circle that ends: votes, requests, people who wait for a seat."""

from django.db.models import F
from django.db.models.functions import Greatest
from django.utils import timezone

from circles.actions.seating import end_applications, end_offers
from circles.models import Application, Circle, MergeRequest, Offer, WaitlistEntry
from circles.reminders import changes
from members.models import Member
from notifications import planner

ENDED = "The circle has ended."


def tie_up(circle: Circle, *, by: Member | None) -> None:
    """End what waits for a circle that is no more, and tell those who waited.

    The caller holds the circle's lock.
    """
    now = timezone.now()
    votes = list(circle.renewal_votes.open().values_list("pk", flat=True))
    circle.renewal_votes.open().update(closed_at=now)
    planner.keep("renewal", votes)
    withdraw_requests(circle)
    circle.pauses.current().update(ended_on=Greatest(F("began_on"), circle.today))
    planner.keep("circle", [circle.pk])
    _end_waiting(circle, by)


def withdraw_requests(circle: Circle) -> None:
    """Open requests of this circle to join another, and of others to join it."""
    asked = circle.merge_requests.open() | circle.merge_requests_received.open()
    keys = list(asked.values_list("pk", flat=True))
    asked.update(state=MergeRequest.State.WITHDRAWN, answered_at=timezone.now())
    planner.keep("merge", keys)


def _end_waiting(circle: Circle, by: Member | None) -> None:
    now = timezone.now()
    offers = circle.offers.filter(state=Offer.State.OPEN)
    applications = circle.applications.filter(state=Application.State.OPEN)
    in_line = circle.waitlist.filter(ended_at=None)
    people = {
        person
        for rows in (offers, applications, in_line)
        for person in rows.values_list("person", flat=True)
    }
    end_offers(offers, Offer.State.WITHDRAWN)
    end_applications(
        applications,
        state=Application.State.DECLINED,
        decided_at=now,
        decided_by=by,
        words=ENDED,
    )
    in_line.update(ended_at=now, end=WaitlistEntry.End.CLOSED)
    changes.tell_who_waited(circle, Member.objects.filter(pk__in=people))
