from typing import Self

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Count, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce, Lower
from django.urls import reverse
from django.utils import timezone

from circles.models.circle import Circle


class ProgrammeQuerySet(models.QuerySet["Programme"]):
    def current(self) -> Self:
        return self.filter(archived_at=None)

    def with_open_circles(self) -> Self:
        """Annotate `open_circles`, how many of its circles are running or being filled."""
        circles = Circle.objects.open().filter(programme=OuterRef("pk")).order_by()
        count = circles.values("programme").annotate(count=Count("pk")).values("count")
        return self.annotate(open_circles=Coalesce(Subquery(count), 0))


class Programme(models.Model):
    """A set of circles run for one purpose, with the formats it allows."""

    name = models.CharField(max_length=120)
    purpose = models.TextField(blank=True, max_length=2000)
    formats = models.ManyToManyField("circles.Format", related_name="programmes")
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    smallest_group = models.PositiveSmallIntegerField(
        default=5,
        validators=[MinValueValidator(5)],
        help_text="Reports hide groups with fewer people than this. Never under 5.",
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", editable=False
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    archived_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = ProgrammeQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                Lower("name"),
                name="programme_name_once",
                violation_error_message="There is already a programme with this name.",
            ),
            models.CheckConstraint(
                condition=Q(smallest_group__gte=5),
                name="programme_hides_groups_under_5",
                violation_error_message="Reports always hide groups under 5.",
            ),
            models.CheckConstraint(
                condition=Q(starts_on=None) | Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                name="programme_ends_after_it_starts",
                violation_error_message="The last day cannot come before the first.",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("circles:programme", args=[self.pk])
