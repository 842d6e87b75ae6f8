from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone


class FormatDraftQuerySet(models.QuerySet["FormatDraft"]):
    def open(self) -> Self:
        """Drafts that are neither published nor discarded."""
        return self.filter(published_as=None, discarded_at=None)


class FormatDraft(models.Model):
    """What organisers write until they publish it as a new format, or as a format's next version.

    It is kept after it is published or discarded, so that whoever had it open hears what became
    of it, and a discarded one can be taken up again.
    """

    format = models.ForeignKey(
        "circles.Format",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="drafts",
        help_text="Whose next version it is to be; nothing for a new format.",
    )
    copied_from = models.ForeignKey(
        "circles.FormatVersion", models.PROTECT, null=True, blank=True, related_name="+"
    )
    name = models.CharField(max_length=80)
    purpose = models.CharField(max_length=300, blank=True)
    drawn_from = models.CharField(max_length=200, blank=True)
    size_min = models.PositiveSmallIntegerField(default=6)
    size_max = models.PositiveSmallIntegerField(default=10)
    meeting_minutes = models.PositiveSmallIntegerField(default=90)
    definition = models.JSONField(help_text="As in a format's version; it may not add up yet.")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    edited_at = models.DateTimeField(default=timezone.now, editable=False)
    edited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", editable=False
    )
    published_as = models.OneToOneField(
        "circles.FormatVersion",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="draft",
        editable=False,
    )
    discarded_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = FormatDraftQuerySet.as_manager()

    class Meta:
        ordering = ["-edited_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["format"],
                condition=Q(published_as=None, discarded_at=None),
                name="format_draft_one_open",
                violation_error_message="This format has an open draft already.",
            ),
            models.CheckConstraint(
                condition=Q(size_min__gte=1) & Q(size_max__gte=F("size_min")),
                name="format_draft_size_range_is_a_range",
                violation_error_message="The largest size cannot be under the smallest.",
            ),
            models.CheckConstraint(
                condition=Q(published_as=None) | Q(discarded_at=None),
                name="format_draft_ends_once",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("circles:format_draft", args=[self.pk])

    @property
    def is_open(self) -> bool:
        return self.published_as_id is None and self.discarded_at is None

    @property
    def follows(self) -> bool:
        """It changes a format that exists, and is not a new one. Fetch it with `copied_from`."""
        return self.format_id is not None
