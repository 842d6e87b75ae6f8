import datetime as dt
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from members.models import Member


class EmergencyAccessQuerySet(models.QuerySet["EmergencyAccess"]):
    def pending(self) -> Self:
        """Requested, and neither approved, declined nor withdrawn."""
        return self.filter(approved_at=None, ended_at=None)

    def current(self, now: dt.datetime | None = None) -> Self:
        """Approved, and still running."""
        return self.filter(ended_at=None, expires_at__gt=now or timezone.now())

    def granted(self) -> Self:
        """Approved at some time, running or over."""
        return self.filter(approved_at__isnull=False)

    def over(self, now: dt.datetime | None = None) -> Self:
        """Declined, withdrawn, ended or run out."""
        return self.filter(Q(ended_at__isnull=False) | Q(expires_at__lte=now or timezone.now()))

    def of(self, person: Member) -> Self:
        return self.filter(requested_by=person)


class EmergencyAccess(models.Model):
    """One organiser's leave to read a circle for some hours, approved by a second one."""

    circle = models.ForeignKey("circles.Circle", models.PROTECT, related_name="emergencies")
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="emergencies"
    )
    reason = models.CharField(max_length=500, help_text="The circle reads this.")
    hours = models.PositiveSmallIntegerField(default=24)
    requested_at = models.DateTimeField(default=timezone.now, editable=False)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    approved_at = models.DateTimeField(null=True, blank=True, editable=False)
    expires_at = models.DateTimeField(null=True, blank=True, editable=False)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    ended_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = EmergencyAccessQuerySet.as_manager()

    class Meta:
        ordering = ["-requested_at", "-pk"]
        verbose_name_plural = "emergency accesses"
        constraints = [
            models.CheckConstraint(
                condition=Q(approved_by=None) | ~Q(approved_by=F("requested_by")),
                name="emergency_takes_two_people",
                violation_error_message="Someone else has to approve this.",
            ),
            models.CheckConstraint(
                condition=Q(approved_by=None, approved_at=None, expires_at=None)
                | Q(
                    approved_by__isnull=False,
                    approved_at__isnull=False,
                    expires_at__gt=F("approved_at"),
                ),
                name="emergency_approved_until_a_moment",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="emergency_has_a_reason"),
            models.CheckConstraint(
                condition=Q(hours__range=(1, 72)),
                name="emergency_lasts_1_to_72_hours",
                violation_error_message="Ask for 1 to 72 hours.",
            ),
            models.UniqueConstraint(
                fields=["circle", "requested_by"],
                condition=Q(approved_at=None, ended_at=None),
                name="emergency_one_pending_request",
                violation_error_message="You have asked for this already.",
            ),
        ]
        indexes = [
            models.Index(
                fields=["requested_by", "circle"],
                condition=Q(approved_at__isnull=False, ended_at=None),
                name="emergency_of_a_person",
            ),
            models.Index(fields=["circle", "-requested_at"], name="emergency_of_a_circle"),
        ]

    def __str__(self) -> str:
        return f"Emergency access to {self.circle} by {self.requested_by}"

    @property
    def is_current(self) -> bool:
        return (
            self.ended_at is None
            and self.expires_at is not None
            and self.expires_at > timezone.now()
        )


class EmergencyReading(models.Model):
    """One page of a circle that was opened under emergency access. The circle sees this list."""

    access = models.ForeignKey(EmergencyAccess, models.PROTECT, related_name="readings")
    page = models.CharField(max_length=200)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.page} at {self.at:%Y-%m-%d %H:%M}"
