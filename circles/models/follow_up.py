from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from members.models import Member

# How many months after somebody took the first seat of a chain they are asked.
MOMENTS = (3, 6, 9, 12, 14, 24)
SCOPES = ("people", "budget", "breadth")
HELPED = ("helped_level", "helped_people", "helped_budget", "helped_breadth")


class Scope(models.TextChoices):
    """How a part of somebody's work compares with the day they joined."""

    LESS = "less", "Less than when I joined"
    SAME = "same", "About the same"
    MORE = "more", "More than when I joined"
    NONE = "none", "Not part of my work"


class Helped(models.IntegerChoices):
    """How much the circle helped with one outcome."""

    NOTHING_CHANGED = 0, "Nothing changed"
    NOT_AT_ALL = 1, "Not at all"
    A_LITTLE = 2, "A little"
    SOMEWHAT = 3, "Somewhat"
    A_LOT = 4, "A lot"
    A_GREAT_DEAL = 5, "A great deal"


class OutcomeFollowUpQuerySet(models.QuerySet["OutcomeFollowUp"]):
    def visible_to(self, person: Member) -> Self:
        """One's own. Nobody else reads an answer, whatever their role."""
        return self.filter(person=person)

    def answered(self) -> Self:
        return self.filter(answered_at__isnull=False)

    def figures(self) -> models.QuerySet["OutcomeFollowUp", dict[str, Any]]:
        """What may be counted over many people: no comment, and nothing that names a circle.

        Whoever shows a figure of it goes through analytics.privacy.
        """
        counted = ("person_id", "months", "level", *SCOPES, *HELPED)
        rows: models.QuerySet[OutcomeFollowUp, dict[str, Any]] = self.answered().values(*counted)
        return rows


class OutcomeFollowUp(models.Model):
    """What one person says became of their work, so many months after they took a seat.

    A row is an answer, or the wish not to be asked: this time, or about this circle at all.
    """

    membership = models.ForeignKey(
        "circles.Membership",
        models.CASCADE,
        related_name="follow_ups",
        help_text="The first seat of a chain: later ones go on from it.",
    )
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="follow_ups")
    months = models.PositiveSmallIntegerField()
    answered_at = models.DateTimeField(null=True, blank=True)
    skipped_at = models.DateTimeField(null=True, blank=True)
    is_last = models.BooleanField(
        default=False, help_text="They asked not to be asked again about this circle."
    )

    level = models.SmallIntegerField(null=True, blank=True)
    disputes_records = models.BooleanField(
        default=False, help_text="They say that what HR records of their level is not right."
    )
    people = models.CharField(max_length=4, choices=Scope, blank=True)
    budget = models.CharField(max_length=4, choices=Scope, blank=True)
    breadth = models.CharField(max_length=4, choices=Scope, blank=True)
    helped_level = models.PositiveSmallIntegerField(choices=Helped, null=True, blank=True)
    helped_people = models.PositiveSmallIntegerField(choices=Helped, null=True, blank=True)
    helped_budget = models.PositiveSmallIntegerField(choices=Helped, null=True, blank=True)
    helped_breadth = models.PositiveSmallIntegerField(choices=Helped, null=True, blank=True)
    comment = models.TextField(blank=True, max_length=1000)

    objects = OutcomeFollowUpQuerySet.as_manager()

    class Meta:
        ordering = ["membership", "months"]
        constraints = [
            models.UniqueConstraint(
                fields=["membership", "months"],
                name="follow_up_once_a_moment",
                violation_error_message="You have answered this already. Change that answer.",
            ),
            models.CheckConstraint(
                condition=Q(months__in=MOMENTS),
                name="follow_up_months_are_known",
                violation_error_message="Nobody is asked at this moment.",
            ),
            models.CheckConstraint(
                condition=Q(answered_at__isnull=False, skipped_at=None)
                | Q(answered_at=None, skipped_at__isnull=False),
                name="follow_up_answered_or_skipped",
                violation_error_message="Answer, or say that you would rather not.",
            ),
            *(
                models.CheckConstraint(
                    condition=Q(**{f"{name}__in": ["", "less", "same", "more", "none"]}),
                    name=f"follow_up_{name}_is_known",
                    violation_error_message="Choose one of the answers.",
                )
                for name in SCOPES
            ),
            *(
                models.CheckConstraint(
                    condition=Q(**{name: None}) | Q(**{f"{name}__range": (0, 5)}),
                    name=f"follow_up_{name}_is_known",
                    violation_error_message="Choose one of the answers.",
                )
                for name in HELPED
            ),
        ]
        indexes = [
            models.Index(
                fields=["months", "answered_at"],
                condition=Q(answered_at__isnull=False),
                name="follow_up_answers_by_moment",
            )
        ]

    def __str__(self) -> str:
        return f"{self.months} months after {self.membership}"

    @property
    def is_answered(self) -> bool:
        return self.answered_at is not None
