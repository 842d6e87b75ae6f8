from datetime import timedelta
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone


class PairRule(models.Model):
    """Two people whom an organiser wants in one circle, or never in one."""

    class Kind(models.TextChoices):
        TOGETHER = "together", "In one circle"
        APART = "apart", "Never in one circle"

    programme = models.ForeignKey("circles.Programme", models.CASCADE, related_name="pair_rules")
    one = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    other = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    made_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "one", "other"],
                name="pair_rule_once",
                violation_error_message="There is already a rule for these two.",
            ),
            models.CheckConstraint(
                condition=Q(one__lt=F("other")), name="pair_rule_smaller_key_first"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["together", "apart"]), name="pair_rule_kind_is_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.one} and {self.other}: {self.get_kind_display()}"


# A worker gives a sign of life every few seconds; one that is silent for so long is gone.
SILENCE = timedelta(minutes=3)


class FormationQuerySet(models.QuerySet["Formation"]):
    def running(self) -> Self:
        return self.filter(state__in=(Formation.State.QUEUED, Formation.State.SOLVING))

    def abandoned(self) -> Self:
        """Those that a worker began and has not given a sign of life for since."""
        silent_since = timezone.now() - SILENCE
        return self.filter(state=Formation.State.SOLVING, alive_at__lt=silent_since)


class Formation(models.Model):
    """One go at forming circles from enrolled people: rules in, staged circles out."""

    class State(models.TextChoices):
        DRAFT = "draft", "Being set up"
        QUEUED = "queued", "Waiting for a worker"
        SOLVING = "solving", "Forming circles"
        STOPPED = "stopped", "Stopped"
        SOLVED = "solved", "Ready to review"
        FAILED = "failed", "Failed"
        PUBLISHED = "published", "Published"
        DISCARDED = "discarded", "Discarded"

    programme = models.ForeignKey("circles.Programme", models.PROTECT, related_name="formations")
    format_version = models.ForeignKey("circles.FormatVersion", models.PROTECT, related_name="+")
    seed = models.PositiveIntegerField(default=1)
    rules = models.JSONField(
        default=dict, help_text="The hard rules and aims: circles.formation.rules.Rules as data."
    )
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    step = models.CharField(max_length=80, blank=True, help_text="What is being done, in words.")
    done = models.PositiveIntegerField(default=0, help_text="How far, of `total`.")
    total = models.PositiveIntegerField(default=0)
    worst = models.FloatField(null=True, blank=True, help_text="The lowest score of a circle.")
    mean = models.FloatField(null=True, blank=True, help_text="The mean score of its circles.")
    version = models.PositiveIntegerField(
        db_default=0,
        default=0,
        editable=False,
        help_text="Counts what is changed on the board, so that two people do not undo each other.",
    )
    last_move = models.JSONField(
        null=True,
        blank=True,
        editable=False,
        help_text="As {words, moves}: each move a seat, the staged circle it left, and entered.",
    )
    problem = models.CharField(max_length=500, blank=True)
    stop_asked_at = models.DateTimeField(null=True, blank=True, editable=False)
    alive_at = models.DateTimeField(
        null=True, blank=True, editable=False, help_text="The worker's latest sign of life."
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    began_at = models.DateTimeField(null=True, blank=True, editable=False)
    ended_at = models.DateTimeField(null=True, blank=True, editable=False)
    published_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = FormationQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    state__in=[
                        "draft",
                        "queued",
                        "solving",
                        "stopped",
                        "solved",
                        "failed",
                        "published",
                        "discarded",
                    ]
                ),
                name="formation_state_is_known",
            ),
            models.CheckConstraint(
                condition=Q(published_at=None) | Q(state="published"),
                name="formation_published_at_a_moment",
            ),
            models.UniqueConstraint(
                fields=["programme"],
                condition=Q(state__in=["queued", "solving"]),
                name="formation_one_running",
                violation_error_message="Circles are being formed for this programme already.",
            ),
        ]

    def __str__(self) -> str:
        return f"Formation {self.pk} of {self.programme}"

    def get_absolute_url(self) -> str:
        return reverse("circles:formation", args=[self.pk])

    @property
    def is_running(self) -> bool:
        return self.state in (self.State.QUEUED, self.State.SOLVING)

    @property
    def can_be_changed(self) -> bool:
        """Whether people can be moved on its board."""
        return self.state in (self.State.SOLVED, self.State.STOPPED)

    @property
    def can_be_started(self) -> bool:
        """Whether a worker may form circles, for the first time or around locked ones."""
        return self.can_be_changed or self.state in (self.State.DRAFT, self.State.FAILED)

    @property
    def can_be_discarded(self) -> bool:
        return self.can_be_started

    @property
    def takes_long(self) -> bool:
        """It waits for a worker, and none has taken it for a while."""
        if self.state != self.State.QUEUED or self.alive_at is None:
            return False
        return timezone.now() - self.alive_at > timedelta(minutes=1)


class StagedCircleQuerySet(models.QuerySet["StagedCircle"]):
    def with_size(self) -> Self:
        """Annotate `size`, how many people are put there; counted only for the rows fetched."""
        seats = StagedSeat.objects.filter(staged_circle=OuterRef("pk")).order_by()
        counted = seats.values("staged_circle").annotate(number=Count("pk")).values("number")
        return self.annotate(size=Coalesce(Subquery(counted), 0))

    def with_people(self) -> Self:
        return self.filter(Exists(StagedSeat.objects.filter(staged_circle=OuterRef("pk"))))


class StagedCircle(models.Model):
    """A circle that formation proposes, before it is published."""

    formation = models.ForeignKey(Formation, models.CASCADE, related_name="circles")
    number = models.PositiveIntegerField()
    name = models.CharField(max_length=120)
    is_locked = models.BooleanField(default=False)
    score = models.FloatField(default=0, help_text="0 to 100: how well the aims are met.")
    parts = models.JSONField(
        default=dict, help_text="The score of each aim, 0 to 1, and its words."
    )
    facilitator = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        help_text="Who is to hold it once it is published.",
    )
    circle = models.OneToOneField(
        "circles.Circle",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="staged_as",
        help_text="What it became.",
    )

    objects = StagedCircleQuerySet.as_manager()

    # Filled in by with_size().
    size: int

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["formation", "number"], name="staged_circle_once")
        ]
        indexes = [models.Index(fields=["formation", "score"], name="staged_circle_by_score")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("circles:staged_circle", args=[self.formation_id, self.pk])


class StagedSeat(models.Model):
    """Where formation puts one enrolled person, and why; or why it could put them nowhere."""

    formation = models.ForeignKey(Formation, models.CASCADE, related_name="seats")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    staged_circle = models.ForeignKey(
        StagedCircle, models.SET_NULL, null=True, blank=True, related_name="seats"
    )
    score = models.FloatField(default=0, help_text="0 to 100: how well the person fits in.")
    reasons = models.JSONField(default=list, help_text="Sentences: what speaks for the place.")
    obstacle = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["person__name", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["formation", "person"], name="staged_once_a_person")
        ]
        indexes = [models.Index(fields=["staged_circle"], name="staged_seats_of_a_circle")]

    def __str__(self) -> str:
        return f"{self.person} in {self.staged_circle or 'no circle'}"
