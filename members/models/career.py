from django.conf import settings
from django.db import models
from django.db.models import Q


class CareerEvent(models.Model):
    """A dated change in a person's job, as HR records it."""

    class Kind(models.TextChoices):
        PROMOTION = "promotion", "Promotion"
        LATERAL = "lateral", "Lateral move"
        DEMOTION = "demotion", "Demotion"
        REGRADE = "regrade", "Regrade"

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="career_events"
    )
    on = models.DateField()
    kind = models.CharField(max_length=12, choices=Kind)
    from_level = models.SmallIntegerField(null=True, blank=True)
    to_level = models.SmallIntegerField(null=True, blank=True)

    class Meta:
        ordering = ["on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "on", "kind"], name="career_event_recorded_once"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["promotion", "lateral", "demotion", "regrade"]),
                name="career_event_kind_is_known",
            ),
            models.CheckConstraint(
                condition=~Q(kind="promotion")
                | Q(from_level=None)
                | Q(to_level=None)
                | Q(to_level__gt=models.F("from_level")),
                name="career_promotion_raises_the_level",
                violation_error_message="A promotion raises the level.",
            ),
        ]
        indexes = [
            models.Index(
                fields=["person", "on"],
                condition=Q(kind="promotion"),
                name="career_promotions_by_person",
            ),
            models.Index(fields=["kind", "on"], name="career_events_by_day"),
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.get_kind_display()} on {self.on}"
