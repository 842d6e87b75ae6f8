from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone


class PauseQuerySet(models.QuerySet["Pause"]):
    def current(self) -> Self:
        """Not over yet."""
        return self.filter(ended_on=None)


class Pause(models.Model):
    """A circle that rests: from when, until when if that is known, and why."""

    circle = models.ForeignKey("circles.Circle", models.PROTECT, related_name="pauses")
    began_on = models.DateField()
    back_by = models.DateField(null=True, blank=True, help_text="When it means to go on.")
    words = models.CharField(max_length=500, blank=True, help_text="What its people are told.")
    paused_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    ended_on = models.DateField(null=True, blank=True, editable=False)

    objects = PauseQuerySet.as_manager()

    class Meta:
        ordering = ["began_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["circle"],
                condition=Q(ended_on=None),
                name="pause_one_current",
                violation_error_message="This circle is paused already.",
            ),
            models.CheckConstraint(
                condition=Q(back_by=None) | Q(back_by__gt=F("began_on")),
                name="pause_ends_after_it_begins",
                violation_error_message="A pause ends after today.",
            ),
            models.CheckConstraint(
                condition=Q(ended_on=None) | Q(ended_on__gte=F("began_on")),
                name="pause_ended_after_it_began",
            ),
        ]

    def __str__(self) -> str:
        return f"Pause of {self.circle}"


class MergeRequestQuerySet(models.QuerySet["MergeRequest"]):
    def open(self) -> Self:
        """Without an answer."""
        return self.filter(state=MergeRequest.State.OPEN)


class MergeRequest(models.Model):
    """A circle that asks another one to take in its people."""

    class State(models.TextChoices):
        OPEN = "open", "Waiting for an answer"
        ACCEPTED = "accepted", "Accepted"
        DECLINED = "declined", "Declined"
        WITHDRAWN = "withdrawn", "Withdrawn"

    circle = models.ForeignKey(
        "circles.Circle", models.PROTECT, related_name="merge_requests", help_text="It would end."
    )
    into = models.ForeignKey(
        "circles.Circle", models.PROTECT, related_name="merge_requests_received"
    )
    message = models.CharField(max_length=500, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    asked_at = models.DateTimeField(default=timezone.now, editable=False)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    answered_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = MergeRequestQuerySet.as_manager()

    class Meta:
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["circle"],
                condition=Q(state="open"),
                name="merge_request_one_open",
                violation_error_message="This circle has asked already.",
            ),
            models.CheckConstraint(
                condition=~Q(circle=F("into")), name="merge_request_to_another_circle"
            ),
            models.CheckConstraint(
                condition=Q(state="open", answered_at=None)
                | Q(state__in=["accepted", "declined", "withdrawn"], answered_at__isnull=False),
                name="merge_request_is_open_or_answered",
            ),
        ]
        indexes = [
            models.Index(fields=["into"], condition=Q(state="open"), name="merge_request_waiting")
        ]

    def __str__(self) -> str:
        return f"{self.circle} into {self.into}"
