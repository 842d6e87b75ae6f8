"""Where seats are counted, held, taken and given back. All of it runs under the circle's lock.

A seat is taken by a membership or held by an open offer; the two together never exceed the
capacity. Whatever changes seats, offers or the line ends with `settle`.
"""

import datetime as dt
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from circles.models import Circle, Facilitation, Leave, Membership, Offer, WaitlistEntry
from members.models import Member
from notifications import planner

End = WaitlistEntry.End
State = Offer.State


def free_seats(circle: Circle) -> int:
    """Seats that are neither taken nor held for someone; negative if an import took held ones."""
    taken = circle.memberships.current().count()
    return circle.capacity - taken - circle.offers.open().count()


def in_line(circle: Circle) -> Any:
    """Who waits and has no offer yet, the first first."""
    offered = circle.offers.open().values("person")
    return circle.waitlist.waiting().exclude(person__in=offered)


def obstacle_to_joining(circle: Circle, person: Member) -> str:
    """Why the person could not join even if a seat were free; nothing if they could."""
    if circle.is_closed:
        return "This circle is closed."
    if not circle.takes_members:
        return "This circle takes no new members now."
    if person.left_on and person.left_on <= circle.today:
        return "Only people who work here can join."
    if circle.facilitations.current().filter(person=person).exists():
        return "You facilitate this circle, so you cannot also have a seat in it."
    return ""


def what_they_have(circle: Circle, person: Member) -> str:
    """Why the person need not ask for a seat: they have one, or one is held for them."""
    if circle.memberships.current().of(person).exists():
        return "You have a seat in this circle already."
    if circle.offers.open().of(person).exists():
        return "A seat is held for you already."
    return ""


def hold_seat(
    circle: Circle,
    person: Member,
    *,
    reason: str,
    by: Member | None = None,
    message: str = "",
    expires_at: dt.datetime | None = None,
    moves_from: Membership | None = None,
) -> Offer:
    """Offer a seat that is known to be free, and owe the person the mail about it."""
    now = timezone.now()
    until = expires_at or now + dt.timedelta(hours=circle.programme.offer_hours)
    offer = circle.offers.create(
        person=person,
        reason=reason,
        made_by=by,
        message=message,
        made_at=now,
        expires_at=until,
        moves_from=moves_from,
    )
    planner.keep("offer", [offer.pk])
    return offer


def seat_person(
    circle: Circle, person: Member, *, moved_from: Membership | None = None
) -> Membership:
    """Give the person a seat that is known to be free, and end their waiting and asking for it.

    Who left today gets the same seat back, as if they had stayed.
    """
    now = timezone.now()
    end_offers(circle.offers.open().of(person), State.ACCEPTED)
    circle.waitlist.waiting().of(person).update(ended_at=now, end=End.SEATED)
    end_applications(circle.applications.open().of(person), state="accepted", decided_at=now)
    seat = seat_left_today(circle, person)
    if seat is None:
        return circle.memberships.create(
            person=person, joined_on=circle.today, moved_from=moved_from
        )
    seat.left_on, seat.stayed_to_end = None, False
    if circle.memberships.current().filter(role=Membership.Role.HOST).exists():
        seat.role = Membership.Role.MEMBER  # someone took over meanwhile
    seat.save(update_fields=["left_on", "stayed_to_end", "role"])
    return seat


def seat_left_today(circle: Circle, person: Member) -> Membership | None:
    """The latest seat that ends today, or later by an import; prolonging it overlaps no other."""
    past = circle.memberships.of(person).filter(left_on__gte=circle.today)
    return past.order_by("-joined_on", "-pk").first()


def end_seat(circle: Circle, seat: Membership, *, on: dt.date | None = None) -> None:
    """End a seat today; whoever hosted hands that on to who has been there longest."""
    seat.left_on = max(on or circle.today, seat.joined_on)
    seat.save(update_fields=["left_on"])
    for leave in Leave.objects.current().filter(membership=seat):
        leave.ended_on = max(seat.left_on, leave.began_on)
        leave.save(update_fields=["ended_on"])
        planner.keep("leave", [leave.pk])
    if seat.role == Membership.Role.HOST:
        _hand_on_hosting(circle)


def _hand_on_hosting(circle: Circle) -> None:
    seats = circle.memberships.current()
    if seats.filter(role=Membership.Role.HOST).exists():
        return
    heir = seats.here().order_by("joined_on", "pk").first()
    if heir:
        heir.role = Membership.Role.HOST
        heir.save(update_fields=["role"])


def settle(circle: Circle) -> None:
    """Make seats, offers and the line agree again. The circle must be locked.

    Afterwards no open offer is late, nobody holds or awaits a seat that they cannot take, taken and
    held seats fit the capacity, and while someone waits, every free seat is offered in turn.
    A circle that takes nobody now holds no seats and keeps its line; a closed one ends it.
    """
    offers, waiting = circle.offers.open(), circle.waitlist.waiting()
    if circle.is_closed:
        end_offers(offers, State.WITHDRAWN)
        _end_waiting(waiting, End.CLOSED)
        asked, words = circle.applications.open(), "The circle has closed."
        end_applications(asked, state="declined", decided_at=timezone.now(), words=words)
        return
    if not circle.takes_members:
        end_offers(offers, State.WITHDRAWN)
        return
    expire_late(circle)
    _drop_who_cannot_join(circle)
    free = free_seats(circle)
    if free < 0:
        newest = offers.order_by("-made_at", "-pk").values_list("pk", flat=True)[:-free]
        end_offers(Offer.objects.filter(pk__in=list(newest)), State.WITHDRAWN)
    elif free:
        for entry in in_line(circle).select_related("person", "moves_from")[:free]:
            hold_seat(
                circle, entry.person, reason=Offer.Reason.WAITLIST, moves_from=entry.moves_from
            )


def expire_late(circle: Circle) -> int:
    """End the offers whose time is over, and with them the waiting; return how many."""
    late = circle.offers.expired()
    _end_waiting(circle.waitlist.waiting().filter(person__in=late.values("person")), End.EXPIRED)
    return end_offers(late, State.EXPIRED)


def _drop_who_cannot_join(circle: Circle) -> None:
    """Offers and places in line of people who have a seat, hold the circle, or do not work here."""
    here: dict[str, Any] = {"circle": circle.pk, "person": OuterRef("person")}
    seated = Q(Exists(Membership.objects.current().filter(**here)))
    holds = Q(Exists(Facilitation.objects.current().filter(**here)))
    gone = Q(person__is_active=False) | Q(person__left_on__lte=circle.today)
    end_offers(circle.offers.open().filter(seated | holds | gone), State.WITHDRAWN)
    _end_waiting(circle.waitlist.waiting().filter(seated), End.SEATED)
    _end_waiting(circle.waitlist.waiting().filter(holds | gone), End.LEFT)


def end_offers(offers: Any, state: str) -> int:
    """Answer these open offers, and owe their mails no more; return how many there were."""
    keys = list(offers.order_by().values_list("pk", flat=True))
    if keys:
        still_open = Offer.objects.open().filter(pk__in=keys).order_by()
        still_open.update(state=state, answered_at=timezone.now())
        planner.keep("offer", keys)
    return len(keys)


def end_applications(applications: Any, **decided: Any) -> None:
    """Decide these open applications, and owe their mails no more."""
    keys = list(applications.order_by().values_list("pk", flat=True))
    if keys:
        applications.order_by().update(**decided)
        planner.keep("application", keys)


def _end_waiting(entries: Any, end: str) -> None:
    entries.order_by().update(ended_at=timezone.now(), end=end)
