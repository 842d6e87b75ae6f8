from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from notifications.models.reminders import Reminder, Urgency


class Delivery(models.Model):
    """One reminder on its way through one channel.

    Whoever works on it holds it under a lease for some minutes: a worker that dies gives it back.
    """

    class State(models.TextChoices):
        PLANNED = "planned", "Planned"
        CLAIMED = "claimed", "Claimed"
        SENT = "sent", "Sent"
        FAILED = "failed", "Failed"
        CANCELLED = "cancelled", "Cancelled"

    OPEN = (State.PLANNED, State.CLAIMED)
    DONE = (State.SENT, State.FAILED, State.CANCELLED)

    reminder = models.ForeignKey(
        Reminder, models.CASCADE, related_name="deliveries", db_index=False
    )
    # The reminder's, and gone with it; here to find what one person is about to get. A key or an
    # index over all rows would be paid for with every message that is sent.
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.DO_NOTHING,
        related_name="deliveries",
        db_index=False,
        db_constraint=False,
    )
    channel = models.CharField(max_length=12)
    urgency = models.PositiveSmallIntegerField(choices=Urgency, default=Urgency.USUAL)
    due_at = models.DateTimeField(help_text="Later than the reminder's, if the person wishes so.")
    in_digest = models.BooleanField(default=False)
    state = models.CharField(max_length=10, choices=State, default=State.PLANNED)
    attempts = models.PositiveSmallIntegerField(default=0)
    claimed_at = models.DateTimeField(null=True, blank=True)
    lease = models.BigIntegerField(null=True, blank=True, help_text="Of the worker that has it.")
    sent_at = models.DateTimeField(null=True, blank=True)
    problem = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["due_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["reminder", "channel"], name="delivery_once_a_channel"),
            models.CheckConstraint(
                condition=Q(state__in=["planned", "claimed", "sent", "failed", "cancelled"]),
                name="delivery_state_is_known",
            ),
            models.CheckConstraint(
                condition=~Q(state="sent") | Q(sent_at__isnull=False),
                name="delivery_sent_has_a_moment",
            ),
            models.CheckConstraint(
                condition=~Q(state="claimed") | Q(claimed_at__isnull=False, lease__isnull=False),
                name="delivery_claimed_under_a_lease",
            ),
        ]
        indexes = [
            models.Index(
                fields=["urgency", "due_at"],
                condition=Q(state="planned", in_digest=False),
                name="delivery_due_by_urgency",
            ),
            models.Index(
                fields=["due_at", "recipient"],
                condition=Q(state="planned", in_digest=True),
                name="delivery_due_in_a_digest",
            ),
            models.Index(
                fields=["claimed_at"], condition=Q(state="claimed"), name="delivery_under_a_lease"
            ),
            models.Index(fields=["due_at"], condition=Q(state="failed"), name="delivery_failed"),
            models.Index(
                fields=["recipient"],
                condition=Q(state__in=["planned", "claimed"]),
                name="delivery_open_of_recipient",
            ),
            models.Index(
                fields=["due_at"],
                condition=Q(state__in=["sent", "failed", "cancelled"]),
                name="delivery_done_by_age",
            ),
        ]
        verbose_name_plural = "deliveries"

    def __str__(self) -> str:
        return f"{self.reminder_id} by {self.channel}"


class BouncedAddress(models.Model):
    """An address that a mail server refused for good; no mail goes there until it is cleared."""

    address = models.EmailField(unique=True)
    problem = models.CharField(max_length=500, blank=True)
    bounced_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-bounced_at", "pk"]
        verbose_name_plural = "bounced addresses"

    def __str__(self) -> str:
        return self.address


class DeliveryTally(models.Model):
    """How many deliveries of a kind ended in what way on one day (UTC)."""

    day = models.DateField()
    kind = models.CharField(max_length=40)
    channel = models.CharField(max_length=12)
    outcome = models.CharField(max_length=10)
    number = models.PositiveBigIntegerField(default=0)

    class Meta:
        ordering = ["-day", "kind", "channel", "outcome"]
        constraints = [
            models.UniqueConstraint(
                fields=["day", "kind", "channel", "outcome"], name="delivery_tally_once"
            ),
        ]
        verbose_name_plural = "delivery tallies"

    def __str__(self) -> str:
        return f"{self.number} {self.kind} {self.outcome} by {self.channel} on {self.day}"
