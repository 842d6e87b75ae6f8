from typing import Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone

HOURS_A_WEEK = 168


class WishesQuerySet(models.QuerySet["Wishes"]):
    def with_hours(self) -> Self:
        """Of people who said when they could meet."""
        return self.exclude(hours=[])


class Wishes(models.Model):
    """What a person looks for in a circle: when and where they could meet, in which languages.

    Themes are interests of their own (Interest). Someone without wishes takes anything.
    """

    class Where(models.TextChoices):
        ANYWHERE = "anywhere", "Either is fine"
        REMOTE = "remote", "Remote only"
        IN_PERSON = "in_person", "In person only"

    person = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="wishes")
    hours = ArrayField(
        models.PositiveSmallIntegerField(),
        default=list,
        blank=True,
        help_text="Hours of the week in the person's own zone: 0 is Monday 00:00, 167 Sunday 23:00."
        " None means that any hour is fine.",
    )
    languages = ArrayField(
        models.CharField(max_length=16),
        default=list,
        blank=True,
        help_text="Codes such as “en”. None means that any language is fine.",
    )
    where = models.CharField(max_length=12, choices=Where, default=Where.ANYWHERE)
    place = models.CharField(max_length=120, blank=True)
    changed_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = WishesQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "wishes"
        constraints = [
            models.CheckConstraint(
                condition=Q(where__in=["anywhere", "remote", "in_person"]),
                name="wishes_where_is_known",
            ),
            models.CheckConstraint(
                condition=Q(hours__len__lte=HOURS_A_WEEK)
                & Q(hours__contained_by=list(range(HOURS_A_WEEK))),
                name="wishes_hours_are_of_a_week",
            ),
        ]

    def __str__(self) -> str:
        return f"What {self.person} looks for"
