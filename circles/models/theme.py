from typing import Self

from django.conf import settings
from django.contrib.postgres.search import TrigramSimilarity
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower


class ThemeQuerySet(models.QuerySet["Theme"]):
    def current(self) -> Self:
        """Themes that can be chosen; a retired one stays where it was chosen before."""
        return self.filter(retired_at=None)

    def retired(self) -> Self:
        return self.exclude(retired_at=None)

    def by_likeness_to(self, name: str) -> Self:
        """The ones with the most similar names first."""
        return self.annotate(likeness=TrigramSimilarity("name", name)).order_by("-likeness", "name")


class Theme(models.Model):
    """What circles are about and people grow in, such as “Leading a team”."""

    name = models.CharField(max_length=80)
    retired_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = ThemeQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                Lower("name"),
                name="theme_name_once",
                violation_error_message="There is already a theme with this name.",
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_retired(self) -> bool:
        return self.retired_at is not None


class Interest(models.Model):
    """A theme that a person wants to grow in, or can help others with."""

    class Kind(models.TextChoices):
        WANTS = "wants", "Wants to grow in it"
        OFFERS = "offers", "Can help others with it"

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="interests")
    theme = models.ForeignKey(Theme, models.CASCADE, related_name="interests")
    kind = models.CharField(max_length=8, choices=Kind)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "theme", "kind"], name="interest_once"),
            models.CheckConstraint(
                condition=Q(kind__in=["wants", "offers"]), name="interest_kind_is_known"
            ),
        ]
        indexes = [models.Index(fields=["theme", "kind"], name="interest_by_theme")]

    def __str__(self) -> str:
        return f"{self.person} {self.kind} {self.theme}"
