from celery import shared_task

from circles.actions import applications, leaves, offers, seats
from circles.joining.unsettled import unsettled
from circles.models import Application, Circle, Leave, Membership, Offer

BATCH = 2000


@shared_task
def expire_offers() -> None:
    """Hand every offer whose deadline has passed to a worker. Twice is harmless."""
    due = Offer.objects.expired().order_by("expires_at").values_list("pk", flat=True)
    for offer_id in due[:BATCH]:
        expire_offer.delay(offer_id)


@shared_task(time_limit=60)
def expire_offer(offer_id: int) -> None:
    """Pass one seat on, once (see actions.offers.expire_offer)."""
    if offer := Offer.objects.filter(pk=offer_id).first():
        offers.expire_offer(offer)


@shared_task
def offer_free_seats() -> None:
    """Circles in which someone waits although a seat is free, whatever freed it; and the like."""
    for circle_id in unsettled(Circle.objects.all()).values_list("pk", flat=True)[:BATCH]:
        settle_circle.delay(circle_id)


@shared_task(time_limit=60)
def settle_circle(circle_id: int) -> None:
    """Offer the free seats of one circle. Run twice, it changes nothing."""
    if circle := Circle.objects.filter(pk=circle_id).first():
        seats.seat_freed(circle)


@shared_task
def end_seats_of_leavers() -> None:
    """Seats of people who have left the organisation, each to a worker."""
    for seat_id in Membership.objects.of_leavers().values_list("pk", flat=True)[:BATCH]:
        end_seat_of_leaver.delay(seat_id)


@shared_task(time_limit=60)
def end_seat_of_leaver(seat_id: int) -> None:
    """End one such seat, once, and offer it to the next in line."""
    if seat := Membership.objects.filter(pk=seat_id).first():
        seats.seat_of_leaver_ended(seat)


@shared_task
def count_due_votes() -> None:
    """Applications whose vote has had its last day, each to a worker."""
    ended = Application.objects.with_ended_vote().values_list("pk", flat=True)
    for application_id in ended[:BATCH]:
        count_votes.delay(application_id)


@shared_task(time_limit=60)
def count_votes(application_id: int) -> None:
    """Let the votes cast decide one application, once, or tell who decides instead."""
    if application := Application.objects.filter(pk=application_id).first():
        applications.count_votes(application)


@shared_task
def end_due_leaves() -> None:
    """Leaves whose last day is here, each to a worker."""
    for leave_id in Leave.objects.due().values_list("pk", flat=True)[:BATCH]:
        end_leave.delay(leave_id)


@shared_task(time_limit=60)
def end_leave(leave_id: int) -> None:
    """End one leave on its day, and tell the person once."""
    if leave := Leave.objects.filter(pk=leave_id).select_related("membership__person").first():
        leaves.end_leave(leave)
