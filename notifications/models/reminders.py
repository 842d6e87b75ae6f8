from datetime import timedelta
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

LEASE = timedelta(minutes=10)


class Urgency(models.IntegerChoices):
    """Which queue a message waits in. A flood in one never holds up the one before it."""

    PROMPT = 0, "Prompt"
    USUAL = 1, "Usual"
    BULK = 2, "Bulk"


class ReminderQuerySet(models.QuerySet["Reminder"]):
    def due(self) -> Self:
        """Planned reminders whose moment has come."""
        return self.filter(state=Reminder.State.PLANNED, due_at__lte=timezone.now())

    def done(self) -> Self:
        """Nothing more happens to these."""
        return self.filter(state__in=Reminder.DONE)


class Reminder(models.Model):
    """One message owed to one person about one thing. Its key makes a second one impossible.

    Planned, it follows the facts. Dispatched, it has become deliveries, one a channel, and stays.
    """

    class State(models.TextChoices):
        PLANNED = "planned", "Planned"
        CLAIMED = "claimed", "Claimed"
        DISPATCHED = "dispatched", "On its way"
        SENT = "sent", "Sent"
        FAILED = "failed", "Failed"
        CANCELLED = "cancelled", "Cancelled"

    DONE = (State.SENT, State.FAILED, State.CANCELLED)

    kind = models.CharField(max_length=40)
    subject = models.CharField(max_length=80, help_text="What it is about, as “meeting:42”.")
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="reminders"
    )
    due_at = models.DateTimeField()
    urgency = models.PositiveSmallIntegerField(
        choices=Urgency, default=Urgency.USUAL, db_default=Urgency.USUAL
    )
    state = models.CharField(max_length=10, choices=State, default=State.PLANNED)
    attempts = models.PositiveSmallIntegerField(default=0)
    claimed_at = models.DateTimeField(
        null=True, blank=True, help_text="When it was dispatched; until then it follows the facts."
    )
    sent_at = models.DateTimeField(null=True, blank=True)
    problem = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = ReminderQuerySet.as_manager()

    class Meta:
        ordering = ["due_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "subject", "recipient", "due_at"], name="reminder_planned_once"
            ),
            models.CheckConstraint(
                condition=Q(
                    state__in=["planned", "claimed", "dispatched", "sent", "failed", "cancelled"]
                ),
                name="reminder_state_is_one_of_six",
            ),
            models.CheckConstraint(
                condition=~Q(state="sent") | Q(sent_at__isnull=False),
                name="reminder_sent_has_a_moment",
            ),
            models.CheckConstraint(
                condition=Q(urgency__in=Urgency.values), name="reminder_urgency_is_known"
            ),
        ]
        indexes = [
            models.Index(
                fields=["urgency", "due_at"],
                condition=Q(state="planned"),
                name="reminder_due_by_urgency",
            ),
            models.Index(
                fields=["claimed_at"],
                condition=Q(state__in=["claimed", "dispatched"]),
                name="reminder_under_way",
            ),
            models.Index(
                fields=["due_at"],
                condition=Q(state__in=["sent", "failed", "cancelled"]),
                name="reminder_done_by_age",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} about {self.subject} to {self.recipient}"

    @property
    def message_id(self) -> str:
        """The same for every attempt, so that a mail sent twice is recognised as one."""
        return f"<reminder-{self.pk}@{settings.SITE_URL.split('://')[-1].split(':')[0]}>"
