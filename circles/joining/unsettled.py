"""Circles whose seats, offers and line disagree: an import, or someone leaving the organisation."""

from django.db.models import Exists, OuterRef, Q

from circles.models import Circle, CircleQuerySet, Offer, WaitlistEntry


def unsettled(circles: CircleQuerySet) -> CircleQuerySet:
    """Those where a seat is free although someone waits, or more seats are held than there are."""
    offered = Offer.objects.open().filter(circle=OuterRef("circle"), person=OuterRef("person"))
    waiting = WaitlistEntry.objects.waiting().filter(~Exists(offered)).order_by()
    waits = Q(pk__in=waiting.values("circle"))
    holds = Q(pk__in=Offer.objects.open().order_by().values("circle"))
    takes = Q(stage__in=Circle.TAKING_MEMBERS)
    wrong = (waits & takes & Q(seats_left__gt=0)) | (holds & (Q(seats_left__lt=0) | ~takes))
    return circles.filter(waits | holds).with_seats().filter(wrong).order_by("pk")
