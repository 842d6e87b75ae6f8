from typing import Any, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone

MOST_DAYS = 90


def a_week_before_and_on_the_day() -> list[int]:
    return [7, 0]


class MilestoneQuerySet(models.QuerySet["Milestone"]):
    def current(self) -> Self:
        """Those that were not removed."""
        return self.filter(removed_at=None)


class Milestone(models.Model):
    """A day of a programme that its people are told about: what happens, in a sentence."""

    programme = models.ForeignKey(
        "circles.Programme", models.CASCADE, related_name="milestones", db_index=False
    )
    title = models.CharField(max_length=80)
    on = models.DateField()
    words = models.CharField(max_length=300, blank=True)
    tell_days: Any = ArrayField(
        models.PositiveSmallIntegerField(),
        default=a_week_before_and_on_the_day,
        blank=True,
        help_text="How many days before it people are told; 0 is the day itself.",
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", editable=False
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    removed_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = MilestoneQuerySet.as_manager()

    class Meta:
        ordering = ["on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "title", "on"],
                condition=Q(removed_at=None),
                name="milestone_once_a_day",
                violation_error_message="This milestone is there already on that day.",
            ),
            models.CheckConstraint(
                condition=Q(tell_days__contained_by=list(range(MOST_DAYS + 1))),
                name="milestone_told_within_90_days",
                violation_error_message="Tell people at most 90 days before.",
            ),
        ]
        indexes = [
            models.Index(
                fields=["programme", "on"],
                condition=Q(removed_at=None),
                name="milestone_of_a_programme",
            )
        ]

    def __str__(self) -> str:
        return self.title
