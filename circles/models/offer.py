import datetime as dt
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, OuterRef, Q
from django.utils import timezone

from members.models import Member


class OfferQuerySet(models.QuerySet["Offer"]):
    def open(self) -> Self:
        """Offers without an answer. Each holds a seat, also past its deadline until it is swept."""
        return self.filter(state=Offer.State.OPEN)

    def expired(self, now: dt.datetime | None = None) -> Self:
        """Open ones whose deadline has passed."""
        return self.open().filter(expires_at__lte=now or timezone.now())

    def of(self, person: Member) -> Self:
        return self.filter(person=person)

    def for_circle(self, reference: str = "pk") -> Self:
        """For a subquery: the offers of a seat in the outer row's circle."""
        return self.filter(circle=OuterRef(reference))


class Offer(models.Model):
    """A seat held for one person until a moment: an invitation, or the waitlist's next turn."""

    class Reason(models.TextChoices):
        INVITATION = "invitation", "Invited"
        WAITLIST = "waitlist", "From the waitlist"
        FORMATION = "formation", "Placed by formation"
        TRANSFER = "transfer", "Asked to move here"

    class State(models.TextChoices):
        OPEN = "open", "Open"
        ACCEPTED = "accepted", "Accepted"
        DECLINED = "declined", "Declined"
        EXPIRED = "expired", "Expired"
        WITHDRAWN = "withdrawn", "Withdrawn"

    circle = models.ForeignKey("circles.Circle", models.PROTECT, related_name="offers")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="offers")
    reason = models.CharField(max_length=12, choices=Reason)
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    message = models.CharField(max_length=500, blank=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    made_at = models.DateTimeField(default=timezone.now, editable=False)
    expires_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True, editable=False)
    moves_from = models.ForeignKey(
        "circles.Membership",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
        help_text="The seat that a person who moves here gives up for this one.",
    )

    objects = OfferQuerySet.as_manager()

    class Meta:
        ordering = ["made_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["circle", "person"],
                condition=Q(state="open"),
                name="offer_one_open_for_a_person",
                violation_error_message="This person already has an offer of a seat.",
            ),
            models.CheckConstraint(
                condition=Q(reason__in=["invitation", "waitlist", "formation", "transfer"]),
                name="offer_reason_is_known",
            ),
            models.CheckConstraint(
                condition=Q(state="open", answered_at=None)
                | Q(
                    state__in=["accepted", "declined", "expired", "withdrawn"],
                    answered_at__isnull=False,
                ),
                name="offer_has_an_end_or_is_open",
            ),
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("made_at")), name="offer_expires_after_it_is_made"
            ),
        ]
        indexes = [
            models.Index(fields=["circle"], condition=Q(state="open"), name="offer_held_seats"),
            models.Index(fields=["person"], condition=Q(state="open"), name="offer_of_a_person"),
            models.Index(
                fields=["expires_at"], condition=Q(state="open"), name="offer_by_deadline"
            ),
        ]

    def __str__(self) -> str:
        return f"A seat in {self.circle} for {self.person}"

    @property
    def is_open(self) -> bool:
        return self.state == self.State.OPEN

    @property
    def is_late(self) -> bool:
        """Its deadline has passed, swept or not."""
        return self.expires_at <= timezone.now()
