from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower


class Skill(models.Model):
    """A skill people grow and rate, such as “Giving feedback”."""

    name = models.CharField(max_length=160)
    description = models.TextField(blank=True)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                Lower("name"),
                name="skill_name_once",
                violation_error_message="There is already a skill with this name.",
            )
        ]

    def __str__(self) -> str:
        return self.name


class Rating(models.Model):
    """One person's level in one skill, as one rater saw it on one day: 1 novice to 5 expert."""

    class RaterKind(models.TextChoices):
        SELF = "self", "Self"
        PEER = "peer", "Peer"
        MANAGER = "manager", "Manager"
        FACILITATOR = "facilitator", "Facilitator"

    class Occasion(models.TextChoices):
        BASELINE = "baseline", "Baseline"
        PULSE = "pulse", "Pulse"
        END = "end", "End"
        LOOKING_BACK = "looking-back", "Looking back"

    class Level(models.IntegerChoices):
        NOVICE = 1, "Novice"
        ADVANCED_BEGINNER = 2, "Advanced beginner"
        COMPETENT = 3, "Competent"
        PROFICIENT = 4, "Proficient"
        EXPERT = 5, "Expert"

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="ratings")
    skill = models.ForeignKey(Skill, models.PROTECT, related_name="ratings")
    rater_kind = models.CharField(max_length=12, choices=RaterKind)
    rater = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    value = models.PositiveSmallIntegerField(choices=Level)
    on = models.DateField()
    occasion = models.CharField(max_length=12, choices=Occasion, default=Occasion.PULSE)
    evidence = models.TextField(blank=True)

    class Meta:
        ordering = ["on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "skill", "rater_kind", "rater", "on", "occasion"],
                name="rating_given_once_a_day",
                nulls_distinct=False,
            ),
            models.CheckConstraint(condition=Q(value__range=(1, 5)), name="rating_from_1_to_5"),
            models.CheckConstraint(
                condition=Q(rater_kind__in=["self", "peer", "manager", "facilitator"]),
                name="rating_rater_kind_is_known",
            ),
            models.CheckConstraint(
                condition=Q(occasion__in=["baseline", "pulse", "end", "looking-back"]),
                name="rating_occasion_is_known",
            ),
            models.CheckConstraint(
                condition=Q(rater=None)
                | (Q(rater_kind="self") & Q(rater=F("person")))
                | (~Q(rater_kind="self") & ~Q(rater=F("person"))),
                name="rating_self_means_by_oneself",
                violation_error_message="Only a self rating is given by the person themselves.",
            ),
        ]
        indexes = [
            models.Index(
                fields=["rater_kind", "on", "skill"],
                include=["person", "value"],
                name="rating_by_quarter",
            )
        ]

    def __str__(self) -> str:
        return f"{self.skill}: {self.value} ({self.get_rater_kind_display()})"
