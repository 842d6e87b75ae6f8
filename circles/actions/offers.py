import datetime as dt

from django.db import transaction
from django.utils import timezone

from circles.actions.locks import both_locked, locked
from circles.actions.seating import (
    end_offers,
    end_seat,
    free_seats,
    hold_seat,
    obstacle_to_joining,
    seat_person,
    settle,
)
from circles.models import Circle, Membership, Offer, WaitlistEntry
from members.actions import record
from members.models import Member
from notifications import planner

State = Offer.State
ENDED: dict[str, str] = {
    State.ACCEPTED: "You took this seat, and left it since. Ask for a new one.",
    State.DECLINED: "You declined this seat.",
    State.EXPIRED: "This offer has expired, and the seat has gone on.",
    State.WITHDRAWN: "This offer was withdrawn.",
}


class CannotOffer(Exception):
    """Why a seat is not offered or not taken back, in words meant for the person who asked."""


class CannotAccept(Exception):
    """Why an offered seat cannot be taken, in words meant for the person it was offered to."""


@transaction.atomic
def offer_seat(
    circle: Circle,
    person: Member,
    *,
    reason: str,
    by: Member | None,
    message: str = "",
    expires_at: dt.datetime | None = None,
) -> Offer:
    """Hold a free seat for the person until a moment, and tell them; or raise CannotOffer.

    Without `expires_at`, it is held as long as the programme says. Who has an open offer keeps it
    as it is. Taken and held seats together never exceed the capacity.
    """
    circle = locked(circle.pk)
    settle(circle)
    if offer := circle.offers.open().of(person).first():
        return offer
    if obstacle := _obstacle_to_offering(circle, person):
        raise CannotOffer(obstacle)
    if free_seats(circle) <= 0:
        raise CannotOffer("Every seat is taken or held for someone.")
    if expires_at and expires_at <= timezone.now():
        raise CannotOffer("An offer needs a deadline that is still to come.")
    offer = hold_seat(circle, person, reason=reason, by=by, message=message, expires_at=expires_at)
    record(by, "offered seat", circle, circle=circle.pk, person=person.pk, reason=reason)
    return offer


def _obstacle_to_offering(circle: Circle, person: Member) -> str:
    if circle.memberships.current().of(person).exists():
        return f"{person} has a seat in this circle already."
    if not person.may_sign_in or not person.email:
        return f"{person} cannot sign in, so nobody could accept the seat."
    if circle.facilitations.current().filter(person=person).exists():
        return f"{person} facilitates this circle and cannot also have a seat in it."
    return obstacle_to_joining(circle, person)


def accept_offer(offer: Offer) -> Membership:
    """Seat the person who was offered it, or raise CannotAccept. Accepting twice changes nothing.

    After the deadline it is refused, swept or not, and the seat goes on to the next in line. Who
    moves here from another circle leaves that one in the same moment.
    """
    seat, refusal = _accept(offer)
    if seat is None:
        raise CannotAccept(refusal)
    return seat


@transaction.atomic
def _accept(offer: Offer) -> tuple[Membership | None, str]:
    """The seat, or why there is none. A refusal is kept out of the way of what it settles."""
    old = offer.moves_from
    circles = both_locked(offer.circle_id, *([old.circle_id] if old else []))
    circle = circles[offer.circle_id]
    offer = Offer.objects.select_related("person").get(pk=offer.pk)
    if seat := circle.memberships.current().of(offer.person).first():
        return seat, ""
    if not offer.is_open:
        return None, ENDED[offer.state]
    if offer.is_late:
        settle(circle)
        return None, ENDED[State.EXPIRED]
    if obstacle := obstacle_to_joining(circle, offer.person):
        return None, obstacle
    if circle.memberships.current().count() >= circle.capacity:
        settle(circle)
        return None, "The seat is no longer there: the circle is full."
    seat = take_and_give_up(circles, circle, offer.person, old)
    _stop_waiting_elsewhere(offer, circle)
    return seat, ""


def take_and_give_up(
    circles: dict[int, Circle], circle: Circle, person: Member, old: Membership | None
) -> Membership:
    """A free seat here for the one the person still has elsewhere, if any. All are locked."""
    kept = Membership.objects.current().filter(pk=old.pk).first() if old else None
    seat = seat_person(circle, person, moved_from=kept)
    settle(circle)
    if kept:
        end_seat(circles[kept.circle_id], kept)
        settle(circles[kept.circle_id])
    planner.keep("circle", [circle.pk, *([kept.circle_id] if kept else [])])
    return seat


def _stop_waiting_elsewhere(offer: Offer, circle: Circle) -> None:
    """Who got a circle that was set up for those in line waits for its like no longer."""
    if offer.reason != Offer.Reason.WAITLIST or circle.waitlist.of(offer.person).exists():
        return
    alike = WaitlistEntry.objects.waiting().of(offer.person)
    alike.filter(
        circle__programme=circle.programme_id,
        circle__format_version__format=circle.format_version.format_id,
    ).order_by().update(ended_at=timezone.now(), end=WaitlistEntry.End.SEATED)


@transaction.atomic
def decline_offer(offer: Offer) -> None:
    """Give the held seat to the next in line. Declining twice, or too late, changes nothing."""
    circle = locked(offer.circle_id)
    if _end(offer, State.DECLINED):
        waiting = circle.waitlist.waiting().filter(person=offer.person_id)
        waiting.order_by().update(ended_at=timezone.now(), end=WaitlistEntry.End.DECLINED)
    settle(circle)


@transaction.atomic
def withdraw_offer(offer: Offer, *, by: Member) -> None:
    """Take back an offer that has no answer yet; the seat goes on. Twice changes nothing.

    Raises CannotOffer for a turn of the waitlist: that seat belongs to whoever is next.
    """
    circle = locked(offer.circle_id)
    if offer.reason == Offer.Reason.WAITLIST:
        raise CannotOffer("This seat goes by the waitlist: only the person it is held for answers.")
    if _end(offer, State.WITHDRAWN):
        record(by, "withdrew offer of a seat", circle, circle=circle.pk, person=offer.person_id)
    settle(circle)


@transaction.atomic
def expire_offer(offer: Offer) -> bool:
    """End an offer whose time is over and pass the seat on; return whether this call did it."""
    circle = locked(offer.circle_id)
    is_due = Offer.objects.expired().filter(pk=offer.pk).exists()
    if is_due:
        settle(circle)
    return is_due


def _end(offer: Offer, state: str) -> bool:
    return bool(end_offers(Offer.objects.open().filter(pk=offer.pk), state))
