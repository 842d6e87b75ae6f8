from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from circles.models.format import Format
from members.models import Member


class EnrolmentQuerySet(models.QuerySet["Enrolment"]):
    def current(self) -> Self:
        """Not withdrawn."""
        return self.filter(withdrawn_at=None)

    def withdrawn(self) -> Self:
        return self.exclude(withdrawn_at=None)

    def of(self, person: Member) -> Self:
        return self.filter(person=person)

    def hoping_for_what_is_not_offered(self) -> Self:
        """Of people who would like a format that the programme no longer has."""
        offered = Format.objects.filter(programmes=OuterRef("programme"), pk=OuterRef("format"))
        return self.exclude(format=None).filter(~Exists(offered))

    def for_rows(self) -> Self:
        """With what a row of the organiser's list shows."""
        return self.select_related("person__unit", "format")


class Enrolment(models.Model):
    """A person who asks a programme for a place in one of the circles that it will form."""

    programme = models.ForeignKey("circles.Programme", models.PROTECT, related_name="enrolments")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="enrolments")
    format = models.ForeignKey(
        "circles.Format",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="The kind of circle they would like; any, without one.",
    )
    answers = models.JSONField(
        default=list, blank=True, help_text="As {key, text, answer}: what was asked and answered."
    )
    enrolled_at = models.DateTimeField(default=timezone.now, editable=False)
    withdrawn_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = EnrolmentQuerySet.as_manager()

    class Meta:
        ordering = ["enrolled_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "person"],
                condition=Q(withdrawn_at=None),
                name="enrolment_one_current",
                violation_error_message="This person is enrolled already.",
            )
        ]
        indexes = [
            models.Index(
                fields=["programme", "enrolled_at"],
                condition=Q(withdrawn_at=None),
                name="enrolment_of_a_programme",
            ),
            models.Index(
                fields=["programme", "format", "enrolled_at"],
                condition=Q(withdrawn_at=None),
                name="enrolment_by_format",
            ),
            models.Index(
                fields=["programme", "withdrawn_at"],
                condition=Q(withdrawn_at__isnull=False),
                name="enrolment_withdrawn",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} for {self.programme}"

    @property
    def is_withdrawn(self) -> bool:
        return self.withdrawn_at is not None
