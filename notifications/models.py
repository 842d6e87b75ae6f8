from datetime import timedelta
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

LEASE = timedelta(minutes=10)


class ReminderQuerySet(models.QuerySet["Reminder"]):
    def due(self) -> Self:
        """Planned reminders whose moment has come, and claimed ones whose worker went silent."""
        now = timezone.now()
        return self.filter(
            Q(state=Reminder.State.PLANNED, due_at__lte=now)
            | Q(state=Reminder.State.CLAIMED, claimed_at__lt=now - LEASE)
        )


class Reminder(models.Model):
    """One message owed to one person about one thing. Its key makes a second one impossible."""

    class State(models.TextChoices):
        PLANNED = "planned", "Planned"
        CLAIMED = "claimed", "Claimed"
        SENT = "sent", "Sent"
        FAILED = "failed", "Failed"
        CANCELLED = "cancelled", "Cancelled"

    kind = models.CharField(max_length=40)
    subject = models.CharField(max_length=80, help_text="What it is about, as “meeting:42”.")
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="reminders"
    )
    due_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State, default=State.PLANNED)
    attempts = models.PositiveSmallIntegerField(default=0)
    claimed_at = models.DateTimeField(null=True, blank=True)
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
                condition=Q(state__in=["planned", "claimed", "sent", "failed", "cancelled"]),
                name="reminder_state_is_known",
            ),
            models.CheckConstraint(
                condition=~Q(state="sent") | Q(sent_at__isnull=False),
                name="reminder_sent_has_a_moment",
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at"],
                condition=Q(state__in=["planned", "claimed"]),
                name="reminder_waiting_by_due",
            ),
            models.Index(fields=["subject"], name="reminder_by_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} about {self.subject} to {self.recipient}"

    @property
    def message_id(self) -> str:
        """The same for every attempt, so that a mail sent twice is recognised as one."""
        return f"<reminder-{self.pk}@{settings.SITE_URL.split('://')[-1].split(':')[0]}>"
