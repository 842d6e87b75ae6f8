from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone


class FacilitationQuerySet(models.QuerySet["Facilitation"]):
    def current(self) -> Self:
        return self.filter(ended_on=None)


class Facilitation(models.Model):
    """A person's appointment as the facilitator of one circle."""

    circle = models.ForeignKey("circles.Circle", models.PROTECT, related_name="facilitations")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="facilitations"
    )
    appointed_on = models.DateField()
    ended_on = models.DateField(null=True, blank=True)
    appointed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )

    objects = FacilitationQuerySet.as_manager()

    class Meta:
        ordering = ["appointed_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["circle", "person"],
                condition=Q(ended_on=None),
                name="facilitation_one_current_appointment",
                violation_error_message="This person already facilitates the circle.",
            ),
            models.CheckConstraint(
                condition=Q(ended_on=None) | Q(ended_on__gte=F("appointed_on")),
                name="facilitation_ends_after_it_begins",
            ),
        ]
        indexes = [
            models.Index(
                fields=["person"], condition=Q(ended_on=None), name="facilitation_held_now"
            )
        ]

    def __str__(self) -> str:
        return f"{self.person} for {self.circle}"

    @property
    def has_left(self) -> bool:
        """The facilitator no longer works here, so the circle needs another one."""
        left_on = self.person.left_on
        return left_on is not None and left_on <= timezone.localdate()
